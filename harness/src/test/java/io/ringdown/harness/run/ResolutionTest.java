package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.plan.BuiltInPlans;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.harness.plan.Plan;
import io.ringdown.harness.plan.PlanReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.ResolvedPlan.Burst;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolutionTest {
    @Test
    void theSameSeedGivesTheSameTargets() {
        var plan = BuiltInPlans.find("machine-failure");

        assertThat(Resolution.all(plan, 7)).isEqualTo(Resolution.all(plan, 7));
    }

    @Test
    void everyMachineIsStruckBySomeSeed() {
        var plan = BuiltInPlans.find("machine-failure");

        assertThat(IntStream.range(0, 64)
                        .mapToObj(
                                seed -> order(Resolution.all(plan, seed).get(0)).targets())
                        .flatMap(java.util.List::stream))
                .contains("r1m1", "r1m2", "r2m1", "r2m2");
    }

    @Test
    void aRackTakesItsDispatcherAlong() {
        var rack = Resolution.all(BuiltInPlans.find("rack-failure"), 1).get(0);

        assertThat(order(rack).elements()).hasSize(5).anyMatch(element -> element.endsWith("-dispatcher"));
    }

    /** Its elements could not reach the callee. */
    @Test
    void aClusterThatRelaysStandsOnLoopbackHostsOnly(@TempDir Path folder) throws IOException {
        Path inventory = folder.resolve("inventory.yaml");
        Plan relayed = BuiltInPlans.find("relayed");

        Files.writeString(inventory, hosts("127.5.0."));
        assertThat(Resolution.all(relayed.on(InventoryReader.read(inventory)), 1))
                .hasSize(1);
        Files.writeString(inventory, hosts("192.0.2."));
        assertThatThrownBy(() -> Resolution.all(relayed.on(InventoryReader.read(inventory)), 1))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith(inventory + ": a cluster that relays calls a callee on a loopback address");
    }

    private static String hosts(String network) {
        return IntStream.rangeClosed(1, 6)
                .mapToObj(number -> "  - {address: " + network + number + ", user: u, key: k, known-hosts: h}\n")
                .collect(Collectors.joining("", "hosts:\n", ""));
    }

    private static final String CALLED_FROM = """
            name: mine
            cluster: {arrangement: occas, machines-per-rack: 1}
            workload:
              load-hosts: [%s]
            faults: [{machine: any, kind: silent}]
            require: AL4
            """;

    private static Plan calledFrom(String names) {
        return PlanReader.read("mine.yaml", CALLED_FROM.formatted(names));
    }

    /** Of six hosts those two are left out, and the cluster's four machines are the others. */
    @Test
    void whoCallsCarriesNothingOfTheCluster(@TempDir Path folder) throws IOException {
        Path inventory = Files.writeString(folder.resolve("inventory.yaml"), hosts("127.5.0."));

        var resolution = Resolution.all(calledFrom("127.5.0.2, 127.5.0.5").on(InventoryReader.read(inventory)), 1)
                .get(0);

        assertThat(resolution.calling().hosts()).extracting(Target::name).containsExactly("127.5.0.2", "127.5.0.5");
        assertThat(resolution.topology().machines())
                .extracting(Topology.Machine::address)
                .containsExactlyInAnyOrder("127.5.0.1", "127.5.0.3", "127.5.0.4", "127.5.0.6");
        assertThat(resolution.plan().workload().caller().loadHostsAt()).containsExactly("127.5.0.2", "127.5.0.5");
    }

    @Test
    void whereAllHostsCallTheClusterIsOnThisMachine(@TempDir Path folder) throws IOException {
        Path inventory = Files.writeString(folder.resolve("inventory.yaml"), """
                hosts:
                  - {name: left, address: 127.5.0.1, user: u, key: k, known-hosts: h}
                """);

        var resolution = Resolution.all(calledFrom("left").on(InventoryReader.read(inventory)), 1)
                .get(0);

        assertThat(resolution.placement()).isNull();
        assertThat(resolution.calling().hosts()).extracting(Target::name).containsExactly("left");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lefd        | left    | 127.5.0.1   | 'lefd' is no host of FILE; did you mean 'left'?
            left        | left    | 127.1.1.1   | 'left' has the address of machine r1m1, 127.1.1.1, which faults may strike
            left        | left    | 192.0.2.1   | 'left' cannot reach the cluster at 127.100.0.1:5060, an address that every machine has for itself
            """)
    void aHostThatCannotCallIsRefused(
            String named, String known, String address, String complaint, @TempDir Path folder) throws IOException {
        Path inventory = Files.writeString(
                folder.resolve("inventory.yaml"),
                "hosts:\n  - {name: " + known + ", address: " + address + ", user: u, key: k, known-hosts: h}\n");

        assertThatThrownBy(() -> Resolution.all(calledFrom(named).on(InventoryReader.read(inventory)), 1))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessage("mine.yaml:4: workload.load-hosts: " + complaint.replace("FILE", inventory.toString()));
    }

    /** From this machine they are called as the harness calls them. */
    @Test
    void containersAreCalledFromThisMachineOnly(@TempDir Path folder) throws IOException {
        Path inventory = Files.writeString(folder.resolve("inventory.yaml"), "docker: {root: /}\n");

        assertThatThrownBy(() -> Resolution.all(calledFrom("left").on(InventoryReader.read(inventory)), 1))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessage("mine.yaml:4: workload.load-hosts: " + inventory
                        + " has containers that are made for a cluster's machines, and no host 'left'; a number of"
                        + " load hosts calls from this machine");
        Plan two = PlanReader.read(
                "mine.yaml",
                CALLED_FROM.formatted("left").replace("[left]", "2").replace("1}", "1, dispatchers: active-active}"));
        Resolution resolution =
                Resolution.all(two.on(InventoryReader.read(inventory)), 1).get(0);
        assertThat(resolution.calling().hosts()).isEmpty();
        assertThat(resolution.plan().workload().caller().loadHosts()).isEqualTo(2);
    }

    @Test
    void aHostThatNothingTellsOfIsRefused() {
        assertThatThrownBy(() -> Resolution.all(calledFrom("left"), 1))
                .hasMessage("mine.yaml:4: workload.load-hosts: nothing tells where host 'left' is:"
                        + " 'hosts: {inventory: FILE}' in the plan, or --hosts FILE");
    }

    @Test
    void twoOfAPartitionShareOne() {
        var both = Resolution.all(BuiltInPlans.find("two-machines"), 3);

        assertThat(partitions(both.get(0))).hasSize(1);
        assertThat(partitions(both.get(1))).hasSize(2);
    }

    /** Holds end some seconds after the strike: a population aimed at an earlier instant would be gone. */
    @Test
    void theFirstFaultFindsThePopulationHoweverLongItsPlanWaits() {
        var sole = Resolution.all(plan("  - {machine: r1m1, after: 5s}\n"), 1).get(0);
        assertThat(order(sole).after()).isZero();

        var two = Resolution.all(
                        plan("  - {process: r1m1-engine, after: 3s}\n  - {process: r2m1-engine, after: 2500ms}\n"), 1)
                .get(0);
        assertThat(two.plan().faults())
                .extracting(FaultOrder::after)
                .containsExactly(Duration.ofMillis(500), Duration.ZERO);
    }

    @Test
    void whomAMachineIsCutOffFromIsChosenAmongTheOthers() {
        FaultOrder order =
                order(Resolution.all(plan("  - {machine: r1m1, kind: isolate, from: any, direction: in}\n"), 1)
                        .get(0));

        assertThat(order.terms().direction()).isEqualTo(FaultOrder.Direction.IN);
        assertThat(order.terms().from()).hasSize(1).doesNotContain("r1m1").allMatch(name -> name.matches("r\\dm\\d"));
    }

    @Test
    void aClockGoesForwardOrBack() {
        FaultOrder forward = order(Resolution.all(plan("  - {machine: r1m1, kind: clock, by: 1h}\n"), 1)
                .get(0));
        FaultOrder back = order(Resolution.all(plan("  - {machine: r1m1, kind: clock, by: -10min}\n"), 1)
                .get(0));

        assertThat(forward.terms().amount()).isEqualTo(3_600);
        assertThat(back.terms().amount()).isEqualTo(-600);
    }

    @Test
    void aRollingRestartTakesOneMachineAfterTheOther() {
        var orders = Resolution.all(plan("  - {machine: all, kind: restart, apart: 20s}\n"), 1)
                .get(0)
                .plan()
                .faults();

        assertThat(orders).extracting(order -> order.targets().get(0)).containsExactly("r1m1", "r1m2", "r2m1", "r2m2");
        assertThat(orders).extracting(order -> order.after().toSeconds()).containsExactly(0L, 20L, 40L, 60L);
        assertThat(orders).allMatch(order -> order.elements().size() == 2);
    }

    @Test
    void twoQueuesAtATimeAreRefused() {
        String two = "  - {machine: r1m1, kind: rate, rate: 500, repair-after: 2s}\n"
                + "  - {machine: r2m1, kind: delay, delay: 50ms, after: %s}\n";
        assertThatThrownBy(() -> Resolution.all(plan(two.formatted("1s")), 1))
                .hasMessageContaining("only one fault of rate");
        assertThat(Resolution.all(plan(two.formatted("2s")), 1)).hasSize(1);
    }

    @Test
    void aFlappingMachineIsTheSameEachTime() {
        var orders = Resolution.all(
                        plan("  - {machine: any, kind: isolate, repair-after: 1s, times: 3, every: 4s}\n"), 1)
                .get(0)
                .plan()
                .faults();

        assertThat(orders)
                .extracting(FaultOrder::after)
                .containsExactly(Duration.ZERO, Duration.ofSeconds(4), Duration.ofSeconds(8));
        assertThat(orders)
                .extracting(FaultOrder::targets)
                .allMatch(orders.get(0).targets()::equals);
    }

    @Test
    void aBurstIsCountedFromTheFirstFault() {
        var bursts = Resolution.all(
                        plan("  - {kind: burst, for: 2s, rate: 300, after: 1s}\n  - {machine: any, after: 3s}\n"), 1)
                .get(0)
                .plan()
                .workload()
                .bursts();

        assertThat(bursts).containsExactly(new Burst(Duration.ofSeconds(-2), Duration.ofSeconds(2), 300));
        assertThat(bursts.get(0).calls()).isEqualTo(600);
    }

    @Test
    void theBusiestIsLeftToTheRun() {
        var order = order(
                Resolution.all(plan("  - {process: busiest, kind: crash}\n"), 1).get(0));

        assertThat(order.busiest()).isTrue();
        assertThat(order.elements()).hasSize(1).allMatch(name -> name.endsWith("-engine"));
    }

    @Test
    void aPlanMayAllowMoreOrLessThanARack() {
        String three = "  - {machine: [r1m1, r1m2, r2m1, r2m2]}\n";
        assertThatThrownBy(() -> Resolution.all(plan(three), 1))
                .hasMessageContaining("4 machines would be down at once, 3 may be");
        assertThat(order(Resolution.all(plan(three + "max-down: 4\n"), 1).get(0))
                        .targets())
                .hasSize(4);
        assertThatThrownBy(() -> Resolution.all(plan("  - {machine: [r1m1, r1m2]}\nmax-down: 1\n"), 1))
                .hasMessageContaining("2 machines would be down at once, 1 may be");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    machine: r1m1, kind: isolate, times: 2         | has times and every, both
                    machine: r1m1, kind: isolate, times: 2, every: 2s | must have been repaired before
                    machine: r1m1, kind: restart, repair-after: 2s | starts again what it stops
                    process: r1m1-replica, kind: drain             | carries no app processor with an admin port
                    process: r1m1-engine, kind: isolate            | shares the address 127.1.1.1 with r1m1-replica
                    machine: r1d, kind: isolate, direction: out    | r1d speaks for a service address
                    machine: r1m1, kind: isolate, from: r1d        | r1d speaks for a service address
                    machine: r1m1, kind: isolate, from: r1m1       | cannot be cut off from itself
                    rack: r1, kind: loss, share: 10%               | r1d speaks for a service address
                    machine: r1m1, kind: loss                      | share: missing
                    machine: r1m1, kind: isolate, share: 10%       | share: is not for kind isolate
                    machine: r1m1, kind: crash, from: r1m2         | from: is not for kind crash
                    machine: r1m1, kind: rate, rate: 0             | rate: '0' is not
                    machine: r1m1, kind: isolate, direction: up    | direction: 'up' is not valid here
                    machine: r1m1, kind: cpu                       | threads: missing
                    machine: r1m1, kind: cpu, threads: 2           | late: faults: kind cpu uses up what a machine has for itself, and this cluster's have nothing of the kind: cluster.quota
                    machine: r1m1, kind: memory                    | share: missing
                    machine: r1m1, kind: memory, share: 90%        | cluster.memory gives it to them
                    machine: r1m1, kind: disk                      | cluster.disk gives it to them
                    process: r1m1-engine, kind: cpu, threads: 1    | shares what machine r1m1 has with r1m1-replica: strike machine r1m1
                    machine: r1m1, kind: disk, share: 90%          | share: is not for kind disk
                    machine: r1m1, kind: clock                     | by: missing: how far, such as 10min or -1h
                    machine: r1m1, kind: clock, by: -9s            | by: '-9s' is not from 10s to 86400s
                    machine: r1m1, kind: clock, by: 10.5s          | by: '10.5s' is not a whole number of seconds
                    machine: r1m1, kind: clock, by: soon           | by: 'soon' is not a duration such as
                    machine: r1m1, kind: clock, by: 1h}, {machine: r1m1, kind: crash, overlap: true | cannot both be proven on it
                    machine: r1d, kind: clock, by: 1h}, {machine: r1d, kind: isolate, overlap: true | cannot both be proven on it
                    machine: r1m1, kind: crash, by: 1h             | by: is not for kind crash
                    machine: r1m1, kind: hang, overlap: maybe      | overlap: 'maybe' is not valid here
                    machine: [busiest, r1m1]                       | 'busiest' is one target, of one fault of a plan
                    machine: busiest}, {machine: busiest           | 'busiest' is one target, of one fault of a plan
                    machine: busiest, kind: isolate, from: r1m1    | 'busiest' is chosen in the run
                    machine: busiest}, {machine: peer, after: 5s   | 'busiest' is chosen in the run
                    kind: burst, rate: 500                         | for: missing
                    kind: burst, for: 5s, rate: 0                  | rate: '0' is not
                    kind: burst, for: 5s, rate: 5, machine: any    | faults[0].machine: unknown key
                    kind: burst, for: 5s, rate: 5}, {machine: any, after: 100s | a burst would begin 100000 ms before the first fault
                    machine: r1m1, kind: isolat                    | did you mean 'isolate'?
                    """)
    void refusesWhatAddressesCannotTellApartAndWhatMakesNoSense(String fault, String complaint) {
        String faults = "  - {" + fault.replace("}, {", "}\n  - {") + "}\n";
        assertThatThrownBy(() -> Resolution.all(plan(faults), 1))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint);
    }

    private static Plan plan(String faults) {
        return PlanReader.read("late.yaml", "name: late\ncluster: {}\nfaults:\n" + faults + "require: AL4\n");
    }

    private static java.util.Set<Integer> partitions(Resolution resolution) {
        return resolution.topology().elements().stream()
                .filter(element -> order(resolution).elements().contains(element.name()))
                .map(Topology.Element::partition)
                .filter(partition -> partition >= 0)
                .collect(java.util.stream.Collectors.toSet());
    }

    private static FaultOrder order(Resolution resolution) {
        return resolution.plan().faults().get(0);
    }
}
