package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undoing;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elements whose commands go into the background, and commands that stop elements. */
@Tag("beside")
class DaemonIT {
    /** Two processes in a session of their own, with an empty environment and the machine's first process for a parent. */
    private static final String LEAVE_DAEMON = "env -i setsid sh -c 'echo $$ > pid; sleep 300 & wait' &";

    private static final Topology ONE = new Topology(
            "mine",
            "127.0.0.1:5060",
            "",
            List.of(new Rack(
                    "r", List.of(new Machine("m", "127.0.0.1", List.of(new Element("d", "engine", -1, "", "")))))));

    @TempDir
    Path folder;

    private final List<Process> strangers = new ArrayList<>();
    private Ledger ledger;
    private LocalHost host;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(folder.resolve("host"));
        ledger = Ledger.create(folder.resolve("host/ledger.jsonl"));
        host = LocalHost.leashed(folder.resolve("host"), ledger);
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        ledger.close();
        strangers.forEach(Process::destroyForcibly);
    }

    @Test
    void theProcessesThatACommandLeavesInTheBackgroundAreTheElement() throws IOException {
        start(LEAVE_DAEMON);

        ProcessIdentity first = host.identity("d");
        assertThat(first.pid()).isEqualTo(written());
        await().until(() -> host.processes().size() == 2);
        try (var freeze = host.armFreeze(List.of("d"))) {
            freeze.fire();
        }
        await().until(() -> host.observe("d").state() == State.FROZEN);
        assertThat(host.observe("d").evidence()).contains("of 2 processes");

        host.kill(List.of("d"));
        await().until(() -> host.observe("d").state() == State.GONE);
        host.restart("d");
        assertThat(host.identity("d")).isNotEqualTo(first);
        assertThat(host.observe("d").state()).isEqualTo(State.RUNNING);
        assertThat(ledger.open()).hasSize(1);
    }

    @Test
    void theyAreHealedThoughTheFirstOneIsGone() throws IOException {
        start(LEAVE_DAEMON);
        await().until(() -> host.processes().size() == 2);
        LinuxProcesses.kill(host.identity("d"));
        await().until(() -> host.processes().size() == 1);

        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();

        assertThat(host.observe("d").state()).isEqualTo(State.GONE);
    }

    /** As a service manager does: the element would look dead. Who heals later must not take its owner's for it. */
    @Test
    void whatSomebodyElseStartsAgainIsNotGone() throws IOException {
        start(LEAVE_DAEMON);
        host.kill(List.of("d"));
        await().until(() -> host.observe("d").state() == State.GONE);

        Process again = stranger();
        Files.writeString(folder.resolve("pid"), again.pid() + "\n");

        assertThat(host.observe("d").state()).isEqualTo(State.RUNNING);
        assertThat(host.observe("d").evidence()).contains("pid " + again.pid());
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        assertThat(again.isAlive()).isTrue();
        assertThat(host.stopAll().complete()).isTrue();
        assertThat(again.isAlive()).isFalse();
    }

    @Test
    void nobodyIsTouchedWhomAnOldPidFileNames() throws IOException {
        Process stranger = stranger();
        Files.writeString(folder.resolve("pid"), Long.toString(stranger.pid()));
        assertThatThrownBy(() -> start(LEAVE_DAEMON))
                .hasMessageEndingWith("names pid " + stranger.pid() + ", which lives: it may be running already");

        Files.delete(folder.resolve("pid"));
        assertThatThrownBy(() -> start("echo " + stranger.pid() + " > pid"))
                .hasMessageContaining("cannot start d: ")
                .hasMessageContaining("pid names no living process that its command has started; see ");

        assertThat(stranger.isAlive()).isTrue();
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void whatIsNoPidFileIsNotRemoved() throws IOException {
        Files.writeString(folder.resolve("pid"), "precious");
        assertThatThrownBy(() -> start(LEAVE_DAEMON)).hasMessageContaining("holds no pid");
        assertThat(folder.resolve("pid")).hasContent("precious");
    }

    @Test
    void aCommandThatFailsLeavesNothingBehind() throws IOException {
        assertThatThrownBy(() -> start(LEAVE_DAEMON + " while [ ! -s pid ]; do :; done; exit 3"))
                .hasMessageContaining("its command ended with status 3");
        var left = LinuxProcesses.identify(written());
        assertThat(left.filter(each -> LinuxProcesses.observe("d", each).state() != State.GONE))
                .isEmpty();
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void nothingInTheBackgroundOutlivesAHarnessThatIsKilledMeanwhile() throws Exception {
        Process harness =
                Doomed.start(DoomedDaemon.class, folder.toString(), "sh", "-c", LEAVE_DAEMON + " exec sleep 300");
        strangers.add(harness);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(folder.resolve("pid")) && Files.size(folder.resolve("pid")) > 1);
        ProcessIdentity daemon = LinuxProcesses.identify(written()).orElseThrow();

        harness.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> LinuxProcesses.observe("d", daemon).state() == State.GONE);
        assertThat(Healer.heal(folder.resolve("ledger.jsonl")).complete()).isTrue();
    }

    /** A late one would stop what was started again. */
    @Test
    void anElementIsStoppedByItsOwnCommandWhichDoesNotOutliveItsNextStart() throws Exception {
        String stop = "kill -KILL -$(cat pid); echo $$ > stopping; exec sleep 300";
        start("trap '' TERM; " + LEAVE_DAEMON, List.of("sh", "-c", stop));
        ProcessIdentity before = host.identity("d");

        InjectedFault fault = strike(Kind.RESTART, Duration.ofSeconds(10));

        assertThat(fault.proven()).as(String.join("\n", fault.proof())).isTrue();
        assertThat(host.identity("d")).isNotEqualTo(before);
        assertThat(host.observe("d").state()).isEqualTo(State.RUNNING);
        long stopping =
                Long.parseLong(Files.readString(folder.resolve("stopping")).strip());
        await().until(() -> ProcessHandle.of(stopping).isEmpty());
        assertThat(ledger.open()).as("the element's own").hasSize(1);
    }

    @Test
    void aStopCommandWithoutEffectProvesNothing() throws Exception {
        start(LEAVE_DAEMON, List.of("true"));

        InjectedFault fault = strike(Kind.STOP, Duration.ofSeconds(1));

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).last().asString().startsWith("not stopped within");
        assertThat(host.observe("d").state()).isEqualTo(State.RUNNING);
        assertThat(host.stopAll().complete()).isTrue();
        assertThat(host.observe("d").state()).isEqualTo(State.GONE);
    }

    private InjectedFault strike(Kind kind, Duration patience) throws Exception {
        RunClock clock = RunClock.startingNow();
        var order = new FaultOrder(Domain.PROCESS, kind, List.of("d"), List.of("d"), Duration.ZERO, null);
        return new FaultInjector(host, ledger, clock, new BlastRadius(ONE, 1), patience)
                .inject(0, order, clock.nanos());
    }

    private void start(String script) throws IOException {
        start(script, List.of());
    }

    private void start(String script, List<String> stop) throws IOException {
        host.startTree("d", new TreeStart(List.of("sh", "-c", script), folder, folder.resolve("pid"), stop, List.of()));
    }

    private Process stranger() throws IOException {
        Process stranger = new ProcessBuilder("sleep", "300").start();
        strangers.add(stranger);
        return stranger;
    }

    private long written() throws IOException {
        return Long.parseLong(Files.readString(folder.resolve("pid")).strip());
    }
}
