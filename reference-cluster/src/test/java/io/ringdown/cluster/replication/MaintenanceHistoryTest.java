package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.balancer;
import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.dispatcher;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.replica;
import static io.ringdown.cluster.membership.Elements.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.membership.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long random histories of calls to app processors that are drained, put back, stopped once they are empty, and started again, once a second or so, on a
 * network that takes its time: whatever is stored, and when, no call is harmed, and none is left behind.
 */
class MaintenanceHistoryTest {
    /** Dispatcher, stores apart from app processors, and app processors, of each arrangement. */
    private enum Arrangement {
        OCCAS(dispatcher(0), List.of(replica(2, 0), replica(4, 0)), List.of(engine(1), engine(3), engine(5))),
        WAS(dispatcher(0), List.of(), List.of(container(1, 0), container(2, 0), container(3, 0))),
        MSS(balancer(0), List.of(), List.of(server(1, ""), server(2, ""), server(3, "")));

        final ElementConfig dispatcher;
        final List<ElementConfig> stores;
        final List<ElementConfig> processors;

        Arrangement(ElementConfig dispatcher, List<ElementConfig> stores, List<ElementConfig> processors) {
            this.dispatcher = dispatcher;
            this.stores = stores;
            this.processors = processors;
        }

        ClusterConfig config(Depth depth, boolean beforeSend) {
            var all = new ArrayList<>(List.of(dispatcher));
            all.addAll(stores);
            all.addAll(processors);
            all.sort(Comparator.comparingInt(ElementConfig::rank));
            return Elements.cluster(all, 1, 1, depth, beforeSend);
        }
    }

    private Arrangement arrangement;
    private Random random;
    private SimulatedCluster cluster;
    private SimulatedCalls calls;

    private static Stream<Arguments> clusters() {
        return Arrays.stream(Arrangement.values())
                .flatMap(each -> Stream.of(
                        Arguments.of(each, Depth.NONE, true),
                        Arguments.of(each, Depth.CONFIRMED, true),
                        Arguments.of(each, Depth.EARLY, true),
                        Arguments.of(each, Depth.TRANSACTIONS, true),
                        Arguments.of(each, Depth.CONFIRMED, false),
                        Arguments.of(each, Depth.TRANSACTIONS, false)));
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void noCallIsHarmedByMaintenance(Arrangement arrangement, Depth depth, boolean beforeSend) {
        this.arrangement = arrangement;
        ClusterConfig config = arrangement.config(depth, beforeSend);
        int seeds = Integer.getInteger("seeds", 6);
        for (int seed = Integer.getInteger("from", 0); seed < seeds; seed++) {
            random = new Random(seed);
            calls = new SimulatedCalls(random, arrangement.dispatcher);
            cluster = new SimulatedCluster(config, seed % 2 == 0, random, calls::received);
            calls.cluster = cluster;
            cluster.start(arrangement.dispatcher);
            cluster.start(arrangement.stores.toArray(ElementConfig[]::new));
            cluster.start(arrangement.processors.get(0), arrangement.processors.get(1));
            calls.rest();
            for (int step = 0; step < 12_000; step++) {
                live();
                assertThat(calls.failures).as("seed %d, step %d", seed, step).isEmpty();
            }
            for (int i = 0; i < 80 && !calls.none(); i++) {
                calls.rest();
            }
            assertThat(calls.failures).as("seed %d", seed).isEmpty();
            assertThat(calls.ended).as("seed %d", seed).isEqualTo(calls.begun);
            for (int i = 0; i < 15; i++) {
                calls.rest();
            }
            assertThat(cluster.copies()).as("seed %d: left behind", seed).isEmpty();
            assertThat(cluster.owned()).as("seed %d", seed).isEmpty();
        }
    }

    private void live() {
        int choice = random.nextInt(1_000);
        if (choice < 15) {
            calls.begin("call-" + calls.begun);
        } else if (choice < 17) {
            maintain(arrangement.processors.get(random.nextInt(arrangement.processors.size())));
        } else if (choice < 120) {
            cluster.pass(random.nextInt(20_000));
            calls.act();
        } else {
            cluster.deliverOne(true);
        }
    }

    private void maintain(ElementConfig one) {
        if (!cluster.lives(one)) {
            cluster.start(one);
        } else if (cluster.drained(one)) {
            // What nobody has asked for since the last server stopped lies on one other, and would go with it (criteria
            // 7.3).
            if (arrangement != Arrangement.MSS && random.nextBoolean() && cluster.empty(one)) {
                cluster.crash(List.of(one));
            } else {
                cluster.drain(one, false);
            }
        } else if (arrangement.processors.stream()
                .anyMatch(other -> !other.equals(one) && cluster.lives(other) && !cluster.drained(other))) {
            cluster.drain(one, true);
        }
    }
}
