package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlastRadiusTest {
    private static final Duration LATER = Duration.ofSeconds(10);
    private final BlastRadius radius = BlastRadius.ofOneRack(Clusters.FIGURE_5);

    @Test
    void allowsARack() {
        assertThatCode(() -> radius.check(List.of(Clusters.order(Domain.RACK, Kind.SILENT, "r1"))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesMoreThanARacksWorth() {
        assertThatThrownBy(() -> radius.check(List.of(
                        Clusters.order(Domain.RACK, Kind.SILENT, "r1"),
                        Clusters.order(Domain.MACHINE, Kind.SILENT, LATER, null, "r2m1"))))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessage("fault 1: 4 machines would be down at once, 3 may be: [r1d, r1m1, r1m2, r2m1]");
    }

    @Test
    void allowsTheSameAfterRepair() {
        assertThatCode(() -> radius.check(List.of(
                        Clusters.order(Domain.RACK, Kind.SILENT, Duration.ZERO, LATER, "r1"),
                        Clusters.order(Domain.RACK, Kind.SILENT, LATER, null, "r2"))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesTwoFaultsOnOneElement() {
        assertThatThrownBy(() -> radius.check(List.of(
                        Clusters.order(Domain.MACHINE, Kind.SILENT, "r1m1"),
                        Clusters.order(Domain.PROCESS, Kind.CRASH, "r1m1-replica"))))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessage(
                        "fault 1: r1m1-replica is down already, by another fault; with overlap: true it may be struck by"
                                + " one under which it runs on");
    }

    @Test
    void allowsOverlapsThatAreAskedForAndCanBothBeProven() {
        FaultOrder isolated = Clusters.order(Domain.MACHINE, Kind.ISOLATE, "r1m1");
        assertThatCode(() -> radius.check(List.of(isolated, overlapping(Kind.CRASH, "r1m1"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> radius.check(List.of(isolated, overlapping(Kind.CPU, "r1m1"))))
                .doesNotThrowAnyException();
        assertThatCode(() -> radius.check(0, overlapping(Kind.CRASH, "r1m1"), isolated.elements(), isolated.elements()))
                .doesNotThrowAnyException();
        for (List<FaultOrder> never : List.of(
                List.of(isolated, overlapping(Kind.LOSS, "r1m1")),
                List.of(isolated, overlapping(Kind.ISOLATE, "r1m1")),
                List.of(Clusters.order(Domain.MACHINE, Kind.CRASH, "r1m1"), overlapping(Kind.ISOLATE, "r1m1")),
                List.of(isolated, overlapping(Kind.CRASH, "r1m1"), overlapping(Kind.CPU, "r1m1")),
                List.of(
                        Clusters.order(Domain.MACHINE, Kind.CPU, "r1m1"),
                        overlapping(Kind.LOSS, "r1m1"),
                        overlapping(Kind.ISOLATE, "r1m1")),
                List.of(Clusters.order(Domain.MACHINE, Kind.ISOLATE, "r1d"), overlapping(Kind.CPU, "r1d")))) {
            assertThatThrownBy(() -> radius.check(never))
                    .isInstanceOf(FaultRefusedException.class)
                    .hasMessageContaining("is down already, by another fault, and the two cannot both be proven on it");
        }
    }

    @Test
    void setsNoClockThatNobodyTells() {
        FaultOrder clock = Clusters.order(Domain.MACHINE, Kind.CLOCK, "r1m1");
        assertThatThrownBy(() -> radius.check(List.of(clock)))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("has no admin port, and nothing else tells what its wall clock says");
    }

    private static FaultOrder overlapping(Kind kind, String machine) {
        FaultOrder plain = Clusters.order(Domain.MACHINE, kind, machine);
        return new FaultOrder(
                plain.domain(), kind, plain.targets(), plain.elements(), plain.after(), null, null, true, false);
    }

    @Test
    void refusesElementsThatAreNotTheTargets() {
        var order = new FaultOrder(
                Domain.MACHINE, Kind.CRASH, List.of("r1m1"), List.of("r1m1-engine"), Duration.ZERO, null);
        assertThatThrownBy(() -> radius.check(List.of(order)))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("are not those of [r1m1]");
    }

    @Test
    void refusesWhatAnOwnerDoesNotAllow() {
        BlastRadius others =
                radius.with(Map.of("r1m1-engine", Set.of(Kind.STOP, Kind.CRASH), "r1m1-replica", Set.of()));
        assertThatCode(() -> others.check(List.of(Clusters.order(Domain.PROCESS, Kind.CRASH, "r1m1-engine"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> others.check(List.of(Clusters.order(Domain.PROCESS, Kind.HANG, "r1m1-engine"))))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessage("fault 0: its owner does not allow hang of r1m1-engine; may: [crash, stop]");
        assertThatThrownBy(() -> others.check(List.of(Clusters.order(Domain.RACK, Kind.CRASH, "r1"))))
                .hasMessage("fault 0: its owner does not allow crash of r1m1-replica; may: []");
    }

    @Test
    void refusesTargetsThatAreNotInTheCluster() {
        var order = new FaultOrder(Domain.PROCESS, Kind.CRASH, List.of("sshd"), List.of("sshd"), Duration.ZERO, null);
        assertThatThrownBy(() -> radius.check(List.of(order))).isInstanceOf(FaultRefusedException.class);
    }
}
