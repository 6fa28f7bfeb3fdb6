package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thirty hosts behind a real {@code sshd}, each with its agent: started, struck together and collected. */
class ManyHostsIT {
    private static final List<Machine> MACHINES = IntStream.rangeClosed(1, 30)
            .mapToObj(number -> new Machine(
                    "r1m" + number,
                    "127.39." + number + ".1",
                    List.of(new Element("e" + number, "engine", -1, "", ""))))
            .toList();
    private static final Topology RACK =
            new Topology("single", "127.139.0.1:5060", "", List.of(new Rack("r1", MACHINES)));

    @TempDir
    private Path folder;

    @Test
    @Tag("long")
    void startFailAndAreCollected() throws Exception {
        Path logs = Files.createDirectories(folder.resolve("run"));
        RunClock clock = RunClock.startingNow();
        // One listens on 16 addresses at most.
        try (Sshd one = sshd("one", MACHINES.subList(0, 15));
                Sshd other = sshd("other", MACHINES.subList(15, 30));
                Ledger ledger = Ledger.create(logs.resolve("ledger.jsonl"))) {
            var lines = new ArrayList<>(inventory(one, "one"));
            lines.addAll(inventory(other, "other").stream()
                    .filter(line -> line.startsWith("  - "))
                    .toList());
            Inventory inventory = InventoryReader.read(Files.write(folder.resolve("inventory.yaml"), lines));
            try (Host host = RemoteHost.opening(
                            Placement.of(inventory, RACK, 0),
                            RACK,
                            Installation.locate().jar(),
                            Installation.OPTIONS)
                    .open(logs, ledger)) {
                tell(clock, "agents are there");
                for (Element element : RACK.elements()) {
                    host.start(element.name(), List.of("sh", "-c", "echo hello; exec cat"));
                }
                assertThat(host.running()).hasSize(MACHINES.size());
                tell(clock, "elements run");

                Injecting injecting = host.injecting(clock, new BlastRadius(RACK, MACHINES.size()));
                InjectedFault fault =
                        injecting.inject(0, order(), clock.nanos() + host.lead().toNanos());
                tell(clock, "struck within " + (fault.confirmed() - fault.asked()) / 1_000 + " us: " + fault.proven());
                assertThat(fault.proof())
                        .filteredOn(line -> line.contains("state T"))
                        .hasSize(MACHINES.size());
                assertThat(host.running()).isEmpty();
                assertThat(injecting.repair(fault).repairAsked()).isPositive();
                assertThat(host.running()).hasSize(MACHINES.size());
                assertThat(host.failure()).isEmpty();

                host.fetch();
                for (Element element : RACK.elements()) {
                    assertThat(logs.resolve(element.name() + ".log")).hasContent("hello");
                }
                HealResult healed = ledger.heal(host.undoing());
                assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
                tell(clock, "healed");
            }
        }
    }

    private Sshd sshd(String name, List<Machine> machines) throws Exception {
        return Sshd.start(
                Files.createDirectories(folder.resolve(name)),
                machines.stream().map(Machine::address).toArray(String[]::new));
    }

    private List<String> inventory(Sshd sshd, String name) throws Exception {
        return Files.readAllLines(sshd.inventory(folder.resolve("there"), "60s")).stream()
                .map(line -> line.replace("key: user", "key: " + name + "/user")
                        .replace("known-hosts: ", "known-hosts: " + name + "/"))
                .toList();
    }

    private static FaultOrder order() {
        return new FaultOrder(
                Domain.RACK,
                Kind.HANG,
                List.of("r1"),
                RACK.elements().stream().map(Element::name).toList(),
                Duration.ZERO,
                Duration.ofSeconds(1));
    }

    private static void tell(RunClock clock, String what) {
        System.out.printf("%.1f s: %s%n", clock.nanos() / 1e9, what);
    }
}
