package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.dispatcher;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.membership.Elements;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Long random histories of calls to engines that are drained, put back, stopped once they are empty, and started again, once a second or so, on a
 * network that takes its time: whatever is stored, and when, no call is harmed, and none is left behind.
 */
class MaintenanceHistoryTest {
    private static final ElementConfig D = dispatcher(0);
    private static final List<ElementConfig> ENGINES = List.of(engine(1), engine(3), engine(5));
    private static final List<ElementConfig> STORES = List.of(replica(2, 0), replica(4, 0));

    private Random random;
    private Occas cluster;
    private OccasCalls calls;

    @ParameterizedTest
    @CsvSource({
        "NONE, true",
        "CONFIRMED, true",
        "EARLY, true",
        "TRANSACTIONS, true",
        "CONFIRMED, false",
        "TRANSACTIONS, false"
    })
    void noCallIsHarmedByMaintenance(Depth depth, boolean beforeSend) {
        var all = new ArrayList<>(List.of(D));
        all.addAll(ENGINES);
        all.addAll(STORES);
        all.sort(java.util.Comparator.comparingInt(ElementConfig::rank));
        int seeds = Integer.getInteger("seeds", 25);
        for (int seed = Integer.getInteger("from", 0); seed < seeds; seed++) {
            random = new Random(seed);
            calls = new OccasCalls(random, D);
            cluster = new Occas(Elements.cluster(all, 1, 1, depth, beforeSend), seed % 2 == 0, random, calls::received);
            calls.cluster = cluster;
            cluster.start(D, STORES.get(0), STORES.get(1));
            cluster.start(ENGINES.get(0), ENGINES.get(1));
            rest();
            for (int step = 0; step < 12_000; step++) {
                live();
                assertThat(calls.failures).as("seed %d, step %d", seed, step).isEmpty();
            }
            for (int i = 0; i < 80 && !calls.none(); i++) {
                rest();
            }
            assertThat(calls.failures).as("seed %d", seed).isEmpty();
            assertThat(calls.ended).as("seed %d", seed).isEqualTo(calls.begun);
            for (int i = 0; i < 15; i++) {
                rest();
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
            maintain(ENGINES.get(random.nextInt(ENGINES.size())));
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
            if (random.nextBoolean() && cluster.empty(one)) {
                cluster.crash(List.of(one));
            } else {
                cluster.drain(one, false);
            }
        } else if (ENGINES.stream()
                .anyMatch(other -> !other.equals(one) && cluster.lives(other) && !cluster.drained(other))) {
            cluster.drain(one, true);
        }
    }

    private void rest() {
        for (int i = 0; i < 60; i++) {
            cluster.pass(50_000);
            calls.act();
            while (cluster.deliverOne(false)) {
                // until all is quiet
            }
        }
    }
}
