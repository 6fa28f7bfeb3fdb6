package io.ringdown.harness.hosts;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
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
import io.ringdown.faults.Spent;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.faults.Victims;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.Launch.Shape;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine as host of a cluster: elements are processes, machines are loopback addresses. Elements are <em>leashed</em>, and then
 * none outlives the harness however it dies: running ones see their standard input end, the {@link Keeper} kills the rest; or
 * <em>detached</em>, and then they stay until {@link Healer} ends them. Each process is in the ledger before it is started.
 */
public final class LocalHost implements Host, Victims {
    /** For the ledger to reach the disk and the freeze to be armed. */
    private static final Duration LEAD = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(LocalHost.class);

    private final Path logs;
    private final Ledger ledger;
    private final KeeperProcess keeper;
    private final LocalQuotas quotas;
    private final Launch launch;
    private final Network network = new LinuxNetwork();
    private final StartedElements elements = new StartedElements();

    /** Elements whose logs a command prints. */
    private final Map<String, TreeStart> printing = new ConcurrentHashMap<>();

    private final BoundedCommands stops;
    private final Starting starting;
    private volatile Power power = Power.NONE;

    private LocalHost(Path logs, Ledger ledger, KeeperProcess keeper) {
        this.logs = logs;
        this.ledger = ledger;
        this.keeper = keeper;
        this.quotas = new LocalQuotas(logs, ledger, elements::pid);
        this.launch = new Launch(logs, quotas, keeper != null);
        this.stops = new BoundedCommands(ledger);
        this.starting = new Starting(ledger, keeper, launch, stops, elements, this::undoing);
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
        starting.start(element, new TreeStart(command, folder), Shape.PROCESS);
    }

    @Override
    public synchronized void startTree(String element, TreeStart how) throws IOException {
        Files.createDirectories(logs.resolve(element));
        if (!how.logs().isEmpty()) {
            printing.put(element, how);
        }
        starting.start(element, how, Shape.TREE);
    }

    /**
     * Starts a process in a session of its own that is talked to by its standard input and output; its log has what it prints to standard
     * error.
     *
     * @param command program and arguments
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    public synchronized Talk converse(String name, List<String> command) throws IOException {
        starting.start(name, new TreeStart(command, null), Shape.TALKING);
        return Talk.with(elements.get(name).process());
    }

    /**
     * Lets somebody else start a process here that is the run's: it is killed with all that is undone, if it has not ended by then.
     *
     * @return what has to stand in its environment, {@code NAME=VALUE}
     */
    public String expect(String name) throws IOException {
        String mark = Launch.MARK + "=" + UUID.randomUUID();
        ledger.intend(new Undo.KillMarked(name, mark));
        return mark;
    }

    @Override
    public void restart(String element) throws IOException {
        StartedElement started = elements.get(element);
        starting.start(element, started.how(), started.tree() == null ? Shape.PROCESS : Shape.TREE);
    }

    @Override
    public Undo killing(String element) {
        return elements.get(element).killing();
    }

    @Override
    public Undo resuming(String element) {
        return elements.get(element).resuming();
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

    @Override
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
        return elements.lately();
    }

    /** All that were started here. */
    public List<String> elements() {
        return elements.names();
    }

    @Override
    public boolean has(String element) {
        return elements.find(element) != null;
    }

    @Override
    public Injecting injecting(RunClock clock, BlastRadius radius) {
        return new FaultInjector(this, ledger, clock, radius);
    }

    @Override
    public Duration lead() {
        return LEAD;
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

    /** Only of a host whose keeper heals it when the harness has died. */
    @Override
    public boolean setsClocks() {
        return keeper != null && keeper.isAlive();
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
        for (String element : elements.names()) {
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
        if (!elements.awaitGone(present)) {
            kill(present);
            elements.awaitGone(present);
        }
        stops.endAll();
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        elements.settle(ledger, done, failed);
        if (failed.isEmpty()) {
            HealResult released = quotas.release();
            done.addAll(released.done());
            failed.addAll(released.failed());
        }
        return new HealResult(done, failed);
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
        return elements.get(element).identity();
    }

    @Override
    public Set<String> running() {
        Set<String> started = new LinkedHashSet<>(elements());
        started.removeIf(element -> observe(element).state() != Observation.State.RUNNING);
        return started;
    }

    @Override
    public Observation observe(String element) {
        return elements.get(element).observe();
    }

    @Override
    public Map<ProcessIdentity, Spent> spent(String element) {
        return elements.get(element).spent();
    }

    /**
     * Looks whether somebody would undo a fault if the harness died.
     *
     * @throws IOException if nobody would; one line
     */
    public void requireKeeper() throws IOException {
        if (keeper != null && !keeper.isAlive()) {
            throw new IOException("the keeper (pid " + keeper.pid()
                    + ") has died, so nobody would kill frozen elements if the harness died: no fault");
        }
    }

    /**
     * Has a command run if the harness dies, once all that is this machine's is healed.
     *
     * @throws IOException if nobody would; one line
     */
    public void afterDeath(List<String> command) throws IOException {
        if (keeper != null) {
            keeper.tellLast(command);
        }
    }

    @Override
    public Trigger armFreeze(List<String> names) throws IOException {
        requireKeeper();
        List<StartedElement> victims = elements.get(names);
        List<ProcessIdentity> told =
                victims.stream().flatMap(each -> each.processes().stream()).toList();
        Trigger freeze = LinuxProcesses.armFreeze(told);
        List<ProcessTree> trees = victims.stream()
                .map(StartedElement::tree)
                .filter(Objects::nonNull)
                .toList();
        return trees.isEmpty() ? freeze : ProcessTree.freezing(trees, freeze, told);
    }

    @Override
    public void kill(List<String> names) {
        elements.get(names).forEach(StartedElement::kill);
    }

    @Override
    public void terminate(List<String> names) throws IOException {
        for (String element : names) {
            StartedElement each = elements.get(element);
            if (each.how().stop().isEmpty()) {
                LinuxProcesses.terminate(each.identity());
            } else {
                stops.begin(element, each.how().stop(), each.how().folder(), launch.log(element));
            }
        }
    }

    @Override
    public void resume(List<String> names) throws IOException {
        LinuxProcesses.resume(names.stream()
                .flatMap(name -> elements.get(name).processes().stream())
                .toList());
    }

    /** For tests; only of a leashed host. */
    long keeperPid() {
        return keeper.pid();
    }
}
