package io.ringdown.harness.cli;

import io.ringdown.faults.DamagedLedgerException;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LedgerInUseException;
import io.ringdown.faults.Undo;
import io.ringdown.harness.cluster.OthersCluster;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.docker.StandingContainers;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.remote.RemoteHealing;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.DescribedCluster.Away;
import io.ringdown.harness.plan.DescriptionReader;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.Complaint;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown heal}: undoes what a run that was killed has left behind. */
final class HealCommand implements Command {
    @Override
    public String name() {
        return "heal";
    }

    @Override
    public String arguments() {
        return "[RUN]";
    }

    @Override
    public String summary() {
        return "undo what a killed run left behind (default: all below runs)";
    }

    @Override
    public Options options() {
        return new Options().addOption(Flag.of("runs", "DIR", "where run folders are (default: runs)"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException {
        if (arguments.size() > 1) {
            throw new UsageException("expected at most one run folder");
        }
        boolean complete = arguments.isEmpty() ? all(line.getOptionValue("runs")) : named(arguments.get(0));
        System.out.println(complete ? "Nothing is left behind." : "Not everything could be healed.");
        return complete ? Exit.PASS : Exit.HARNESS_FAILED;
    }

    /** One folder that cannot be healed keeps no other from it; a cluster that {@code cluster up} started is there on purpose. */
    private static boolean all(String named) throws IOException {
        Path runs = Path.of(named == null ? "runs" : named);
        if (named != null && !Files.isDirectory(runs)) {
            throw new UsageException("--runs: " + named + ": no such directory");
        }
        List<RunFolder> folders = RunFolders.below(runs);
        if (folders.isEmpty()) {
            System.out.println("no run folders below " + runs);
        }
        boolean complete = true;
        for (RunFolder folder : folders) {
            try {
                complete &= RunFolders.isCluster(folder) ? isLeftUp(folder) : one(folder);
            } catch (LedgerInUseException e) {
                System.out.println(e.getMessage() + ", and will heal by itself");
            } catch (IOException | RuntimeException e) {
                System.out.println(folder.path() + ": cannot be healed: " + Complaint.of(e));
                complete = false;
            }
        }
        return complete;
    }

    private static boolean isLeftUp(RunFolder cluster) throws IOException {
        try (Ledger ledger = Ledger.open(cluster.ledger())) {
            if (!ledger.open().isEmpty()) {
                System.out.println(cluster.path() + ": a cluster that is up; 'ringdown cluster down' stops it");
            }
        }
        return true;
    }

    /** As the inventory, and the topology file, say that a run folder names. */
    private record ByItsFiles(RunFolder folder) implements Healer.Elsewhere {
        @Override
        public String heal(Undo.HealHost host) throws IOException {
            Path ofLoadHost = folder.loadHost(host.element()).path();
            Path logs = Files.isDirectory(ofLoadHost) ? ofLoadHost : folder.elements();
            return RemoteHealing.heal(host, InventoryReader.read(Path.of(host.inventory())), logs);
        }

        @Override
        public String putOn(Undo.PowerOn machine) throws IOException {
            Path topology = Path.of(machine.topology());
            DescribedCluster described = DescriptionReader.read(topology);
            PowerSwitch power = OthersCluster.switches(described).stream()
                    .filter(each -> each.machine().equals(machine.element()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            topology + " has no 'power' of " + machine.element() + " any more: not on"));
            String how = power.putOn();
            return machine.inventory() == null ? how : how + reached(machine, described, power);
        }

        @Override
        public String restore(Undo.RestoreContainer container) throws IOException {
            return StandingContainers.restore(container);
        }

        private static String reached(Undo.PowerOn machine, DescribedCluster described, PowerSwitch power)
                throws IOException {
            Away away = described.away().get(machine.element());
            if (away == null) {
                throw new IOException(described.file() + " does not say any more which host " + machine.element()
                        + " is: not known to be on");
            }
            Inventory inventory = InventoryReader.read(Path.of(machine.inventory()));
            return RemoteHealing.awaitReached(inventory, away.host(), power.back());
        }
    }

    private static boolean named(String path) throws IOException {
        try {
            return one(RunFolders.open(path));
        } catch (DamagedLedgerException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static boolean one(RunFolder folder) throws IOException {
        if (isEmpty(folder.ledger()) && !isEmpty(folder.events())) {
            throw new UsageException(folder.ledger()
                    + ": gone or empty, though the run had begun: what it has left behind is not known");
        }
        Healer.Report healed = Healer.heal(folder.ledger(), new ByItsFiles(folder));
        healed.lines().forEach(done -> System.out.println(folder.path() + ": " + done));
        return healed.complete();
    }

    private static boolean isEmpty(Path file) throws IOException {
        return !Files.exists(file) || Files.size(file) == 0;
    }
}
