package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.faults.Observation.State;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultInjectorTest {
    private static final long STRIKE = 5_000_000_000L;
    private static final String ENGINE = "r1m1-engine";
    private static final String REPLICA = "r1m1-replica";

    @TempDir
    Path folder;

    private final FakeVictims victims = new FakeVictims();
    private final FakePace pace = new FakePace();
    private Ledger ledger;
    private FaultInjector injector;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        injector = new FaultInjector(
                victims, ledger, BlastRadius.ofOneRack(Clusters.FIGURE_5), pace, Duration.ofMillis(200));
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
    }

    @Test
    void crashFreezesAllTogetherAndThenKills() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.CRASH), STRIKE);

        assertThat(victims.deeds)
                .containsExactly(
                        "arm [r1m1-engine, r1m1-replica]",
                        "freeze [r1m1-engine, r1m1-replica]",
                        "kill [r1m1-engine, r1m1-replica]");
        assertThat(fault.proven()).isTrue();
        assertThat(fault.asked()).isEqualTo(STRIKE);
        assertThat(fault.repairAsked()).isEqualTo(Operation.NONE);
        assertThat(fault.proof())
                .contains(ENGINE + " pid 100 start 1100: FROZEN", REPLICA + " pid 101 start 1101: GONE");
    }

    @Test
    void silentStaysFrozenAndIsKilledBeforeItIsStartedAgain() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.SILENT), STRIKE);
        assertThat(victims.states).containsEntry(ENGINE, State.FROZEN);
        victims.deeds.clear();
        pace.until(STRIKE + 1_000_000_000);

        InjectedFault repaired = injector.repair(fault);

        assertThat(victims.deeds)
                .containsExactly("kill [r1m1-engine, r1m1-replica]", "restart r1m1-engine", "restart r1m1-replica");
        assertThat(repaired.proven()).isTrue();
        assertThat(repaired.repairAsked()).isEqualTo(STRIKE + 1_000_000_000);
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void hangRunsOnAfterRepair() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.HANG), STRIKE);
        assertThat(ledger.open().values())
                .containsExactly(
                        new Undo.Resume(ENGINE, new ProcessIdentity(100, 1100)),
                        new Undo.Resume(REPLICA, new ProcessIdentity(101, 1101)));

        assertThat(injector.repair(fault).proven()).isTrue();
        assertThat(victims.states).containsEntry(ENGINE, State.RUNNING).containsEntry(REPLICA, State.RUNNING);
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void aHangThatIsNotSeenToEndIsLeftToHealing() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.HANG), STRIKE);
        victims.stubborn.add(ENGINE);

        InjectedFault repaired = injector.repair(fault);

        assertThat(repaired.proof()).contains("r1m1-engine was told to run on and is still frozen");
        assertThat(ledger.open().values()).containsExactly(new Undo.Resume(ENGINE, new ProcessIdentity(100, 1100)));
        assertThatThrownBy(() -> injector.inject(1, Clusters.order(Domain.PROCESS, Kind.CRASH, ENGINE), STRIKE))
                .hasMessageContaining("is down already");
    }

    @Test
    void whatIsNotSeenDeadIsNotStartedAgain() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.SILENT), STRIKE);
        victims.stubborn.add(ENGINE);
        victims.deeds.clear();

        InjectedFault repaired = injector.repair(fault);

        assertThat(victims.deeds).containsExactly("kill [r1m1-engine, r1m1-replica]", "restart r1m1-replica");
        assertThat(repaired.proof()).anyMatch(line -> line.startsWith("r1m1-engine was killed and is still there"));
        assertThat(ledger.open().values()).containsExactly(new Undo.Kill(ENGINE, new ProcessIdentity(100, 1100)));
    }

    @Test
    void stopIsProvenOnlyByTheEnd() throws Exception {
        assertThat(injector.inject(0, machine(Kind.STOP), STRIKE).proven()).isTrue();
        assertThat(victims.deeds).containsExactly("terminate [r1m1-engine, r1m1-replica]");
    }

    @Test
    void stopThatIsIgnoredIsUnproven() throws Exception {
        victims.stubborn.add(REPLICA);
        InjectedFault fault = injector.inject(0, machine(Kind.STOP), STRIKE);
        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).contains("not stopped within 200 ms");
    }

    @Test
    void freezeThatDoesNotShowIsUnproven() throws Exception {
        victims.stubborn.add(ENGINE);
        InjectedFault fault = injector.inject(0, machine(Kind.SILENT), STRIKE);
        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof())
                .contains(ENGINE + " pid 100 start 1100: RUNNING", "not frozen within 200 ms")
                .anyMatch(line -> line.startsWith("first to last freeze may have taken"));
        assertThat(ledger.open()).as("still to be healed").hasSize(2);
    }

    @Test
    void freezeThatMayNotHaveBeenAtOnceIsUnproven() throws Exception {
        pace.step = 60_000_000;
        victims.stubborn.add(ENGINE);
        var slow = new FaultInjector(
                victims,
                ledger,
                BlastRadius.ofOneRack(Clusters.FIGURE_5),
                new Pace() {
                    @Override
                    public long nanos() {
                        return pace.nanos();
                    }

                    @Override
                    public void until(long runNanos) {
                        pace.until(runNanos);
                    }

                    @Override
                    public void pause(Duration duration) {
                        pace.pause(duration);
                        victims.states.put(ENGINE, State.FROZEN);
                    }
                },
                Duration.ofMillis(200));
        InjectedFault fault = slow.inject(0, machine(Kind.SILENT), STRIKE);
        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).contains("first to last freeze may have taken 60 ms; at once means 50 ms");
    }

    @Test
    void anElementThatFailedByItselfLeavesTheFaultUnprovenAndOthersAlone() throws Exception {
        pace.whileWaiting(() -> victims.states.put(REPLICA, State.GONE));
        InjectedFault fault = injector.inject(0, machine(Kind.CRASH), STRIKE);
        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof())
                .contains(
                        REPLICA + " pid 101 start 1101: GONE",
                        "not struck: every element must run when the fault strikes");
        assertThat(victims.states).containsEntry(ENGINE, State.RUNNING);
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void aFaultThatSomebodyEndedLosesItsProof() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.SILENT), STRIKE);
        assertThat(injector.confirmStill(fault)).isEqualTo(fault);
        victims.states.put(ENGINE, State.RUNNING);
        assertThat(injector.confirmStill(fault).proven()).isFalse();
        assertThat(injector.repair(fault).proven()).isFalse();
    }

    @Test
    void aFrozenProcessThatRanMeanwhileLosesTheProof() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.HANG), STRIKE);
        victims.spent.put(ENGINE, Map.of(victims.identity(ENGINE), new Spent(2_000_001, Map.of("1", 1L))));
        InjectedFault confirmed = injector.confirmStill(fault);
        assertThat(confirmed.proven()).isFalse();
        assertThat(confirmed.proof()).anyMatch(line -> line.startsWith("ran for 2000 us"));
    }

    @Test
    void aCrashedElementThatSomebodyStartedAgainLosesTheProof() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.CRASH), STRIKE);
        victims.restart(ENGINE);
        assertThat(injector.confirmStill(fault).proven()).isFalse();
    }

    @Test
    void oneElementThatCannotStartKeepsNoOtherDown() throws Exception {
        InjectedFault fault = injector.inject(0, machine(Kind.CRASH), STRIKE);
        victims.unstartable.add(ENGINE);
        InjectedFault repaired = injector.repair(fault);
        assertThat(victims.states).containsEntry(REPLICA, State.RUNNING);
        assertThat(repaired.proof()).contains(ENGINE + " could not be started again: no such program");
        assertThat(ledger.open().values())
                .as("whose undo may be to start it")
                .extracting(Undo::element)
                .containsExactly(ENGINE);
    }

    @Test
    void whatCannotBeStartedAgainCountsAsDown() throws Exception {
        var one =
                new FaultInjector(victims, ledger, new BlastRadius(Clusters.FIGURE_5, 1), pace, Duration.ofMillis(200));
        InjectedFault fault = one.inject(0, machine(Kind.CRASH), STRIKE);
        victims.unstartable.add(ENGINE);
        one.repair(fault);

        assertThatThrownBy(() -> one.inject(1, Clusters.order(Domain.MACHINE, Kind.CRASH, "r1m2"), STRIKE))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessage("fault 1: 2 machines would be down at once, 1 may be: [r1m1, r1m2]");
    }

    @Test
    void refusesAnElementThatIsDownAlready() throws Exception {
        injector.inject(0, machine(Kind.SILENT), STRIKE);
        victims.deeds.clear();
        assertThatThrownBy(() -> injector.inject(1, Clusters.order(Domain.PROCESS, Kind.CRASH, ENGINE), STRIKE))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageStartingWith("fault 1: r1m1-engine is down already, by another fault");
        assertThat(victims.deeds).isEmpty();
    }

    @Test
    void aRepairedElementMayBeStruckAgain() throws Exception {
        injector.repair(injector.inject(0, machine(Kind.CRASH), STRIKE));
        assertThat(injector.inject(1, machine(Kind.CRASH), STRIKE).proven()).isTrue();
    }

    @Test
    void theUndoIsOnDiskBeforeTheFault() throws Exception {
        var seen = new java.util.ArrayList<Undo>();
        pace.whileWaiting(() -> seen.addAll(ledger.open().values()));
        injector.inject(0, machine(Kind.CRASH), STRIKE);
        assertThat(seen)
                .isEqualTo(List.of(
                        new Undo.Kill(ENGINE, new ProcessIdentity(100, 1100)),
                        new Undo.Kill(REPLICA, new ProcessIdentity(101, 1101))));
    }

    private static FaultOrder machine(Kind kind) {
        return Clusters.order(Domain.MACHINE, kind, "r1m1");
    }
}
