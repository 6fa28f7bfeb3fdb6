package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Undo;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two containers of a real {@code dockerd}. */
class DockerHostContractIT extends HostContract {
    private static final int NETWORK = 8;
    /** Datagrams to another one, for which nobody waits there. */
    private static final String CALLS = "while :; do echo x >/dev/udp/%s/9; sleep 0.05; done";

    private static final String GREEDY = "cd /sys/fs/cgroup; for i in 1 2 3; do while :; do :; done & done; sleep 1;"
            + " cat cpu/cpu.stat cpu.stat; echo memory $(cat memory/memory.limit_in_bytes memory.max)";

    @TempDir
    private static Path engine;

    private static Dockerd dockerd;

    private Inventory inventory;

    @BeforeAll
    static void startEngine() throws Exception {
        dockerd = Dockerd.start(engine);
    }

    @AfterAll
    static void endEngine() {
        if (dockerd != null) {
            dockerd.close();
        }
    }

    @Override
    Host open(Path logs, Ledger ledger) throws Exception {
        inventory = InventoryReader.read(dockerd.inventory("5s"));
        return RemoteHost.opening(
                        Placement.of(inventory, RACK, NETWORK),
                        RACK,
                        Installation.locate().jar(),
                        Installation.OPTIONS)
                .open(logs, ledger);
    }

    @Override
    Topology placed() {
        return Placement.of(inventory, RACK, NETWORK).on(RACK);
    }

    @Test
    void containersOfADeadHarnessAreHealedAndRemoved() throws Exception {
        await().until(() -> host.running().size() == 3);

        ((RemoteHost) host).abandon();

        ledger.close();
        Healer.Report healed = Healer.heal(logs.resolve("ledger.jsonl"), DockerHostContractIT::healed);
        assertThat(healed.complete()).as(healed.lines().toString()).isTrue();
        assertThat(healed.lines()).hasSize(2).allMatch(line -> line.startsWith("undone: host ringdown-"));
        assertThat(dockerd.containers()).isEmpty();
        assertThat(dockerd.networks()).isEmpty();
        assertThat(Healer.heal(logs.resolve("ledger.jsonl"), DockerHostContractIT::healed)
                        .lines())
                .isEqualTo(List.of("nothing to undo"));
        ledger = null;
        host = null;
    }

    /** Each has a network stack of its own, with rules of its own. */
    @Test
    void aContainerIsCutOffWithoutBeingTold() throws Exception {
        host.stopAll();
        host.start("a", List.of("bash", "-c", CALLS.formatted("198.18.8.3")));
        host.start("b", TALKS);
        host.start("c", List.of("bash", "-c", CALLS.formatted("198.18.8.2")));
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(placed()));
        var order = new FaultOrder(
                Domain.MACHINE, Kind.ISOLATE, List.of("r1m1"), List.of("a", "b"), Duration.ZERO, Duration.ofSeconds(1));

        InjectedFault cut = injecting.inject(0, order, clock.nanos());

        assertThat(cut.proven()).as(cut.proof().toString()).isTrue();
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(injecting.confirmStill(cut).proven()).isTrue();
        assertThat(injecting.repair(cut).proven()).isTrue();
        host.fetch();
        assertThat(logs.resolve("a.log")).content().doesNotContain("not permitted");
    }

    /** Of the processors as of the memory. */
    @Tag("long")
    @Test
    void aContainerHasNoMoreThanItsShare() throws Exception {
        host.stopAll();
        host.start("b", List.of("sh", "-c", GREEDY));
        Path log = logs.resolve("b.log");
        await().until(() -> {
            host.fetch();
            return Files.readString(log).contains("memory");
        });
        // Three that want a processor each, of which they have one together.
        assertThat(log).content().containsPattern("nr_throttled [1-9]").contains("memory " + (512 << 20));
    }

    private static String healed(Undo.HealHost undo) throws IOException {
        return RemoteHealing.heal(undo, InventoryReader.read(Path.of(undo.inventory())), engine);
    }
}
