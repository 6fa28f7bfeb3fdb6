package io.ringdown.harness.hosts;

import io.ringdown.faults.Background;
import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxNetwork;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Network;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Power;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.faults.Victims;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.record.RunClock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine as host of a cluster: elements are processes, machines are loopback addresses. Elements are <em>leashed</em>, and then
 * none outlives the harness however it dies: running ones see their standard input end, the {@link Keeper} kills the rest; or
 * <em>detached</em>, and then they stay until {@link Healer} ends them. Each process is in the ledger before it is started.
 */
public final class LocalHost implements Host, Victims {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** For the ledger to reach the disk and the freeze to be armed. */
    private static final Duration LEAD = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(LocalHost.class);
    static final String MARK = "RINGDOWN_PROCESS";

    private final Path logs;
    private final Ledger ledger;
    private final KeeperProcess keeper;
    private final LocalQuotas quotas;
    private final Network network = new LinuxNetwork();
    /** Written by methods that hold this host's lock; looked up without it: starting one element must not hold up another's proof. */
    private final Map<String, Started> elements = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Elements whose logs a command prints. */
    private final Map<String, TreeStart> printing = new ConcurrentHashMap<>();

    private final BoundedCommands stops;
    private volatile Power power = Power.NONE;

    private LocalHost(Path logs, Ledger ledger, KeeperProcess keeper) {
        this.logs = logs;
        this.ledger = ledger;
        this.keeper = keeper;
        this.quotas = new LocalQuotas(logs, ledger, this::pid);
        this.stops = new BoundedCommands(ledger);
    }

    /**
     * A host whose elements die with the harness.
     *
     * @param logs folder for what elements print, {@code NAME.log} each
     */
    public static LocalHost leashed(Path logs, Ledger ledger) throws IOException {
        var rehearsal = new Thread(LinuxProcesses::rehearse, "rehearsal");
        rehearsal.setDaemon(true);
        rehearsal.start();
        return new LocalHost(logs, ledger, KeeperProcess.start(logs.resolve("keeper.log"), ledger.path()));
    }

    /** A host whose elements stay when the harness has ended; their command must not make them end with their standard input. */
    public static LocalHost detached(Path logs, Ledger ledger) {
        return new LocalHost(logs, ledger, null);
    }

    @Override
    public void start(String element, List<String> command) throws IOException {
        start(element, command, quotas.disk(element).orElse(null));
    }

    /**
     * Starts a process in a session of its own, which works in a folder; does not wait until it serves.
     *
     * @param command program and arguments
     * @param folder to work in; null: where the harness does
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    public synchronized void start(String element, List<String> command, Path folder) throws IOException {
        start(element, new TreeStart(command, folder), Shape.PROCESS);
    }

    @Override
    public synchronized void startTree(String element, TreeStart how) throws IOException {
        Files.createDirectories(logs.resolve(element));
        if (!how.logs().isEmpty()) {
            printing.put(element, how);
        }
        start(element, how, Shape.TREE);
    }

    /** What a started process is to become. */
    private enum Shape {
        PROCESS,
        /** One that is talked to by its standard input and output. */
        TALKING,
        /** One that makes others. */
        TREE
    }

    /**
     * Starts a process in a session of its own that is talked to by its standard input and output; its log has what it prints to standard
     * error.
     *
     * @param command program and arguments
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    public synchronized Talk converse(String name, List<String> command) throws IOException {
        start(name, new TreeStart(command, null), Shape.TALKING);
        return Talk.with(started(name).process);
    }

    private void start(String element, TreeStart how, Shape shape) throws IOException {
        Started before = elements.get(element);
        if (before != null) {
            Observation seen = observe(element);
            if (seen.state() != Observation.State.GONE) {
                throw new IOException("cannot start, it is there already: " + seen.evidence());
            }
            stops.end(element);
            ledger.done(before.step, seen.evidence());
        }
        requireProgram(element, how);
        String mark = MARK + "=" + UUID.randomUUID();
        Background background = how.pidFile() == null
                ? null
                : Background.expected(how.pidFile(), before == null ? null : before.identity);
        var undo = new Undo.KillMarked(element, mark, background);
        int step = ledger.intend(undo);
        Process process;
        try {
            process = builder(element, how, mark, shape).start();
        } catch (IOException e) {
            ledger.done(step, "never started");
            throw new IOException("cannot start " + element + ": " + e.getMessage(), e);
        }
        if (background != null) {
            inBackground(how, process, undo, step);
            return;
        }
        ProcessIdentity identity = LinuxProcesses.identify(process.pid())
                .filter(found -> process.isAlive())
                .orElse(null);
        if (identity == null) {
            ledger.done(step, "died at once");
            throw new IOException(element + " died at once; see " + log(element));
        }
        take(
                element,
                new Started(
                        how, process, identity, step, shape == Shape.TREE ? new ProcessTree(identity, mark) : null));
    }

    private void take(String element, Started started) throws IOException {
        elements.put(element, started);
        if (keeper != null) {
            keeper.keep(element, started.identity);
        }
        ledger.refine(started.step, killing(element));
    }

    /** Until its pid file has been read the ledger knows the element by that file, and by the mark. */
    private void inBackground(TreeStart how, Process command, Undo.KillMarked undo, int step) throws IOException {
        String element = undo.element();
        try {
            Optional<ProcessIdentity> itself = LinuxProcesses.identify(command.pid());
            if (keeper != null && itself.isPresent()) {
                keeper.keep(element, itself.get());
            }
            ProcessIdentity first = Daemon.await(command, undo.background());
            var tree = new ProcessTree(first, undo.mark(), undo.background().settled(first, command.pid()));
            Optional<ProcessIdentity> maker = tree.maker();
            if (maker.isPresent()) {
                throw new IOException(
                        how.pidFile() + " names a child of " + maker.get() + ", and not the element's first process");
            }
            take(element, new Started(how, command, first, step, tree));
        } catch (IOException e) {
            ledger.done(step, undoing().undo(undo));
            throw new IOException("cannot start " + element + ": " + e.getMessage() + "; see " + log(element), e);
        }
    }

    @Override
    public void restart(String element) throws IOException {
        Started started = started(element);
        start(element, started.how, started.tree == null ? Shape.PROCESS : Shape.TREE);
    }

    @Override
    public Undo killing(String element) {
        Started started = started(element);
        return started.tree == null ? new Undo.Kill(element, started.identity) : started.tree.killing(element);
    }

    @Override
    public Undo resuming(String element) {
        Started started = started(element);
        return started.tree == null ? new Undo.Resume(element, started.identity) : started.tree.resuming(element);
    }

    @Override
    public List<String> taken(List<Wanted> addresses) {
        return AddressCheck.problems(addresses);
    }

    @Override
    public Undoing undoing() {
        return Undoing.onThisMachine(power);
    }

    @Override
    public Power power() {
        return power;
    }

    /**
     * Learns what cuts the power of machines. The keeper learns what puts them on again, and no file does.
     *
     * @throws IOException if the keeper has died
     */
    public void switches(List<PowerSwitch> switches) throws IOException {
        for (PowerSwitch each : switches) {
            if (keeper != null) {
                keeper.tell(each);
            }
        }
        power = new PowerSwitches(switches, stops);
    }

    /** Only of a host whose keeper heals it when the harness has died: no rule may outlive both. */
    @Override
    public Network network() {
        if (keeper == null) {
            return Network.NONE;
        }
        return keeper.isAlive()
                ? network
                : Network.refusing("the keeper (pid " + keeper.pid()
                        + ") has died, so nobody would take rules away if the harness died: no fault");
    }

    @Override
    public Quotas quotas() {
        return quotas;
    }

    /** The processes started last. Does not wait for one that is being started or stopped. */
    @Override
    public List<ProcessIdentity> processes() {
        List<Started> started;
        synchronized (elements) {
            started = List.copyOf(elements.values());
        }
        return started.stream()
                .flatMap(each -> (each.tree == null ? List.of(each.identity) : each.tree.lately()).stream())
                .toList();
    }

    /** All that were started here. */
    public List<String> elements() {
        synchronized (elements) {
            return List.copyOf(elements.keySet());
        }
    }

    @Override
    public boolean has(String element) {
        return elements.containsKey(element);
    }

    @Override
    public Injecting injecting(RunClock clock, BlastRadius radius) {
        return new FaultInjector(this, ledger, clock, radius);
    }

    @Override
    public Duration lead() {
        return LEAD;
    }

    @Override
    public Optional<Premises> premises(String element) {
        return Optional.empty();
    }

    @Override
    public void put(Path file) {
        // it is there
    }

    /** They are here, but for what is in file systems of machines' own. */
    @Override
    public void fetch() throws IOException {
        quotas.bringOut();
    }

    /** Only of a host whose keeper heals it when the harness has died: nothing may stay full then. */
    @Override
    public Optional<Path> disk(String element) {
        return keeper == null || !keeper.isAlive() ? Optional.empty() : quotas.disk(element);
    }

    @Override
    public Optional<String> ask(ElementQuestion question) throws IOException, InterruptedException {
        return ElementCommand.answer(question, logs);
    }

    @Override
    public List<String> keepLogs() throws InterruptedException {
        return new ElementLogs(logs).fetch(printing);
    }

    @Override
    public long clockAheadMicros(String element) {
        return 0;
    }

    @Override
    public Optional<String> failure() {
        return Optional.empty();
    }

    @Override
    public LocalHost beside() {
        return this;
    }

    @Override
    public synchronized HealResult stopAll() {
        var present = new ArrayList<String>();
        for (String element : elements.keySet()) {
            switch (observe(element).state()) {
                case RUNNING -> {
                    ask(element);
                    present.add(element);
                }
                case FROZEN -> {
                    kill(List.of(element));
                    present.add(element);
                }
                case GONE -> {}
            }
        }
        if (!awaitGone(present)) {
            kill(present);
            awaitGone(present);
        }
        stops.endAll();
        return settle();
    }

    /** Who cannot be asked will be killed. */
    private void ask(String element) {
        try {
            terminate(List.of(element));
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }

    /** Stops all elements and dismisses the keeper; detached elements are left alone. */
    @Override
    public synchronized void close() {
        if (keeper == null) {
            return;
        }
        HealResult stopped = stopAll();
        // A keeper that is not dismissed kills what could not be stopped.
        if (stopped.complete()) {
            keeper.close();
        }
    }

    @Override
    public ProcessIdentity identity(String element) {
        return started(element).identity;
    }

    @Override
    public Set<String> running() {
        Set<String> started = new LinkedHashSet<>(elements());
        started.removeIf(element -> observe(element).state() != Observation.State.RUNNING);
        return started;
    }

    @Override
    public Observation observe(String element) {
        Started started = started(element);
        return started.tree == null ? LinuxProcesses.observe(element, started.identity) : started.tree.observe(element);
    }

    @Override
    public long cpuNanos(String element) {
        Started started = started(element);
        return started.tree == null ? LinuxProcesses.cpuNanos(started.identity) : started.tree.cpuNanos();
    }

    @Override
    public Trigger armFreeze(List<String> names) throws IOException {
        if (keeper != null && !keeper.isAlive()) {
            throw new IOException("the keeper (pid " + keeper.pid()
                    + ") has died, so nobody would kill frozen elements if the harness died: no fault");
        }
        List<Started> victims = names.stream().map(this::started).toList();
        List<ProcessIdentity> told =
                victims.stream().flatMap(each -> each.processes().stream()).toList();
        Trigger freeze = LinuxProcesses.armFreeze(told);
        List<ProcessTree> trees =
                victims.stream().map(Started::tree).filter(Objects::nonNull).toList();
        return trees.isEmpty() ? freeze : ProcessTree.freezing(trees, freeze, told);
    }

    @Override
    public void kill(List<String> names) {
        for (Started each : names.stream().map(this::started).toList()) {
            if (each.tree == null) {
                LinuxProcesses.kill(each.identity);
            } else {
                each.tree.kill();
            }
        }
    }

    @Override
    public void terminate(List<String> names) throws IOException {
        for (String element : names) {
            Started each = started(element);
            if (each.how.stop().isEmpty()) {
                LinuxProcesses.terminate(each.identity);
            } else {
                stops.begin(element, each.how.stop(), each.how.folder(), log(element));
            }
        }
    }

    @Override
    public void resume(List<String> names) throws IOException {
        LinuxProcesses.resume(names.stream()
                .flatMap(name -> started(name).processes().stream())
                .toList());
    }

    /** For tests; only of a leashed host. */
    long keeperPid() {
        return keeper.pid();
    }

    private ProcessBuilder builder(String element, TreeStart how, String mark, Shape shape) {
        var whole = new ArrayList<String>();
        whole.add("setsid");
        whole.addAll(quotas.entering(element));
        whole.addAll(how.command());
        var builder = new ProcessBuilder(whole);
        builder.environment().put(MARK, mark.substring(MARK.length() + 1));
        builder.directory(how.folder() == null ? null : how.folder().toFile());
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(element).toFile()));
        if (keeper == null) {
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        }
        if (shape == Shape.TALKING) {
            builder.redirectErrorStream(false)
                    .redirectError(builder.redirectOutput())
                    .redirectOutput(ProcessBuilder.Redirect.PIPE);
        }
        return builder;
    }

    /** setsid would find out too, but only after its start has counted as the element's. */
    private static void requireProgram(String element, TreeStart how) throws IOException {
        if (how.folder() != null && !Files.isDirectory(how.folder())) {
            throw new IOException("cannot start " + element + ": no folder " + how.folder());
        }
        String program = how.command().get(0);
        Path file = how.folder() == null ? Path.of(program) : how.folder().resolve(program);
        boolean there = program.contains("/")
                ? Files.isRegularFile(file) && Files.isExecutable(file)
                : Doctor.program(program).isPresent();
        if (!there) {
            throw new IOException("cannot start " + element + ": no program " + program);
        }
    }

    private Path log(String element) {
        return logs.resolve(element + ".log");
    }

    private Started started(String element) {
        Started started = elements.get(element);
        if (started == null) {
            throw new FaultRefusedException(element + ": not started here, so not touched");
        }
        return started;
    }

    /** Of an element that was started and is not gone. */
    private Optional<Long> pid(String element) {
        Started started = elements.get(element);
        return started == null || observe(element).state() == Observation.State.GONE
                ? Optional.empty()
                : Optional.of(started.identity.pid());
    }

    private boolean awaitGone(List<String> names) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (String element : names) {
            while (observe(element).state() != Observation.State.GONE) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        return true;
    }

    /** Marks in the ledger what is gone; and lets go of the machines' quotas if all is. */
    private HealResult settle() {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        for (Map.Entry<String, Started> entry : elements.entrySet()) {
            Observation seen = observe(entry.getKey());
            if (seen.state() != Observation.State.GONE) {
                failed.add("still there: " + seen.evidence());
                continue;
            }
            try {
                ledger.done(entry.getValue().step, seen.evidence());
                done.add(seen.evidence());
            } catch (IOException e) {
                failed.add(entry.getKey() + " is gone, but the ledger cannot say so: " + e.getMessage());
            }
        }
        if (failed.isEmpty()) {
            HealResult released = quotas.release();
            done.addAll(released.done());
            failed.addAll(released.failed());
        }
        return new HealResult(done, failed);
    }

    /**
     * A started element.
     *
     * @param process holds the other end of its standard input
     * @param identity its first process
     * @param step of the ledger
     * @param tree all that it has become; null: it is one process
     */
    private record Started(TreeStart how, Process process, ProcessIdentity identity, int step, ProcessTree tree) {
        List<ProcessIdentity> processes() {
            return tree == null ? List.of(identity) : tree.members();
        }
    }
}
