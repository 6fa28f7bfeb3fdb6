package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.Observation.State;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults on real processes. */
class FaultInjectorIT {
    private static final List<String> SLEEP = List.of("sleep", "300");

    @TempDir
    Path folder;

    private final RealVictims victims = new RealVictims();
    private final RunClock clock = RunClock.startingNow();
    private Ledger ledger;
    private FaultInjector injector;
    private long planned;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        injector = new FaultInjector(victims, ledger, clock, BlastRadius.ofOneRack(Clusters.FIGURE_5));
    }

    @AfterEach
    void close() throws IOException {
        victims.close();
        ledger.close();
    }

    /** Where a busy machine froze one long after the other, it is tried again. */
    private InjectedFault injected(FaultOrder order) throws Exception {
        for (int index = 0; ; index++) {
            planned = clock.nanos() + Duration.ofMillis(100).toNanos();
            InjectedFault fault = injector.inject(index, order, planned);
            if (fault.proven() || index == 4) {
                return fault;
            }
            injector.repair(fault);
        }
    }

    @Test
    void freezesARackOfJvmsAtOnce() throws Exception {
        FaultOrder order = Clusters.order(Domain.RACK, Kind.SILENT, "r1");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        for (String element : order.elements()) {
            victims.start(
                    element,
                    List.of(
                            java,
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx16m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BusyChild.class.getName()));
        }
        await().until(() -> order.elements().stream()
                .allMatch(element ->
                        victims.spent(element).get(victims.identity(element)).nanos() > 50_000_000));

        InjectedFault fault = injected(order);
        long strike = planned;

        System.out.printf(
                "rack of %d JVMs: asked %d us after the instant, bracket %d us%n",
                order.elements().size(), (fault.asked() - strike) / 1_000, (fault.confirmed() - fault.asked()) / 1_000);
        assertThat(fault.proof()).allMatch(line -> line.contains("state T"));
        assertThat(fault.proven()).isTrue();
        assertThat(fault.asked()).isGreaterThanOrEqualTo(strike);
        assertThat(fault.confirmed() - fault.asked())
                .isPositive()
                .isLessThan(Duration.ofMillis(50).toNanos());
        assertThat(injector.confirmStill(fault)).isEqualTo(fault);
    }

    @Test
    void aSilentProcessThatIsWokenLosesItsProof() throws Exception {
        FaultOrder order = strikeable(Kind.SILENT);
        InjectedFault fault = injector.inject(0, order, clock.nanos());
        assertThat(fault.proven()).isTrue();
        victims.resume(order.elements());
        await().until(() -> victims.observe("r1m1-engine").state() == State.RUNNING);
        assertThat(injector.confirmStill(fault).proven()).isFalse();
    }

    @Test
    void crashEndsEveryProcessAndRepairStartsNewOnes() throws Exception {
        FaultOrder order = strikeable(Kind.CRASH);
        ProcessIdentity before = victims.identity("r1m1-engine");
        InjectedFault fault = injector.inject(0, order, clock.nanos());
        assertThat(fault.proven()).isTrue();
        assertThat(states(order)).containsOnly(State.GONE);

        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).isTrue();
        assertThat(repaired.repairAsked()).isGreaterThan(fault.confirmed());
        assertThat(states(order)).containsOnly(State.RUNNING);
        assertThat(victims.identity("r1m1-engine")).isNotEqualTo(before);
    }

    @Test
    void hangEndsWithTheSameProcesses() throws Exception {
        FaultOrder order = strikeable(Kind.HANG);
        ProcessIdentity before = victims.identity("r1m1-engine");
        InjectedFault fault = injected(order);
        assertThat(states(order)).containsOnly(State.FROZEN);
        assertThat(injector.repair(fault).proven()).isTrue();
        await().untilAsserted(() -> assertThat(states(order)).containsOnly(State.RUNNING));
        assertThat(victims.identity("r1m1-engine")).isEqualTo(before);
    }

    @Test
    void stopAsksPolitely() throws Exception {
        FaultOrder order = strikeable(Kind.STOP);
        assertThat(injector.inject(0, order, clock.nanos()).proven()).isTrue();
        assertThat(states(order)).containsOnly(State.GONE);
    }

    @Test
    void aRestartIsItsOwnRepair() throws Exception {
        FaultOrder order = strikeable(Kind.RESTART);
        ProcessIdentity before = victims.identity("r1m1-engine");

        InjectedFault fault = injector.inject(0, order, clock.nanos());

        assertThat(fault.proven()).isTrue();
        assertThat(fault.repairAsked()).isGreaterThanOrEqualTo(fault.confirmed());
        assertThat(states(order)).containsOnly(State.RUNNING);
        assertThat(victims.identity("r1m1-engine")).isNotEqualTo(before);
        assertThat(ledger.open()).isEmpty();
        assertThat(injector.inject(1, order, clock.nanos()).proven())
                .as("nothing is down")
                .isTrue();
    }

    @Test
    void aSuccessorOfThePidIsNeitherTouchedNorBelievedIn() throws Exception {
        victims.start("r1m1-engine", SLEEP);
        ProcessIdentity real = victims.identity("r1m1-engine");
        var predecessor = new ProcessIdentity(real.pid(), real.start() - 1);

        LinuxProcesses.kill(predecessor);
        LinuxProcesses.terminate(predecessor);
        assertThat(Undoing.onThisMachine().undo(new Undo.Kill("r1m1-engine", predecessor)))
                .contains("another process's");
        Undoing.onThisMachine().undo(new Undo.Resume("r1m1-engine", predecessor));

        assertThat(LinuxProcesses.observe("r1m1-engine", predecessor).state()).isEqualTo(State.GONE);
        assertThat(victims.observe("r1m1-engine").state()).isEqualTo(State.RUNNING);
    }

    /** Else a stop would be proven of what runs on, by a harness that has all its files open. */
    @Test
    void whoCannotBeLookedAtIsNotGone() throws Exception {
        victims.start("r1m1-engine", List.of("setsid", "sleep", "300"));
        ProcessIdentity living = victims.identity("r1m1-engine");
        Process looking = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 64; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutOfFiles.class.getName(),
                        Long.toString(living.pid()))
                .redirectErrorStream(true)
                .start();

        List<String> told = looking.inputReader().lines().toList();

        assertThat(told).hasSize(10);
        assertThat(told.subList(0, 3)).containsExactly("RUNNING", "RUNNING", "[" + living + "]");
        assertThat(told.get(3)).isEqualTo("no more files");
        assertThat(told.subList(4, 7)).allMatch(line -> line.startsWith("cannot tell: cannot look at /proc"));
        assertThat(told.subList(7, 10)).containsExactly("RUNNING", "RUNNING", "[" + living + "]");
    }

    @Test
    void healsAProcessKnownOnlyByItsMark() throws Exception {
        var builder = new ProcessBuilder(SLEEP);
        builder.environment().putAll(Map.of("RINGDOWN_PROCESS", folder.toString()));
        Process process = builder.start();
        await().until(() ->
                LinuxProcesses.findByEnvironment("RINGDOWN_PROCESS=" + folder).isPresent());
        ledger.intend(new Undo.KillMarked("r1m1-engine", "RINGDOWN_PROCESS=" + folder));

        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        assertThat(process.waitFor()).isEqualTo(137);
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void healingEndsWhatSilenceLeft() throws Exception {
        FaultOrder order = strikeable(Kind.SILENT);
        injector.inject(0, order, clock.nanos());
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        assertThat(states(order)).containsOnly(State.GONE);
    }

    @Test
    void healingLooksWhetherAHangHasEnded() throws Exception {
        FaultOrder order = strikeable(Kind.HANG);
        injector.inject(0, order, clock.nanos());

        HealResult healed = ledger.heal(Undoing.onThisMachine());

        assertThat(healed.done()).hasSize(2).noneMatch(line -> line.contains("state T"));
        assertThat(states(order)).containsOnly(State.RUNNING);
    }

    @Test
    void anArmedFreezeThatIsNotFiredDoesNothing() throws Exception {
        victims.start("r1m1-engine", SLEEP);
        victims.armFreeze(List.of("r1m1-engine")).close();
        assertThat(victims.observe("r1m1-engine").state()).isEqualTo(State.RUNNING);
    }

    private FaultOrder strikeable(Kind kind) throws IOException {
        FaultOrder order = Clusters.order(Domain.MACHINE, kind, "r1m1");
        for (String element : order.elements()) {
            victims.start(element, SLEEP);
        }
        return order;
    }

    private List<State> states(FaultOrder order) {
        return order.elements().stream()
                .map(element -> victims.observe(element).state())
                .toList();
    }
}
