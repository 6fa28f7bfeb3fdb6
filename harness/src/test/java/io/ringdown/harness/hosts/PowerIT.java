package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.Undo;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines whose power is cut and put on by commands. */
@Tag("beside")
class PowerIT {
    static final Topology ONE = new Topology(
            "mine",
            "127.0.0.1:5060",
            "",
            List.of(new Rack(
                    "r",
                    List.of(new Machine(
                            "m",
                            "127.0.0.1",
                            List.of(
                                    new Element("a", "engine", -1, "", ""),
                                    new Element("b", "engine", -1, "", "")))))));
    static final String KILL_BOTH = "kill -KILL $(cat a.pid b.pid)";
    static final String SAY_ON = "echo on >> said";
    private static final FaultOrder ORDER =
            new FaultOrder(Domain.MACHINE, Kind.POWER_OFF, List.of("m"), List.of("a", "b"), Duration.ZERO, null);

    @TempDir
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private Ledger ledger;
    private LocalHost host;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(folder.resolve("host"));
        ledger = Ledger.create(folder.resolve("host/ledger.jsonl"));
        host = LocalHost.leashed(folder.resolve("host"), ledger);
        start(host, folder);
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        ledger.close();
    }

    @Test
    void aMachineIsOffWhenAllOfItsProcessesAreGoneAndIsPutOnBeforeTheyAreStartedAgain() throws Exception {
        // Still there when the machine is to be on again: it must not cut it then.
        Injecting injector = injecting(KILL_BOTH + "; echo $$ > cutting; exec sleep 300", SAY_ON);

        InjectedFault off = injector.inject(0, ORDER, clock.nanos());

        assertThat(off.proven()).as(String.join("\n", off.proof())).isTrue();
        assertThat(off.proof()).hasSize(2).allMatch(line -> line.contains("gone"));
        assertThat(ledger.open().values()).anyMatch(Undo.PowerOn.class::isInstance);
        assertThat(folder.resolve("said")).doesNotExist();
        assertThat(injector.confirmStill(off).proven()).isTrue();

        InjectedFault repaired = injector.repair(off);

        assertThat(repaired.proven()).isTrue();
        assertThat(repaired.proof()).last().isEqualTo("m: put on again by its command");
        assertThat(folder.resolve("said")).hasContent("on");
        long cutting =
                Long.parseLong(Files.readString(folder.resolve("cutting")).strip());
        assertThat(ProcessHandle.of(cutting)).isEmpty();
        assertThat(host.running()).containsExactly("a", "b");
        assertThat(ledger.open().values()).noneMatch(Undo.PowerOn.class::isInstance);
    }

    @Test
    void aCommandWithoutEffectProvesNothing() throws Exception {
        InjectedFault fault = soonTired("exit 0", SAY_ON).inject(0, ORDER, clock.nanos());

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).last().asString().startsWith("not all gone within");
        assertThat(host.running()).containsExactly("a", "b");
    }

    @Test
    void norDoesOneThatLeavesAProcess() throws Exception {
        InjectedFault fault = soonTired("kill -KILL $(cat a.pid)", SAY_ON).inject(0, ORDER, clock.nanos());

        assertThat(fault.proven()).isFalse();
        await().until(() -> host.running().equals(Set.of("b")));
    }

    @Test
    void norDoesOneThatIsNotThere() throws Exception {
        host.switches(List.of(new PowerSwitch(
                "m", List.of("no-such-program-at-all"), List.of("true"), folder.toString(), "mine.yaml")));
        InjectedFault fault = soonTired().inject(0, ORDER, clock.nanos());
        assertThat(fault.proven()).isFalse();
    }

    @Test
    void healingPutsItOnAfterWhatIsLeftWasKilled() throws Exception {
        soonTired("kill -KILL $(cat a.pid)", "kill -0 $(cat b.pid) && exit 1; " + SAY_ON)
                .inject(0, ORDER, clock.nanos());

        HealResult healed = ledger.heal(host.undoing());

        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
        assertThat(healed.done()).contains("m: put on again by its command");
        assertThat(folder.resolve("said")).hasContent("on");
        assertThat(host.observe("b").state()).isEqualTo(State.GONE);
    }

    @Test
    void aMachineThatStaysOffIsNotHealed() throws Exception {
        injecting(KILL_BOTH, "exit 7").inject(0, ORDER, clock.nanos());

        HealResult healed = ledger.heal(host.undoing());

        assertThat(healed.failed()).containsExactly("m: its command for power on ended with status 7: not on");
        assertThat(ledger.open().values()).containsExactly(new Undo.PowerOn("m", "mine.yaml"));
        assertThat(Files.readString(folder.resolve("host/ledger.jsonl")))
                .as("what may be secret")
                .doesNotContain("exit 7");
    }

    @Test
    void theKeeperPutsItOnWhenTheHarnessIsKilled() throws Exception {
        Path doomed = Files.createDirectory(folder.resolve("doomed"));
        Process harness = Doomed.start(DoomedPower.class, doomed.toString());
        assertThat(harness.inputReader().readLine()).isEqualTo("true");

        harness.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(doomed.resolve("said")));
        assertThat(Healer.heal(doomed.resolve("ledger.jsonl")).complete()).isTrue();
        assertThat(doomed.resolve("said")).hasContent("on");
    }

    private Injecting injecting(String off, String on) throws IOException {
        host.switches(List.of(power(folder, off, on)));
        return host.injecting(clock, new BlastRadius(ONE, 1));
    }

    /** For what never has its effect, however long it is waited for. */
    private Injecting soonTired(String off, String on) throws IOException {
        host.switches(List.of(power(folder, off, on)));
        return soonTired();
    }

    private Injecting soonTired() {
        return new FaultInjector(host, ledger, clock, new BlastRadius(ONE, 1), Duration.ofSeconds(1));
    }

    static PowerSwitch power(Path folder, String off, String on) {
        return new PowerSwitch("m", List.of("sh", "-c", off), List.of("sh", "-c", on), folder.toString(), "mine.yaml");
    }

    static void start(LocalHost host, Path folder) throws IOException {
        for (String element : List.of("a", "b")) {
            host.startTree(
                    element,
                    new TreeStart(List.of("sh", "-c", "echo $$ > " + element + ".pid; exec sleep 300"), folder));
            await().until(() ->
                    Files.exists(folder.resolve(element + ".pid")) && Files.size(folder.resolve(element + ".pid")) > 0);
        }
    }
}
