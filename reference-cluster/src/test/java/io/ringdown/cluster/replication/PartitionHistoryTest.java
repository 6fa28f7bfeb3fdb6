package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.dispatcher;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.membership.Elements;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Long random histories of calls to a cluster of one partition, to which two more are added replica by replica, and engines with them, while
 * processes, machines or racks die and return: no call is lost, so long as the cluster comes to rest between two failures, and none is left
 * behind.
 */
class PartitionHistoryTest {
    private static final ElementConfig D = dispatcher(0);
    /** Machines of the first rack, and of the second. */
    private static final List<List<ElementConfig>> MACHINES = List.of(
            List.of(engine(1), replica(2, 0)),
            List.of(engine(5), replica(6, 1)),
            List.of(replica(9, 2)),
            List.of(engine(3), replica(4, 0)),
            List.of(engine(7), replica(8, 1)),
            List.of(replica(10, 2)));

    private static final int RACK = 3;
    private static final List<ElementConfig> ALL = all();

    private final Set<Integer> complete = new HashSet<>();
    private boolean transactions;
    private Random random;
    private SimulatedCluster cluster;
    private SimulatedCalls calls;

    private static List<ElementConfig> all() {
        var all = new ArrayList<>(List.of(D));
        MACHINES.forEach(all::addAll);
        all.sort(java.util.Comparator.comparingInt(ElementConfig::rank));
        return all;
    }

    @ParameterizedTest
    @CsvSource({"true, TRANSACTIONS", "false, TRANSACTIONS", "true, EARLY", "true, CONFIRMED"})
    void noCallIsLostWhateverDiesWhilePartitionsAreAdded(boolean cache, Depth depth) {
        ClusterConfig config = Elements.cluster(ALL, 3, 1, depth, true);
        transactions = depth == Depth.TRANSACTIONS;
        int seeds = Integer.getInteger("seeds", 12);
        for (int seed = Integer.getInteger("from", 0); seed < seeds; seed++) {
            random = new Random(seed);
            complete.clear();
            complete.add(0);
            calls = new SimulatedCalls(random, D);
            cluster = new SimulatedCluster(config, cache, random, calls::received);
            calls.cluster = cluster;
            cluster.start(D, MACHINES.get(0).get(1), MACHINES.get(3).get(1));
            cluster.start(MACHINES.get(0).get(0), MACHINES.get(3).get(0));
            rest();
            for (int round = 0; round < 6; round++) {
                live(round > 0);
                rest();
                assertThat(lost()).as("seed %d, round %d", seed, round).isEmpty();
                restore();
                rest();
            }
            end(seed);
        }
    }

    /** A set-up and a BYE that their engine's death caught need their transactions stored; the call of neither is lost. */
    private List<String> lost() {
        return calls.failures.stream()
                .filter(failure -> transactions || !failure.contains(": INVITE 1 "))
                .filter(failure -> transactions || !failure.matches(".*: BYE .* 481 .*, asked before"))
                .toList();
    }

    /** Calls, and a failure in the midst of them. */
    private void live(boolean adding) {
        int dyingAt = random.nextInt(900);
        for (int step = 0; step < 900; step++) {
            int choice = random.nextInt(100);
            if (step == dyingAt) {
                calls.struck = cluster.now;
                cluster.crash(victims());
                noteComplete();
            } else if (choice < 6) {
                calls.begin("call-" + calls.begun);
            } else if (choice < 8 && adding) {
                startSomething();
            } else if (choice < 20) {
                cluster.pass(random.nextInt(20_000));
                calls.act();
            } else {
                cluster.deliverOne(true);
            }
        }
    }

    private void noteComplete() {
        for (int partition = 0; partition < 3; partition++) {
            int its = partition;
            List<ElementConfig> stores =
                    ALL.stream().filter(one -> one.partition() == its).toList();
            if (stores.stream().allMatch(cluster::lives)) {
                complete.add(its);
            } else if (stores.stream().noneMatch(cluster::lives)) {
                complete.remove(its);
            }
        }
    }

    /** One process, or one machine, or one rack. */
    private List<ElementConfig> victims() {
        int first = random.nextInt(MACHINES.size());
        var victims = new ArrayList<ElementConfig>();
        switch (random.nextInt(3)) {
            case 0 -> victims.add(MACHINES.get(first).get(0));
            case 1 -> victims.addAll(MACHINES.get(first));
            default -> {
                int from = first / RACK * RACK;
                MACHINES.subList(from, from + RACK).forEach(victims::addAll);
            }
        }
        victims.removeIf(one -> !cluster.lives(one));
        return victims;
    }

    /** An engine, or a replica of a partition that has no calls yet. */
    private void startSomething() {
        List<ElementConfig> some = ALL.stream()
                .filter(one -> !cluster.lives(one))
                .filter(one -> one.role() == Role.ENGINE || !complete.contains(one.partition()))
                .toList();
        if (!some.isEmpty()) {
            cluster.start(some.get(random.nextInt(some.size())));
            noteComplete();
        }
    }

    /** Replicas of partitions that have calls return, and copy, before anything else dies. */
    private void restore() {
        ALL.stream()
                .filter(one -> !cluster.lives(one))
                .filter(one -> one.role() == Role.REPLICA ? complete.contains(one.partition()) : one.rank() <= 3)
                .forEach(cluster::start);
    }

    private void rest() {
        calls.rest();
        assertThat(cluster.synced()).isTrue();
    }

    /** All partitions are there in the end; each holds its calls twice, and nothing once they have ended. */
    private void end(int seed) {
        ALL.stream().filter(one -> !cluster.lives(one)).forEach(cluster::start);
        rest();
        rest();
        assertThat(List.of(cluster.inUse(0), cluster.inUse(1), cluster.inUse(2)))
                .as("seed %d", seed)
                .containsOnly(true);
        for (int i = 0; i < 40; i++) {
            calls.begin("late-" + i);
        }
        rest();
        if (transactions) {
            eachInOnePartitionTwice(seed);
        }
        for (int i = 0; i < 80 && !calls.none(); i++) {
            rest();
        }
        assertThat(lost()).as("seed %d", seed).isEmpty();
        assertThat(calls.ended + calls.failures.size()).as("seed %d", seed).isEqualTo(calls.begun);
        if (transactions) {
            nothingIsLeft(seed);
        }
    }

    private void eachInOnePartitionTwice(int seed) {
        cluster.copies()
                .forEach((callId, holders) -> assertThat(
                                holders.stream().map(ElementConfig::partition).distinct())
                        .as("seed %d: partitions of %s", seed, callId)
                        .hasSize(1));
        assertThat(cluster.copies().values()).as("seed %d", seed).allMatch(holders -> holders.size() == 2);
        assertThat(cluster.copies().values().stream()
                        .map(holders -> holders.get(0).partition())
                        .distinct())
                .hasSize(3);
    }

    /** Where a BYE is not stored, its engine's death may leave a copy with one store and none with the other. */
    private void nothingIsLeft(int seed) {
        for (int i = 0; i < 15; i++) {
            rest();
        }
        assertThat(cluster.copies()).as("seed %d: left behind", seed).isEmpty();
        assertThat(cluster.owned()).as("seed %d", seed).isEmpty();
    }
}
