package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Ledger;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine has for itself, really used up, and given back. */
class ExhaustionIT {
    private static final Topology TOPOLOGY = new Topology(
            "own", "127.68.0.1:5060", "", List.of(new Rack("r1", List.of(machine("m", "a", "b"), machine("n", "c")))));

    private static final Pattern USED = Pattern.compile(
            "used (\\d+) ms of processor time in (\\d+) ms, \\S+ processors of 0\\.20, in control group");
    /** 0.2 processors are 2 ms in each 10 ms, which may be used at the beginning of each. */
    private static final double EARLY_MILLIS = 2;
    /** The kernel looks no oftener on each processor whether the quota is used up (at 100 Hz, its lowest), and makes up for it in the periods after. */
    private static final double TICK_MILLIS = 10;

    @TempDir
    private Path folder;

    private Ledger ledger;
    private LocalHost host;
    private FaultInjector injector;

    private static Machine machine(String name, String... elements) {
        return new Machine(
                name,
                "127.68.1.1",
                List.of(elements).stream()
                        .map(element -> new Element(element, "engine", -1, "", ""))
                        .toList());
    }

    @BeforeEach
    void begin() throws IOException {
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(root || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), "wants root");
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        host = LocalHost.leashed(folder, ledger);
        injector = new FaultInjector(host, ledger, RunClock.startingNow(), BlastRadius.ofOneRack(TOPOLOGY));
    }

    @AfterEach
    void end() throws IOException {
        if (host != null) {
            host.close();
            var left = ledger.open();
            // Whatever a test that failed has left would burden those after it.
            ledger.heal(host.undoing());
            host.close();
            ledger.close();
            assertThat(left).as("left to undo").isEmpty();
        }
    }

    private void start(Quotas.Share share) throws IOException {
        host.quotas().limit("m", List.of("a", "b"), share);
        for (Element element : TOPOLOGY.elements()) {
            host.start(element.name(), List.of("sleep", "60"), null);
        }
        // Each enters its groups itself.
        await().until(() -> host.quotas().read().stream().allMatch(Quotas.Reading::held));
    }

    private InjectedFault inject(int index, Kind kind, String machine, Terms terms) throws Exception {
        var order = new FaultOrder(
                Domain.MACHINE,
                kind,
                List.of(machine),
                machine.equals("m") ? List.of("a", "b") : List.of("c"),
                Duration.ZERO,
                Duration.ofSeconds(1),
                terms);
        return injector.inject(index, order, 0);
    }

    @Test
    void processorsOfAMachineAreBusyWithinItsQuota() throws Exception {
        start(new Quotas.Share(0.2, 0, 0));
        InjectedFault fault = inject(0, Kind.CPU, "m", Terms.of(2));
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertHeld(fault.proof().toString());
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(repaired.proof()).last().asString().contains("repaired: m's busy processes use nothing");
        assertThatThrownBy(() -> inject(1, Kind.MEMORY, "m", Terms.of(0.8)))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("shares its memory with c of another machine");
        // Who is gone shares nothing.
        InjectedFault crash = inject(2, Kind.CRASH, "n", null);
        assertThatThrownBy(() -> inject(3, Kind.MEMORY, "m", Terms.of(0.8)))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("m has no limit of memory");
        injector.repair(crash);
    }

    /** However many processors they could have otherwise: unheld, the two would use ten times as much. */
    private static void assertHeld(String proof) {
        Matcher told = USED.matcher(proof);
        assertThat(told.find()).as(proof).isTrue();
        double used = Double.parseDouble(told.group(1));
        double within = Double.parseDouble(told.group(2));
        assertThat(used).as(proof).isBetween(0.1 * within, 0.2 * within + EARLY_MILLIS + 2 * TICK_MILLIS);
    }

    @Test
    void memoryIsTakenWithinTheLimitOfAMachine() throws Exception {
        start(new Quotas.Share(0, 96, 0));
        assertThatThrownBy(() -> inject(0, Kind.MEMORY, "n", Terms.of(0.8)))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("has no limit of memory")
                .message()
                .hasLineCount(1);
        InjectedFault fault = inject(1, Kind.MEMORY, "m", Terms.of(0.8));
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(fault.proof().toString()).containsPattern("m uses 7\\d\\.\\d MiB of its 96\\.0 MiB");
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
    }

    /** Taken is what it was, and short of memory the machine is not any more. */
    @Test
    void aLimitThatSomebodyRaisesTakesTheProofAlong() throws Exception {
        start(new Quotas.Share(0, 96, 0));
        InjectedFault fault = inject(0, Kind.MEMORY, "m", Terms.of(0.8));
        Matcher group =
                Pattern.compile("control group (\\S+)").matcher(fault.proof().toString());
        assertThat(group.find()).isTrue();
        Path folder = Path.of(group.group(1).replaceAll("[],]+$", ""));
        for (String limit : List.of("memory.memsw.limit_in_bytes", "memory.limit_in_bytes", "memory.max")) {
            if (Files.exists(folder.resolve(limit))) {
                Files.writeString(folder.resolve(limit), Long.toString(512L << 20));
            }
        }
        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof()).contains("no longer in effect: m has more than 96.0 MiB by now");
    }

    /** Whoever ends it early takes the proof away. */
    @Test
    void whatEndsByItselfIsNotProven() throws Exception {
        start(new Quotas.Share(0.2, 0, 0));
        InjectedFault fault = inject(0, Kind.CPU, "m", Terms.of(1));
        ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains("kill -0"))
                .forEach(ProcessHandle::destroyForcibly);
        await().until(() -> !injector.confirmStill(fault).proven());
        assertThat(injector.repair(fault).proven()).isFalse();
    }

    @Test
    void aMachinesOwnFileSystemIsFullAndNobodyElses() throws Exception {
        host.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0, 0, 2));
        for (Element element : TOPOLOGY.elements()) {
            host.start(element.name(), List.of("sh", "-c", "echo kept >$0.cdrs; exec sleep 60", element.name()));
        }
        Path disk = folder.resolve("m.disk");
        await().until(() -> Files.exists(disk.resolve("b.cdrs")));
        assertThatThrownBy(() -> inject(0, Kind.DISK, "n", null))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageContaining("n has no file system of its own");
        InjectedFault fault = inject(1, Kind.DISK, "m", null);
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(fault.proof().toString()).contains("No space left on device");
        Files.writeString(folder.resolve("beside"), "there is room");
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(disk.resolve("ringdown-full")).doesNotExist();
        host.close();
        assertThat(disk).doesNotExist();
        assertThat(folder.resolve("b.cdrs")).hasContent("kept");
        Files.deleteIfExists(Path.of("c.cdrs"));
    }

    /** As one that deletes old files does, and then writes on. */
    @Test
    void aFileSystemThatHadRoomMeanwhileWasNotFull() throws Exception {
        host.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0, 0, 2));
        for (Element element : TOPOLOGY.elements()) {
            host.start(element.name(), List.of("sleep", "60"), null);
        }
        InjectedFault fault = inject(0, Kind.DISK, "m", null);
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        Path full = folder.resolve("m.disk").resolve("ringdown-full");
        byte[] all = Files.readAllBytes(full);
        Files.delete(full);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("vigil")));
        Files.write(full, all);

        InjectedFault repaired = injector.repair(fault);

        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof())
                .noneMatch(line -> line.startsWith("no longer"))
                .anyMatch(line -> line.startsWith("not in effect all the while, ") && line.contains("m has "));
    }
}
