package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trees of processes that are frozen, and whether they have stood still all the while. */
@Tag("beside")
class FrozenTreeIT {
    private static final String ELEMENT = "e";
    /** Each child lives for a moment, and takes what it has used with it. */
    private static final List<String> SHORT_LIVED = List.of("sh", "-c", "while :; do sleep 0.005; done");

    private static final List<String> IDLE = List.of("sh", "-c", "sleep 300 & sleep 300");

    private static final Topology ONE = new Topology(
            "others",
            "127.8.0.1:5060",
            "",
            List.of(new Rack(
                    "r", List.of(new Machine("m", "127.8.0.1", List.of(new Element(ELEMENT, "engine", -1, "", "")))))));

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();
    private Ledger ledger;
    private LocalHost host;
    private Injecting injecting;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        host = LocalHost.leashed(folder, ledger);
        injecting = host.injecting(clock, BlastRadius.ofOneRack(ONE));
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        ledger.close();
    }

    @Test
    void oneThatMakesProcessesAllTheTimeAndIsLeftFrozenHasStoodStill() throws Exception {
        InjectedFault hang = hanging(SHORT_LIVED);

        assertThat(injecting.confirmStill(hang)).isEqualTo(hang);
        InjectedFault repaired = injecting.repair(hang);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        await().until(() -> host.observe(ELEMENT).state() == State.RUNNING);
    }

    /** With the children that end goes what they used; and it may be caught between two of them both times. */
    @Test
    void oneThatSomebodyLetRunForAMomentHasNot() throws Exception {
        InjectedFault hang = hanging(SHORT_LIVED);

        Set<ProcessIdentity> before = host.spent(ELEMENT).keySet();
        host.resume(List.of(ELEMENT));
        await().until(() -> !host.spent(ELEMENT).keySet().equals(before));
        freezeAgain();

        refuted(hang, "(ended|came|was let run) while it should have been frozen: ");
    }

    @Test
    void oneThatHadNothingToDoMeanwhileHasNotEither() throws Exception {
        InjectedFault hang = hanging(IDLE);

        host.resume(List.of(ELEMENT));
        freezeAgain();

        refuted(hang, "was let run while it should have been frozen: ");
    }

    @Test
    void oneOfWhichAProcessWasKilledIsNotWhatWasFrozen() throws Exception {
        InjectedFault hang = hanging(IDLE);

        ProcessIdentity child = host.spent(ELEMENT).keySet().stream()
                .filter(process -> !process.equals(host.identity(ELEMENT)))
                .findFirst()
                .orElseThrow();
        LinuxProcesses.kill(child);
        await().until(() -> host.spent(ELEMENT).size() == 2);

        refuted(hang, child + " ended while it should have been frozen: ");
    }

    private InjectedFault hanging(List<String> command) throws Exception {
        host.startTree(ELEMENT, new TreeStart(command, folder));
        int processes = command == IDLE ? 3 : 2;
        await().until(() -> host.spent(ELEMENT).size() == processes);
        var order = new FaultOrder(Domain.MACHINE, Kind.HANG, List.of("m"), List.of(ELEMENT), Duration.ZERO, null);
        InjectedFault hang = injecting.inject(0, order, clock.nanos() + 50_000_000);
        assertThat(hang.proven()).as(hang.proof().toString()).isTrue();
        return hang;
    }

    private void freezeAgain() throws IOException {
        try (var freeze = host.armFreeze(List.of(ELEMENT))) {
            freeze.fire();
            await().until(() -> host.observe(ELEMENT).state() == State.FROZEN);
        }
    }

    private void refuted(InjectedFault hang, String why) {
        InjectedFault later = injecting.confirmStill(hang);
        assertThat(later.proven()).as(later.proof().toString()).isFalse();
        assertThat(later.proof()).last().asString().containsPattern(why);
    }
}
