package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elements as real processes, and what becomes of them when the harness dies. */
@Tag("beside")
class LocalHostIT {
    private static final List<String> SLEEP = List.of("sleep", "300");
    /** Reads until its standard input ends, as an element does. */
    private static final List<String> READ = List.of("cat");

    /** Four processes: one of the shell's session, one whose parent has ended, one that leads a session besides. */
    private static final List<String> FAMILY =
            List.of("sh", "-c", "sleep 300 & (setsid sleep 300 &) ; setsid sleep 300 & wait");

    @TempDir
    Path folder;

    @Test
    void startsFreezesAndStops() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", SLEEP);
            host.start("b", SLEEP);
            assertThat(host.observe("a").state()).isEqualTo(State.RUNNING);
            assertThat(ledger.open()).hasSize(2);
            freeze(host, "b");
            await().until(() -> host.observe("b").state() == State.FROZEN);

            assertThat(host.stopAll().complete()).isTrue();
            assertThat(host.observe("a").state()).isEqualTo(State.GONE);
            assertThat(host.observe("b").state()).isEqualTo(State.GONE);
            assertThat(ledger.open()).isEmpty();
        }
    }

    @Test
    void elementsHaveASessionOfTheirOwn() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", SLEEP);
            long pid = host.identity("a").pid();
            await().until(() -> session(pid) == pid);
        }
    }

    @Test
    void keepsWhatElementsPrint() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", List.of("sh", "-c", "echo hello; echo trouble >&2; exec sleep 300"));
            await().untilAsserted(
                            () -> assertThat(folder.resolve("a.log")).content().isEqualTo("hello\ntrouble\n"));
        }
    }

    @Test
    void startsAgainOnlyWhatIsGone() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", SLEEP);
            ProcessIdentity before = host.identity("a");
            assertThatThrownBy(() -> host.restart("a"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("there already");
            host.kill(List.of("a"));
            await().until(() -> host.observe("a").state() == State.GONE);
            host.restart("a");
            assertThat(host.identity("a")).isNotEqualTo(before);
            assertThat(ledger.open()).hasSize(1);
        }
    }

    /** A child, a daemon that has left its session and its parent, and one whose parent dies. */
    @Test
    void aTreeIsFrozenAndKilledAsAWhole() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.startTree("t", new TreeStart(FAMILY, folder));
            awaitSleepers(host);
            freeze(host, "t");

            assertThat(host.observe("t").state()).isEqualTo(State.FROZEN);
            assertThat(host.observe("t").evidence()).contains("of 4 processes");
            assertThat(host.processes())
                    .allMatch(each -> LinuxProcesses.observe("", each).state() == State.FROZEN);
            host.resume(List.of("t"));
            await().until(() -> host.observe("t").state() == State.RUNNING);

            LinuxProcesses.kill(host.identity("t"));
            await().until(() -> host.processes().size() == 3);
            assertThat(host.observe("t").state())
                    .as("without its first process")
                    .isEqualTo(State.RUNNING);
            host.kill(List.of("t"));
            await().until(() -> host.observe("t").state() == State.GONE);
            assertThat(host.processes()).isEmpty();
        }
    }

    @Test
    void aTreeIsHealedAsAWhole() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.startTree("t", new TreeStart(FAMILY, folder));
            awaitSleepers(host);
            freeze(host, "t");

            assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
            assertThat(host.observe("t").state()).isEqualTo(State.GONE);
        }
    }

    private static void awaitSleepers(LocalHost host) {
        await().until(() -> host.processes().size() == 4);
    }

    @Test
    void touchesNothingThatItDidNotStart() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            assertThatThrownBy(() -> host.kill(List.of("sshd"))).isInstanceOf(FaultRefusedException.class);
            assertThatThrownBy(() -> host.start("a", List.of("no-such-program-at-all")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-program-at-all");
            assertThat(host.processes()).isEmpty();
            assertThat(ledger.open()).isEmpty();
        }
    }

    @Test
    void nothingOutlivesAKilledHarnessNotEvenAFrozenElement() throws Exception {
        Process harness = Doomed.start(DoomedHarness.class, folder.toString());
        List<ProcessIdentity> elements = announced(harness);
        assertThat(elements).hasSize(3);
        await().until(() -> LinuxProcesses.observe("b", elements.get(1)).state() == State.FROZEN);
        assertThatThrownBy(() -> Healer.heal(ledger())).as("under a living run").hasMessageContaining("in use");

        harness.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(10))
                .until(() -> elements.stream()
                        .allMatch(element ->
                                LinuxProcesses.observe("element", element).state() == State.GONE));
        await().untilAsserted(() -> assertThat(Files.readAllLines(folder.resolve("keeper.log")))
                .hasSize(3)
                .allMatch(line -> line.startsWith("keeper: the harness died")));
        Healer.Report healed = Healer.heal(ledger());
        assertThat(healed.complete()).isTrue();
        if (LocalQuotas.refusal(ControlGroups.find(), "processors").isEmpty()) {
            assertThat(healed.lines()).last().asString().matches("undone: m: control group .* removed");
        }
        assertThat(Healer.heal(ledger()).lines()).containsExactly("nothing to undo");
    }

    @Test
    void elementsAreHeldToTheirMachinesQuotaHoweverOftenTheyStart() throws IOException {
        needQuotas();
        Path group;
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0.5, 0, 0));
            host.quotas().limit("n", List.of("c"), new Quotas.Share(0.25, 0, 0));
            group = Path.of(((Undo.RemoveGroup) ledger.open().get(1)).group());
            host.start("a", SLEEP);
            host.start("c", SLEEP);
            await().until(() -> held(host, "m", 1) && held(host, "n", 1));
            host.start("b", SLEEP);
            host.kill(List.of("a"));
            await().until(() -> host.observe("a").state() == State.GONE);
            host.restart("a");
            await().until(() -> held(host, "m", 2));

            Files.writeString(
                    group.resolveSibling("cgroup.procs"),
                    Long.toString(host.identity("b").pid()));
            assertThat(reading(host, "m").held()).as("b has left").isFalse();
            assertThat(reading(host, "m").evidence()).contains("without b");
            assertThat(reading(host, "n").held()).isTrue();

            assertThat(host.stopAll().complete()).isTrue();
            assertThat(group).doesNotExist();
            assertThat(ledger.open()).isEmpty();
        }
    }

    @Test
    void quotasStayWithADetachedClusterUntilItIsHealed() throws IOException {
        needQuotas();
        Path group;
        try (Ledger ledger = Ledger.create(ledger())) {
            LocalHost host = LocalHost.detached(folder, ledger);
            host.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0.5, 0, 0));
            host.start("a", SLEEP);
            group = Path.of(((Undo.RemoveGroup) ledger.open().get(1)).group());
        }
        try (Ledger ledger = Ledger.open(ledger())) {
            LocalHost later = LocalHost.detached(folder, ledger);
            later.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0.5, 0, 0));
            later.start("b", SLEEP);
            await().until(() -> held(later, "m", 2));
            assertThat(ledger.open()).as("one group, two processes").hasSize(3);
        }
        assertThat(Healer.heal(ledger()).complete()).isTrue();
        assertThat(group).doesNotExist();
    }

    private static void needQuotas() {
        String refusal = LocalQuotas.refusal(ControlGroups.find(), "processors");
        if (!refusal.isEmpty()) {
            assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(refusal).isNotEqualTo("1");
            abort(refusal);
        }
    }

    private static boolean held(LocalHost host, String machine, int processes) {
        Quotas.Reading reading = reading(host, machine);
        return reading.held() && reading.evidence().contains(", " + processes + " processes");
    }

    private static Quotas.Reading reading(LocalHost host, String machine) {
        return host.quotas().read().stream()
                .filter(reading -> reading.machine().equals(machine))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aHarnessWithoutAKeeperFreezesNothing() throws IOException {
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", READ);
            ProcessHandle.of(host.keeperPid()).orElseThrow().destroyForcibly();
            await().untilAsserted(() -> assertThatThrownBy(
                            () -> host.armFreeze(List.of("a")).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("keeper"));
        }
    }

    @Test
    void theKeeperGoesWithTheHost() throws IOException {
        long keeper;
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.leashed(folder, ledger)) {
            host.start("a", READ);
            keeper = host.keeperPid();
        }
        assertThat(ProcessHandle.of(keeper).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(folder.resolve("keeper.log")).isEmptyFile();
    }

    @Test
    void detachedElementsStayUntilHealed() throws IOException {
        ProcessIdentity element;
        try (Ledger ledger = Ledger.create(ledger());
                LocalHost host = LocalHost.detached(folder, ledger)) {
            host.start("a", SLEEP);
            element = host.identity("a");
        }
        assertThat(LinuxProcesses.observe("a", element).state()).isEqualTo(State.RUNNING);
        assertThat(Healer.heal(ledger()).complete()).isTrue();
        assertThat(LinuxProcesses.observe("a", element).state()).isEqualTo(State.GONE);
    }

    private static void freeze(LocalHost host, String element) throws IOException {
        try (var freeze = host.armFreeze(List.of(element))) {
            freeze.fire();
        }
    }

    private static List<ProcessIdentity> announced(Process harness) throws IOException {
        var elements = new ArrayList<ProcessIdentity>();
        BufferedReader lines = harness.inputReader();
        for (String line; (line = lines.readLine()) != null && !line.equals("ready"); ) {
            String[] words = line.split(" ");
            elements.add(new ProcessIdentity(Long.parseLong(words[0]), Long.parseLong(words[1])));
        }
        return elements;
    }

    /** Field 6 of {@code /proc/PID/stat}. */
    private static long session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
    }

    private Path ledger() {
        return folder.resolve("ledger.jsonl");
    }
}
