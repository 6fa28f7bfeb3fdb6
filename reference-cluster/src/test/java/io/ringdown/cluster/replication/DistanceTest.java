package io.ringdown.cluster.replication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.membership.Members;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistanceTest {
    private static final ElementConfig SELF = element(0, "r1", "r1m1");
    private static final ElementConfig SAME_MACHINE = element(1, "r1", "r1m1");
    private static final ElementConfig SAME_RACK = element(2, "r1", "r1m2");
    private static final ElementConfig OTHER_RACK = element(3, "r2", "r2m1");
    private static final ClusterConfig.Distance SETTINGS = new ClusterConfig.Distance(300, 2_000);

    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private long micros = Long.MAX_VALUE / 1_000 - 500;

    private final Peers peers = new Peers() {
        @Override
        public Members members() {
            return new Members(1, List.of(SELF, SAME_MACHINE, SAME_RACK, OTHER_RACK), List.of());
        }

        @Override
        public void send(ElementConfig to, byte[] content) {
            sent.add(to.name() + " " + content[0]);
        }

        @Override
        public void sendToAll(byte[] content) {
            throw new AssertionError("some are nearer than others");
        }
    };

    private final Distance distance = new Distance(SELF, SETTINGS, peers, () -> micros * 1_000);

    private static ElementConfig element(int rank, String rack, String machine) {
        var address = new InetSocketAddress("127.0.0.1", 5060);
        return new ElementConfig("e" + rank, rank, Role.SERVER, rack, machine, address, address, address, -1, "", null);
    }

    private void pass(long more) {
        micros += more;
        distance.deliverDue();
    }

    @Test
    void halfARoundTripGoesByOnTheWay() {
        distance.send(SAME_MACHINE, new byte[] {1});
        assertThat(sent).containsExactly("e1 1");
        distance.send(OTHER_RACK, new byte[] {2});
        distance.send(SAME_RACK, new byte[] {3});
        pass(149);
        assertThat(sent).hasSize(1);
        pass(1);
        assertThat(sent).containsExactly("e1 1", "e2 3");
        pass(849);
        assertThat(sent).hasSize(2);
        pass(1);
        assertThat(sent).containsExactly("e1 1", "e2 3", "e3 2");
    }

    @Test
    void whatIsForOneArrivesInOrder() {
        for (byte i = 0; i < 5; i++) {
            distance.send(OTHER_RACK, new byte[] {i});
        }
        pass(400);
        distance.send(OTHER_RACK, new byte[] {5});
        pass(10_000);
        assertThat(sent).containsExactly("e3 0", "e3 1", "e3 2", "e3 3", "e3 4", "e3 5");
    }

    @Test
    void aMessageToAllComesToEachInItsTime() {
        distance.sendToAll(new byte[] {1});
        assertThat(sent).containsExactly("e0 1", "e1 1");
        pass(1_000);
        assertThat(sent).containsExactly("e0 1", "e1 1", "e2 1", "e3 1");
    }

    @Test
    void withoutDistanceNobodyStandsInBetween() {
        assertThat(Distance.between(SELF, new ClusterConfig.Distance(0, 0), peers))
                .isSameAs(peers);
    }

    @Test
    void aThreadOfItsOwnSendsThem() {
        try (var real = (Distance) Distance.between(SELF, SETTINGS, peers)) {
            real.send(OTHER_RACK, new byte[] {1});
            real.send(SAME_RACK, new byte[] {2});
            await().atMost(10, SECONDS).until(() -> sent.size() == 2);
            assertThat(sent).containsExactly("e2 2", "e3 1");
        }
    }
}
