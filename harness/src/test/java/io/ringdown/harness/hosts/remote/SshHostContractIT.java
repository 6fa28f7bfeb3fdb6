package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxNetwork;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Two hosts behind a real {@code sshd}, the second of them behind a jump. */
@ResourceLock(Sshd.OF_CONTRACT)
class SshHostContractIT extends HostContract {
    private Path there;
    private Sshd sshd;
    private Sshd gate;
    private Inventory inventory;

    @Override
    Host open(Path logs, Ledger ledger) throws Exception {
        sshd = Sshd.start(folder, ADDRESSES.toArray(String[]::new));
        gate = Sshd.start(Files.createDirectories(folder.resolve("gate")), "127.38.9.1");
        there = Sshd.kept(Sshd.OF_CONTRACT);
        inventory = InventoryReader.read(behindGate(sshd.inventory(there, "3s")));
        return opening().open(logs, ledger);
    }

    private Path behindGate(Path file) throws IOException {
        var lines = new ArrayList<>(Files.readAllLines(file));
        lines.replaceAll(line -> line.replace(ADDRESSES.get(1) + ",", ADDRESSES.get(1) + ", jump: gate,"));
        lines.addAll(List.of("jumps:", gate.jump("gate", "gate")));
        return Files.write(file, lines);
    }

    private Host.Opening opening() {
        return RemoteHost.opening(
                Placement.of(inventory, RACK, 0), RACK, Installation.locate().jar(), Installation.OPTIONS);
    }

    @AfterEach
    void endServer() {
        if (sshd != null) {
            sshd.close();
        }
        if (gate != null) {
            gate.close();
        }
    }

    @Test
    void aBrokenConnectionIsReplacedAndNothingIsDoneTwice() throws Exception {
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        var cutting = new Thread(() -> {
            gate.cut();
            sshd.cut();
        });
        cutting.start();
        // The clocks are not looked at as quickly as ever while links are replaced, so that nothing is said of how
        // close the freezes are.
        InjectedFault fault = injecting.inject(
                0, order(Kind.HANG), clock.nanos() + host.lead().toNanos());
        cutting.join();

        assertThat(fault.proof()).filteredOn(line -> line.contains("state T")).hasSize(3);
        assertThat(host.running()).isEmpty();
        assertThat(host.failure()).isEmpty();
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    /** Its rules spare the port of the host's own SSH server, whoever comes to it: the jump. */
    @Test
    void aHostThatIsCutOffIsStillReachedThroughItsJump() throws Exception {
        assumeTrue(new LinuxNetwork().refusal(Kind.ISOLATE).isEmpty(), "wants iptables and root");
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        var cut = new FaultOrder(Domain.MACHINE, Kind.ISOLATE, List.of("r1m2"), List.of("c"), Duration.ZERO, null);
        InjectedFault fault;
        try (var one = new DatagramSocket(0, InetAddress.getByName(ADDRESSES.get(0)));
                var other = new DatagramSocket(0, InetAddress.getByName(ADDRESSES.get(1)))) {
            talk(one, other);
            talk(other, one);
            fault = injecting.inject(0, cut, clock.nanos());
        }
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        gate.cut();

        assertThat(host.observe("c").state()).isEqualTo(State.RUNNING);

        assertThat(injecting.repair(fault).repairAsked()).isPositive();
        assertThat(host.failure()).isEmpty();
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
    }

    /** Until the one is closed: what is cut off is proven by what it loses. */
    private static void talk(DatagramSocket from, DatagramSocket to) {
        var datagram = new DatagramPacket(new byte[1], 1, to.getLocalSocketAddress());
        var talking = new Thread(() -> {
            try {
                for (; ; LockSupport.parkNanos(10_000_000)) {
                    from.send(datagram);
                }
            } catch (IOException e) {
                // closed
            }
        });
        talking.setDaemon(true);
        talking.start();
    }

    @Test
    void hostsThatHearNothingHealByThemselvesAndAreHealedOnce() throws Exception {
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        injecting.inject(0, order(Kind.HANG), clock.nanos());
        await().until(() -> host.processes().size() == 5);
        List<ProcessIdentity> there = List.copyOf(host.processes());
        assertThat(folders()).hasSize(2);

        ((RemoteHost) host).abandon();

        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> there.stream()
                        .allMatch(process ->
                                LinuxProcesses.observe("any", process).state() == State.GONE));
        ledger.close();
        Healer.Report healed = Healer.heal(logs.resolve("ledger.jsonl"), this::healed);
        assertThat(healed.lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("undone: host ") && line.endsWith("nothing was left there"));
        assertThat(logs.resolve("a.log")).content().isEqualTo("hello\n");
        assertThat(folders()).isEmpty();
        assertThat(Healer.heal(logs.resolve("ledger.jsonl"), this::healed).lines())
                .containsExactly("nothing to undo");
        ledger = null;
        host = null;
    }

    @Test
    void aHostThatIsNotWhatItWasIsRefusedAndTheOthersHealed() throws Exception {
        ledger.heal(host.undoing());
        Files.writeString(
                folder.resolve("known_hosts"),
                Files.readString(folder.resolve("known_hosts"))
                                .lines()
                                .findFirst()
                                .orElseThrow() + "\n");
        try (Ledger another = Ledger.create(folder.resolve("another.jsonl"))) {
            assertThatThrownBy(() -> opening().open(logs, another))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(ADDRESSES.get(1))
                    .hasMessageContaining("does not stand in")
                    .message()
                    .hasLineCount(1);
            assertThat(another.open()).isEmpty();
        }
        assertThat(folders()).isEmpty();
    }

    private String healed(Undo.HealHost undo) throws IOException {
        return RemoteHealing.heal(undo, InventoryReader.read(Path.of(undo.inventory())), logs);
    }

    /** What runs have left on the hosts. */
    private List<Path> folders() throws IOException {
        try (Stream<Path> all = Files.list(there.resolve("runs"))) {
            return all.toList();
        }
    }
}
