package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.harness.plan.InventoryReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A host behind a real {@code sshd}, and this machine beside it. */
@Tag("long")
@ResourceLock(Sshd.OF_CONTRACT)
class BesideHostContractIT extends HostContract {
    private Sshd sshd;

    @Override
    Host open(Path logs, Ledger ledger) throws Exception {
        sshd = Sshd.start(folder, ADDRESSES.get(0));
        Inventory inventory = InventoryReader.read(sshd.inventory(Sshd.kept(Sshd.OF_CONTRACT), "9s"));
        Placement placement = Placement.named(inventory, RACK, Map.of("r1m1", ADDRESSES.get(0)));
        return RemoteHost.opening(placement, RACK, Installation.locate().jar(), Installation.OPTIONS)
                .open(logs, ledger);
    }

    @AfterEach
    void endServer() {
        if (sshd != null) {
            sshd.close();
        }
    }

    @Test
    void thisMachineHealsByItselfToo() throws Exception {
        await().until(() -> host.running().size() == 3);
        ((RemoteHost) host).abandon();
        ledger.close();

        Path left = logs.resolve("ledger.jsonl");
        Healer.Report healed = Healer.heal(
                left, away -> RemoteHealing.heal(away, InventoryReader.read(Path.of(away.inventory())), logs));

        assertThat(healed.complete()).as(healed.lines().toString()).isTrue();
        assertThat(healed.lines()).anyMatch(line -> line.startsWith("undone: host (this machine): "));
        ledger = null;
        host = null;
    }
}
