package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.Topology;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetChoiceTest {
    @Test
    void takesNamesAsTheyAre() {
        TargetChoice choice = choose(Domain.MACHINE, 1, "r2m1", "r1d");
        assertThat(choice.targets()).containsExactly("r2m1", "r1d");
        assertThat(choice.elements()).containsExactly("r1d-dispatcher", "r2m1-engine", "r2m1-replica");
    }

    @Test
    void aRackIsAllItsMachinesDispatcherToo() {
        assertThat(choose(Domain.RACK, 1, "r1").elements())
                .containsExactly("r1m1-engine", "r1m1-replica", "r1m2-engine", "r1m2-replica", "r1d-dispatcher");
    }

    @Test
    void anyMachineIsOneThatCarriesAnEngineAndEveryOneComesUp() {
        assertThat(over(Domain.MACHINE, "any")).containsExactlyInAnyOrder("r1m1", "r1m2", "r2m1", "r2m2");
        assertThat(over(Domain.RACK, "any")).containsExactlyInAnyOrder("r1", "r2");
    }

    @Test
    void aRoleIsOneOfThatRole() {
        assertThat(over(Domain.PROCESS, "replica"))
                .containsExactlyInAnyOrder("r1m1-replica", "r1m2-replica", "r2m1-replica", "r2m2-replica");
    }

    @Test
    void theActiveDispatcherIsTheFirst() {
        assertThat(over(Domain.PROCESS, "active-dispatcher")).containsExactly("r1d-dispatcher");
        assertThat(over(Domain.MACHINE, "active-dispatcher")).containsExactly("r1d");
    }

    @Test
    void twoOfAPartition() {
        assertThat(pairs("two-of-a-partition"))
                .containsExactlyInAnyOrder(Set.of("r1m1", "r2m1"), Set.of("r1m2", "r2m2"));
        assertThat(pairs("two-of-different-partitions"))
                .containsExactlyInAnyOrder(
                        Set.of("r1m1", "r1m2"), Set.of("r1m1", "r2m2"), Set.of("r2m1", "r1m2"), Set.of("r2m1", "r2m2"));
    }

    @Test
    void theBusiestOwnsMostCallsAndIsNoOtherFaultsTarget() {
        var owned = Map.of("r1m1-engine", 3, "r1m2-engine", 5, "r2m2-engine", 5);
        assertThat(busiest(Domain.PROCESS, owned)).containsExactly("r1m2-engine");
        assertThat(busiest(Domain.MACHINE, owned, "r1m2-replica")).containsExactly("r2m2");
        assertThat(busiest(Domain.RACK, owned)).containsExactly("r1");
        assertThat(busiest(Domain.MACHINE, Map.of())).isEmpty();
        assertThat(over(Domain.PROCESS, "busiest")).allMatch(name -> name.endsWith("-engine"));
    }

    private static List<String> busiest(Domain domain, Map<String, Integer> owned, String... taken) {
        return TargetChoice.busiest(Clusters.FIGURE_5, domain, owned, List.of(taken))
                .map(TargetChoice::targets)
                .orElse(List.of());
    }

    @Test
    void allAndAShareAreOfWhatAnyChoosesFrom() {
        assertThat(choose(Domain.MACHINE, 1, "all").targets()).containsExactly("r1m1", "r1m2", "r2m1", "r2m2");
        assertThat(choose(Domain.MACHINE, 1, "50%").targets()).hasSize(2);
        assertThat(choose(Domain.MACHINE, 1, "1%").targets()).hasSize(1);
        assertThat(over(Domain.MACHINE, "51%")).containsExactlyInAnyOrder("r1m1", "r1m2", "r2m1", "r2m2");
    }

    @Test
    void aPeerSharesAPartitionWithWhatIsStruckAlready() {
        assertThat(TargetChoice.of(
                                Clusters.FIGURE_5,
                                Domain.MACHINE,
                                List.of("peer"),
                                1,
                                1,
                                List.of("r1m1-engine", "r1m1-replica"))
                        .targets())
                .containsExactly("r2m1");
        assertThat(choose(Domain.MACHINE, 1, "r2m2", "peer").targets()).containsExactly("r2m2", "r1m2");
    }

    @Test
    void aSeedGivesTheSameTargetsForEver() {
        assertThat(choose(Domain.MACHINE, 42, "any").targets())
                .isEqualTo(choose(Domain.MACHINE, 42, "any").targets());
        assertThat(List.of(
                        choose(Domain.MACHINE, 1, "any").targets().get(0),
                        choose(Domain.MACHINE, 2, "any").targets().get(0),
                        choose(Domain.MACHINE, 3, "any").targets().get(0)))
                .isEqualTo(List.of("r2m1", "r1m1", "r2m2"));
    }

    @Test
    void keepsClearOfWhatOtherFaultsHit() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(TargetChoice.of(
                                    Clusters.FIGURE_5,
                                    Domain.MACHINE,
                                    List.of("any"),
                                    seed,
                                    1,
                                    List.of("r1m1-engine", "r1m2-replica", "r2m2-engine"))
                            .targets())
                    .containsExactly("r2m1");
        }
    }

    @Test
    void saysWhatIsValid() {
        assertThatThrownBy(() -> choose(Domain.MACHINE, 1, "r1m9"))
                .isInstanceOf(UnknownTargetException.class)
                .hasMessage(
                        "no machine 'r1m9' in this cluster; valid: r1m1, r1m2, r1d, r2m1, r2m2, r2d, engine, replica, "
                                + "dispatcher, any, all, peer, busiest, active-dispatcher, two-of-a-partition, two-of-different-partitions");
    }

    @Test
    void saysThatNothingFits() {
        var single = new Topology(
                "single",
                "127.106.0.1:5060",
                "",
                List.of(new Topology.Rack(
                        "r1",
                        List.of(new Topology.Machine(
                                "r1m1",
                                "127.61.1.1",
                                List.of(new Topology.Element("r1m1-engine", "engine", -1, "", "")))))));
        assertThatThrownBy(
                        () -> TargetChoice.of(single, Domain.MACHINE, List.of("two-of-a-partition"), 1, 0, List.of()))
                .isInstanceOf(UnknownTargetException.class)
                .hasMessage("no machine fits 'two-of-a-partition' in this cluster, or none that another fault leaves; "
                        + "valid: r1m1");
    }

    private static Set<String> over(Domain domain, String word) {
        var all = new HashSet<String>();
        for (long seed = 0; seed < 100; seed++) {
            all.addAll(choose(domain, seed, word).targets());
        }
        return all;
    }

    private static Set<Set<String>> pairs(String word) {
        var all = new HashSet<Set<String>>();
        for (long seed = 0; seed < 100; seed++) {
            all.add(Set.copyOf(choose(Domain.MACHINE, seed, word).targets()));
        }
        return all;
    }

    private static TargetChoice choose(Domain domain, long seed, String... words) {
        return TargetChoice.of(Clusters.FIGURE_5, domain, List.of(words), seed, 0, List.of());
    }
}
