package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.Undo;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.harness.plan.InventoryReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two containers of a real {@code dockerd}. */
class DockerHostContractIT extends HostContract {
    private static final int NETWORK = 8;

    @TempDir
    private static Path engine;

    private static Dockerd dockerd;

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
        Inventory inventory = InventoryReader.read(dockerd.inventory("5s"));
        return RemoteHost.opening(
                        Placement.of(inventory, RACK, NETWORK),
                        RACK,
                        Installation.locate().jar(),
                        Installation.OPTIONS)
                .open(logs, ledger);
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
        assertThat(Healer.heal(logs.resolve("ledger.jsonl"), DockerHostContractIT::healed)
                        .lines())
                .isEqualTo(List.of("nothing to undo"));
        ledger = null;
        host = null;
    }

    private static String healed(Undo.HealHost undo) throws IOException {
        return RemoteHealing.heal(undo, InventoryReader.read(Path.of(undo.inventory())), engine);
    }
}
