package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Background;
import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.ClassDataArchive;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.Premises;
import io.ringdown.harness.hosts.remote.Ask.Open.Opened;
import io.ringdown.harness.hosts.remote.Ask.Pulse.Shown;
import io.ringdown.harness.hosts.remote.Ask.Remains.Found;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An agent's machine: its elements, its ledger, and the folder with all of it. */
final class Site {
    static final String LEDGER = "ledger.jsonl";
    static final String LOG = "agent.log";
    private static final int MOST_READ = 256 << 10;
    private static final List<String> WRITTEN = List.of(".log", ".logs", ".cdrs", ".hlog", "machine.jsonl");

    private final Path folder;
    private volatile Ledger ledger;
    /** Null where a ledger is healed that another agent has left. */
    private volatile LocalHost host;

    /** Of elements whose agent has gone, in the run's own folder: whoever has these pids by now is somebody else. */
    private final List<Path> pidFiles;

    private final RunClock clock = RunClock.startingNow();
    private Injecting injecting;
    private HealResult healed;
    private volatile boolean left;

    /**
     * Takes a folder into use.
     *
     * @param folder whose ledger, if there is one, is only to be healed
     */
    Site(Path folder) throws IOException {
        this.folder = folder;
        Path file = folder.resolve(LEDGER);
        if (Files.exists(file)) {
            ledger = Ledger.open(file);
            host = null;
            pidFiles = ledger.open().values().stream()
                    .map(Site::pidFile)
                    .filter(named -> named.startsWith(folder))
                    .toList();
        } else {
            ledger = Ledger.create(file);
            host = LocalHost.leashed(folder, ledger);
            pidFiles = List.of();
        }
    }

    private static Path pidFile(Undo undo) {
        Background background = undo instanceof Undo.Kill kill
                ? kill.background()
                : undo instanceof Undo.KillMarked marked ? marked.background() : null;
        return Path.of(background == null ? "" : background.pidFile());
    }

    LocalHost host() throws IOException {
        LocalHost its = host;
        if (its == null || healed()) {
            throw new IOException("this host is healed already");
        }
        return its;
    }

    private synchronized boolean healed() {
        return healed != null;
    }

    Shown shown() {
        Instant wall = Instant.now();
        return new Shown(
                clock.nanos(),
                wall.getEpochSecond() * 1_000_000 + wall.getNano() / 1_000,
                host == null ? List.of() : host.processes());
    }

    /** Of a ledger that another agent has left; what this one has begun is not that. */
    Found remains() throws IOException {
        var living = new ArrayList<String>();
        boolean rebooted = ledger.isOfAnotherBoot();
        if (host == null && !rebooted) {
            for (Undo undo : ledger.open().values()) {
                Undoing.living(undo).ifPresent(living::add);
            }
        }
        return new Found(LinuxProcesses.boot(), host == null && !ledger.open().isEmpty(), living);
    }

    /** Once all that another agent has left is undone. What its elements keep here, and have printed, stays. */
    synchronized void beginAnew() throws IOException {
        if (healed == null || !healed.complete()) {
            throw new IOException("not everything is undone here, so nothing is begun anew");
        }
        Path file = folder.resolve(LEDGER);
        ledger.close();
        for (Path pidFile : pidFiles) {
            Files.deleteIfExists(pidFile);
        }
        Files.delete(file);
        ledger = Ledger.create(file);
        host = LocalHost.leashed(folder, ledger);
        healed = null;
    }

    Opened open(String jar, List<String> options) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        // An agent works in its folder, and the jar is named from where its user begins.
        Path absolute = jar == null
                ? null
                : Path.of(System.getProperty(AgentLink.START, "")).resolve(jar);
        Path archive = jar == null
                ? null
                : ClassDataArchive.made(java, options, absolute).orElse(null);
        return new Opened(
                new Premises(java, absolute, archive, folder),
                Runtime.getRuntime().availableProcessors(),
                LinuxProcesses.boot());
    }

    Observation[] observations() throws IOException {
        return host().elements().stream().map(host::observe).toArray(Observation[]::new);
    }

    synchronized void confine(BlastRadius radius) throws IOException {
        injecting = new FaultInjector(host(), ledger, clock, radius, host()::has);
    }

    synchronized Injecting injecting() throws IOException {
        host();
        if (injecting == null) {
            throw new IOException("nobody has said what faults may take down");
        }
        return injecting;
    }

    String[] keepLogs() throws InterruptedException {
        return host == null ? new String[0] : host.keepLogs().toArray(String[]::new);
    }

    void put(String name, byte[] content) throws IOException {
        Files.write(file(name), content);
    }

    String[] files() throws IOException {
        if (host != null) {
            host.fetch();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> WRITTEN.stream().anyMatch(name::endsWith))
                    .sorted()
                    .toArray(String[]::new);
        }
    }

    byte[] read(String name, long from) throws IOException {
        try (var file = new RandomAccessFile(file(name).toFile(), "r")) {
            var bytes = new byte[(int) Math.max(0, Math.min(MOST_READ, file.length() - from))];
            file.seek(from);
            file.readFully(bytes);
            return bytes;
        }
    }

    /** Within the folder, and nowhere else. */
    private Path file(String name) throws IOException {
        if (name.contains("/") || name.startsWith(".")) {
            throw new IOException("not a name of a file here: " + name);
        }
        return folder.resolve(name);
    }

    /** Stops what runs, then undoes what else the ledger holds. The first time only; what could not be undone is tried again. */
    synchronized HealResult heal() {
        if (healed != null && healed.complete()) {
            return healed;
        }
        var done = new ArrayList<String>();
        if (host != null) {
            done.addAll(host.stopAll().done());
        }
        HealResult rest = ledger.heal(Undoing.onThisMachine());
        done.addAll(rest.done());
        healed = new HealResult(done, rest.failed());
        if (healed.complete() && host != null) {
            host.close();
        }
        return healed;
    }

    synchronized void leave() throws IOException {
        if (healed == null || !healed.complete()) {
            throw new IOException("not everything is undone here, so this host is not left");
        }
        ledger.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException e) {
            // it is gone
        }
        left = true;
    }

    boolean isLeft() {
        return left;
    }
}
