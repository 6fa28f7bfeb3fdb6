package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Ledger;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LocalHost;
import java.io.IOException;
import java.nio.file.Path;

class LocalHostContractIT extends HostContract {
    @Override
    Host open(Path logs, Ledger ledger) throws IOException {
        return LocalHost.leashed(logs, ledger);
    }
}
