package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.SmallDisk;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Hosts that are not what they were, have no room, begin anew or say nothing: one line, the others healed, and no waiting for ever. */
@Tag("beside")
@ResourceLock(Sshd.OF_CONTRACT)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HostileHostsIT {
    private static final Duration LEASE = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();
    private Path there;
    private Sshd sshd;
    private Inventory inventory;
    private Ledger ledger;
    private Host host;
    private SmallDisk room;

    @BeforeEach
    void begin() throws Exception {
        sshd = Sshd.start(folder, HostContract.ADDRESSES.toArray(String[]::new));
        give(Files.createDirectories(folder.resolve("there")));
        ledger = Ledger.create(Files.createDirectories(folder.resolve("run")).resolve("ledger.jsonl"));
    }

    @AfterEach
    void end() throws Exception {
        if (sshd != null) {
            sshd.fallSilent(false);
        }
        if (host != null) {
            host.close();
        }
        if (sshd != null) {
            sshd.close();
        }
        if (ledger != null) {
            ledger.close();
        }
        if (room != null) {
            room.close();
        }
    }

    private void give(Path place) throws IOException {
        there = place;
        inventory = InventoryReader.read(sshd.inventory(there, LEASE.toSeconds() + "s"));
    }

    private void open() throws IOException {
        host = RemoteHost.opening(
                        Placement.of(inventory, HostContract.RACK, 0),
                        HostContract.RACK,
                        Installation.locate().jar(),
                        Installation.OPTIONS)
                .open(folder.resolve("run"), ledger);
        for (Element element : HostContract.RACK.elements()) {
            host.start(element.name(), List.of("sh", "-c", "exec cat"));
        }
    }

    @Test
    void aKeyThatHasChangedSinceTheDoctorIsRefusedBeforeAnythingIsDone() throws Exception {
        assertThat(HostsDoctor.examine(inventory.targets()))
                .allMatch(findings -> findings.stream().filter(Finding::needed).allMatch(Finding::good));
        sshd.changeKey();
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key")
                .message()
                .hasLineCount(1);
        assertThat(ledger.open()).isEmpty();
        try (var left = Files.list(there)) {
            assertThat(left).isEmpty();
        }
    }

    /** To its standard output, where the agent is to be heard. */
    @Tag("long")
    @Test
    void aJvmThatHasMuchToSayIsNoHindrance() throws Exception {
        Path java = Files.writeString(
                folder.resolve("java"), "#!/bin/sh\nJAVA_TOOL_OPTIONS=-Xlog:gc+init,safepoint exec java \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Path file = sshd.inventory(there, LEASE.toSeconds() + "s");
        Files.writeString(file, Files.readString(file).replace("{address", "{java: " + java + ", address"));
        inventory = InventoryReader.read(file);

        assertThat(HostsDoctor.examine(inventory.targets()))
                .allMatch(findings -> findings.stream()
                        .filter(finding -> finding.what().equals("Java"))
                        .allMatch(finding -> finding.good() && finding.seen().contains(" version \"")));
        open();
        assertThat(host.running()).hasSize(HostContract.RACK.elements().size());
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    @Test
    void aHostWithoutRoomIsRefused() throws Exception {
        room = SmallDisk.mount(there, 2);
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("127.38.")
                .hasMessageContaining("No space left")
                .message()
                .hasLineCount(1);
        assertThat(ledger.open()).isEmpty();
    }

    /** No undo can be written, so nothing is done; and what has been done is undone all the same. */
    @Test
    void aHostThatRunsOutOfRoomIsNotStruckAndHealed() throws Exception {
        room = SmallDisk.mount(there, 64);
        open();
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(HostContract.RACK));
        fill();
        assertThat(firstRefusal(injecting)).contains("No space left").hasLineCount(1);
        ledger.heal(host.undoing());
        assertThat(host.processes().stream()
                        .filter(process -> ProcessHandle.of(process.pid())
                                .flatMap(found -> found.info().commandLine())
                                .filter(line -> line.endsWith("cat"))
                                .isPresent()))
                .isEmpty();
    }

    /** The last page of a ledger has room for some undos more. */
    private String firstRefusal(Injecting injecting) throws Exception {
        for (int index = 0; index < 50; index++) {
            try {
                InjectedFault fault = injecting.inject(index, HostContract.order(Kind.HANG), clock.nanos());
                InjectedFault repaired = injecting.repair(fault);
                Optional<String> trouble = repaired.proof().stream()
                        .filter(line -> line.contains("No space left"))
                        .findFirst();
                if (trouble.isPresent()) {
                    assertThat(repaired.proven()).isFalse();
                    return trouble.get();
                }
            } catch (IOException e) {
                return e.getMessage();
            }
        }
        return "never refused";
    }

    private void fill() throws IOException {
        try (var file = Files.newOutputStream(there.resolve("full"))) {
            while (true) {
                file.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void aHostThatBeginsAnewInMidFaultIsGivenUpAndTheOthersAreHealed() throws Exception {
        give(Sshd.kept(Sshd.OF_CONTRACT));
        open();
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(HostContract.RACK));
        injecting.inject(0, HostContract.order(Kind.HANG), clock.nanos());

        killAllOf("r1m1");
        sshd.restart();

        await().atMost(LEASE.multipliedBy(4)).until(() -> host.failure().isPresent());
        assertThat(host.failure().orElseThrow())
                .startsWith(HostContract.ADDRESSES.get(0))
                .hasLineCount(1);
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
        assertThat(ledger.open()).isEmpty();
    }

    @Tag("long")
    @Test
    void aMachineThatNobodyHeardRepairingStillCountsAsDown() throws Exception {
        give(Sshd.kept(Sshd.OF_CONTRACT));
        open();
        Injecting injecting = host.injecting(clock, new BlastRadius(HostContract.RACK, 1));
        InjectedFault first = injecting.inject(0, hang("r1m1", "a", "b"), clock.nanos());
        killAllOf("r1m1");

        assertThat(injecting.repair(first).proven()).isFalse();

        assertThatThrownBy(() -> injecting.inject(1, hang("r1m2", "c"), clock.nanos()))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessage("fault 1: 2 machines would be down at once, 1 may be: [r1m1, r1m2]");
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    private static FaultOrder hang(String machine, String... elements) {
        return new FaultOrder(Domain.MACHINE, Kind.HANG, List.of(machine), List.of(elements), Duration.ZERO, null);
    }

    /** All that a power failure would end: agent, keeper, elements. */
    private void killAllOf(String machine) {
        ProcessHandle.allProcesses().filter(process -> isOf(process, machine)).forEach(ProcessHandle::destroyForcibly);
        await().until(() -> ProcessHandle.allProcesses().noneMatch(process -> isOf(process, machine)));
    }

    private boolean isOf(ProcessHandle process, String machine) {
        try {
            String works = Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .toString();
            return works.startsWith(there.toString()) && works.endsWith("-" + machine);
        } catch (IOException e) {
            return false;
        }
    }

    /** What only root can do is refused there with a line, and nothing is struck. */
    @Test
    void aUserWithoutRightsIsNotStruckByRules() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "wants root, to log in as somebody else");
        for (Path each : List.of(folder, there)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        sshd.configure(
                "ForceCommand setpriv --reuid=65534 --regid=65534 --clear-groups sh -c \"$SSH_ORIGINAL_COMMAND\"");
        open();
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(HostContract.RACK));
        var cut = new FaultOrder(Domain.MACHINE, Kind.ISOLATE, List.of("r1m2"), List.of("c"), Duration.ZERO, null);
        assertThatThrownBy(() -> injecting.inject(0, cut, clock.nanos()))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageStartingWith("fault 0: this kernel or user cannot: ")
                .hasMessageEndingWith("be root")
                .message()
                .hasLineCount(1);
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
    }

    @Tag("long")
    @Test
    void hostsThatSayNothingAreGivenUpWithinTheirLeaseAndHealThemselves() throws Exception {
        give(Sshd.kept(Sshd.OF_CONTRACT));
        open();
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(HostContract.RACK));
        injecting.inject(0, HostContract.order(Kind.HANG), clock.nanos());

        sshd.fallSilent(true);

        await().atMost(LEASE.multipliedBy(4)).until(() -> host.failure().isPresent());
        assertThat(host.failure().orElseThrow())
                .contains("nothing heard for 3000 ms")
                .hasLineCount(1);
        await().atMost(LEASE.multipliedBy(5))
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process -> isOf(process, "r1m1") || isOf(process, "r1m2")));
        HealResult first = ledger.heal(host.undoing());
        assertThat(first.complete()).isFalse();
        assertThat(first.failed()).allMatch(line -> line.lines().count() == 1);

        sshd.fallSilent(false);
    }
}
