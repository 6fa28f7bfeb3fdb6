package io.ringdown.harness.cli;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.LedgerInUseException;
import io.ringdown.harness.cluster.AdminClient;
import io.ringdown.harness.cluster.AdminClient.Health;
import io.ringdown.harness.cluster.ClusterLayout;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.cluster.ReferenceCluster;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.harness.run.Interruption;
import io.ringdown.harness.run.Resolution;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown cluster}: the reference cluster without a run, to look at or to call by hand. */
final class ClusterCommand implements Command {
    private static final int POLL_MILLIS = 25;
    private static final List<String> VERBS = List.of("up", "status", "down", "drain", "undrain", "restart", "add");

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String arguments() {
        return "up [PLAN]|status|down|drain NAME|undrain NAME|restart NAME|add NAME...";
    }

    @Override
    public String summary() {
        return "start, look at, maintain and stop the cluster of a plan";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Flag.of(
                        "arrangement",
                        "WORD",
                        "occas, was, mss or single, in place of a plan (default: the plan no-fault)"))
                .addOption(Flag.of("scenario", "NAME", "of the plan; the first one, if it is not given"))
                .addOption(Flag.of("dir", "DIR", "where the cluster keeps its files (default: runs/cluster)"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException, InterruptedException {
        if (arguments.isEmpty() || arguments.size() > 2 && !arguments.get(0).equals("add")) {
            throw new UsageException("expected " + String.join(", ", VERBS) + ", and perhaps a plan or a name");
        }
        String verb = arguments.get(0);
        if (!verb.equals("up") && (line.hasOption("arrangement") || line.hasOption("scenario"))) {
            throw new UsageException("--arrangement and --scenario are for 'cluster up'");
        }
        if (List.of("status", "down").contains(verb)) {
            UsageException.refuse(arguments.subList(1, arguments.size()));
        }
        Path folder = Path.of(line.getOptionValue("dir", "runs/cluster"));
        return switch (verb) {
            case "up" -> up(folder, asked(line, arguments));
            case "status" -> status(folder);
            case "down" -> down(folder);
            case "drain", "undrain", "restart", "add" -> maintain(folder, verb, arguments);
            default -> throw new UsageException("no '" + verb + "'; " + Nearest.hint(verb, VERBS));
        };
    }

    private static RunFolder started(Path path) {
        if (!Files.exists(path)) {
            throw new UsageException(path + ": no cluster was started there; 'ringdown cluster up' starts one");
        }
        return RunFolders.open(path.toString());
    }

    private static int maintain(Path path, String verb, List<String> arguments)
            throws IOException, InterruptedException {
        if (arguments.size() < 2) {
            throw new UsageException("expected " + verb + " and the name of an element or a machine");
        }
        RunFolder folder = started(path);
        if (!RunFolders.isCluster(folder)) {
            throw new UsageException(path + ": not a folder of 'ringdown cluster up'");
        }
        var maintenance = new Maintenance(folder);
        String name = arguments.get(1);
        return switch (verb) {
            case "drain" -> maintenance.drain(name);
            case "undrain" -> maintenance.undrain(name);
            case "restart" -> maintenance.restart(name);
            default -> maintenance.add(arguments.subList(1, arguments.size()));
        };
    }

    private static Resolution asked(CommandLine line, List<String> arguments) {
        boolean planned = arguments.size() == 2;
        if (!line.hasOption("arrangement")) {
            return PlanArguments.one(planned ? arguments.get(1) : "no-fault", line.getOptionValue("scenario"));
        }
        if (planned || line.hasOption("scenario")) {
            throw new UsageException("expected a plan or --arrangement, not both");
        }
        return PlanArguments.usual(line.getOptionValue("arrangement"));
    }

    /** The folder has the form of a run's, so that whoever can read one can read the other. */
    private static int up(Path path, Resolution resolution) throws IOException, InterruptedException {
        if (resolution.placement() != null) {
            throw new UsageException(
                    "a cluster on other hosts does not outlive who started it, so 'cluster up' has none;"
                            + " leave out hosts, or use 'ringdown run'");
        }
        if (resolution.described() != null) {
            throw new UsageException(
                    "'cluster up' starts the reference cluster; one of a topology file is started by 'ringdown run'");
        }
        makeRoom(path);
        var installation = Installation.locate().withArchive();
        RunFolder folder = RunFolder.create(path);
        RunClock clock = RunClock.startingNow();
        var provenance = RunCommand.provenance(
                clock, List.of("cluster", "up", resolution.plan().name()));
        Topology topology = resolution.topology();
        new RunRecorder(folder, clock, provenance, resolution.plan(), resolution.withSpares()).close();
        try (Ledger ledger = Ledger.create(folder.ledger())) {
            Host host = LocalHost.detached(folder.elements(), ledger);
            var ending = new AtomicBoolean();
            var cluster = new ReferenceCluster(
                    topology,
                    resolution.withSpares(),
                    resolution.plan(),
                    installation,
                    host,
                    new AdminClient(),
                    folder.elements(),
                    true,
                    () -> moment(ending));
            start(cluster, host, ending);
        }
        System.out.printf(
                Locale.ROOT,
                "%s serves SIP/UDP at %s after %.1f s; 'ringdown cluster down' stops it%n",
                topology.arrangement(),
                topology.serviceAddress(),
                clock.nanos() / 1e9);
        return Exit.PASS;
    }

    /** All of it, or nothing: detached elements of a start that failed or was interrupted would stay for ever. */
    private static void start(ReferenceCluster cluster, Host host, AtomicBoolean ending)
            throws IOException, InterruptedException {
        var interruption = new Interruption(() -> ending.set(true));
        boolean up = false;
        try {
            cluster.up();
            up = interruption.disarm();
        } finally {
            if (!up) {
                host.stopAll();
            }
            interruption.close();
        }
    }

    private static void moment(AtomicBoolean ending) throws InterruptedException {
        if (ending.get()) {
            throw new InterruptedException("asked to end");
        }
        Thread.sleep(POLL_MILLIS);
    }

    /** Makes room for a new cluster where an earlier one has been; anything else that stands there stays. */
    private static void makeRoom(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        RunFolder last = RunFolders.open(path.toString());
        if (!RunFolders.isCluster(last)) {
            throw new UsageException(path + ": not a folder of 'ringdown cluster up', so it is not replaced");
        }
        // Its ledger is made before anything is started.
        if (Files.exists(last.ledger())) {
            try (Ledger ledger = Ledger.open(last.ledger())) {
                if (!ledger.open().isEmpty()) {
                    throw new UsageException(path + ": a cluster is up; stop it with 'ringdown cluster down'");
                }
            } catch (LedgerInUseException e) {
                throw new UsageException(path + ": a cluster is being started or stopped there");
            }
        }
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static int status(Path path) throws IOException, InterruptedException {
        RecordedRun recorded = RecordedRun.read(started(path));
        Topology topology = recorded.topology();
        var admin = new AdminClient();
        boolean serving = true;
        for (Topology.Element element : topology.elements()) {
            boolean spare =
                    ClusterLayout.isSpare(element.name(), recorded.plan().cluster());
            String state = admin.health(element).map(Health::state).orElse(spare ? "spare" : "down");
            serving &= state.equals("synced") || state.equals("spare");
            System.out.printf(
                    Locale.ROOT, "%-18s %-11s %-18s %s%n", element.name(), element.role(), element.admin(), state);
        }
        System.out.println("service " + topology.serviceAddress());
        return serving ? Exit.PASS : Exit.FAIL;
    }

    private static int down(Path path) throws IOException {
        Healer.Report stopped = Healer.heal(started(path).ledger());
        stopped.lines().stream().filter(line -> !stopped.complete()).forEach(System.out::println);
        System.out.println(stopped.complete() ? "stopped" : "not everything could be stopped");
        return stopped.complete() ? Exit.PASS : Exit.HARNESS_FAILED;
    }
}
