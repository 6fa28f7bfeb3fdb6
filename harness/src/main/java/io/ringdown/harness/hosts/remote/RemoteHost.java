package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.Premises;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * The hosts of an inventory as host of a cluster, one a machine. An {@link Agent} on each has a ledger of its own and a host like the local one; the ledger
 * here says which hosts have one. All of them are asked at once, and every question has a deadline.
 */
public final class RemoteHost implements Host {
    /** Hosts that may be one machine, or behind one narrow way, are not all begun at one time: each has its own deadline to be there. */
    private static final int BEGIN_AT_ONCE = 8;

    /** For the hosts to look at their victims and clocks, put the undo on disk and arm the freeze. */
    private static final Duration LEAD = Duration.ofMillis(1_000);

    private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

    private final Path logs;
    private final Ledger ledger;
    private final LocalHost beside;
    private final Map<String, RemoteMachine> machines = new LinkedHashMap<>();
    private final Whereabouts whereabouts = new Whereabouts();
    /** Elements, and how they were started, if they are of other makers. */
    private final Map<String, Optional<TreeStart>> started = new ConcurrentHashMap<>();

    private final RemotePower power;
    private final Map<RemoteMachine, Integer> steps = new ConcurrentHashMap<>();
    private final RemoteQuotas quotas = new RemoteQuotas(machines);
    private final Map<ProcessIdentity, Optional<ProcessIdentity>> here = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "hosts");
        thread.setDaemon(true);
        return thread;
    });

    private final UndoingOnHosts undoing;

    private RemoteHost(Path logs, Ledger ledger, LocalHost beside) {
        this.logs = logs;
        this.ledger = ledger;
        this.beside = beside;
        power = new RemotePower(beside, ledger);
        undoing = new UndoingOnHosts(this, beside.undoing());
    }

    /**
     * How the hosts of a cluster of other makers' elements are opened.
     *
     * @param topology all of the cluster that may be started
     */
    public static Opening opening(Placement placement, Topology topology) {
        return opening(placement, topology, null, List.of());
    }

    /**
     * How the hosts of a reference cluster are opened.
     *
     * @param topology all of the cluster that may be started
     * @param jar the cluster's
     * @param options of its JVMs
     */
    public static Opening opening(Placement placement, Topology topology, Path jar, List<String> options) {
        return (logs, ledger) -> {
            var host = new RemoteHost(logs, ledger, LocalHost.leashed(logs, ledger));
            try {
                host.open(placement, topology, jar, options);
                return host;
            } catch (IOException | RuntimeException e) {
                host.close();
                throw e;
            }
        };
    }

    private void open(Placement placement, Topology topology, Path jar, List<String> options) throws IOException {
        String run = UUID.randomUUID().toString().substring(0, 8);
        Inventory inventory = placement.inventory();
        for (Machine machine : topology.machines()) {
            String folder = inventory.folder() + "/runs/" + run + "-" + machine.name();
            var remote = new RemoteMachine(
                    machine.name(), inventory, placement.hosts().get(machine.name()), folder);
            machines.put(machine.name(), remote);
        }
        whereabouts.learn(topology, machines);
        Path agent = Deployment.agentJar();
        try {
            var turns = new Semaphore(BEGIN_AT_ONCE);
            throwFirst(all(machines.values(), machine -> {
                turns.acquire();
                try {
                    steps.put(machine, ledger.intend(machine.undo()));
                    machine.begin(agent, jar, options);
                    machine.open(jar, options);
                } finally {
                    turns.release();
                }
                return null;
            }));
        } finally {
            Files.delete(agent);
        }
    }

    /** Something done with one machine. */
    interface Call {
        Object of(RemoteMachine machine) throws IOException, InterruptedException;
    }

    /** Does something with machines, all at once; what failed, by machine. */
    Map<RemoteMachine, Exception> all(Collection<RemoteMachine> those, Call call) {
        var begun = new LinkedHashMap<RemoteMachine, Future<?>>();
        those.forEach(machine -> begun.put(machine, threads.submit(() -> call.of(machine))));
        var failures = new LinkedHashMap<RemoteMachine, Exception>();
        begun.forEach((machine, future) -> {
            try {
                future.get();
            } catch (ExecutionException e) {
                failures.put(machine, e.getCause() instanceof Exception cause ? cause : e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.put(machine, new IOException(machine.target() + ": interrupted", e));
            }
        });
        return failures;
    }

    static void throwFirst(Map<RemoteMachine, Exception> failures) throws IOException {
        if (failures.isEmpty()) {
            return;
        }
        Exception first = failures.values().iterator().next();
        if (first instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        String more = failures.size() == 1 ? "" : " (and " + (failures.size() - 1) + " more)";
        throw new IOException(first.getMessage() + more, first);
    }

    /** Machines whose power is not cut. */
    List<RemoteMachine> reached() {
        return machines.values().stream().filter(machine -> !machine.isCut()).toList();
    }

    RemoteMachine machineOf(String element) {
        return whereabouts.ofElement(element);
    }

    @Override
    public void start(String element, List<String> command) throws IOException {
        machineOf(element).ask(new Ask.Start(element, command));
        started.put(element, Optional.empty());
    }

    @Override
    public void startTree(String element, TreeStart how) throws IOException {
        RemoteMachine machine = machineOf(element);
        try {
            machine.ask(new Ask.StartTree(element, how));
        } catch (IOException e) {
            throw new IOException(machine.said(e.getMessage(), logs), e);
        }
        started.put(element, Optional.of(how));
    }

    @Override
    public boolean has(String element) {
        return started.containsKey(element);
    }

    /** Those that can be asked are, whatever becomes of others' hosts. */
    @Override
    public void terminate(List<String> elements) throws IOException {
        Map<RemoteMachine, List<String>> asked = elements.stream().collect(Collectors.groupingBy(this::machineOf));
        throwFirst(all(asked.keySet(), machine -> machine.ask(new Ask.Terminate(asked.get(machine)))));
    }

    @Override
    public Optional<String> ask(ElementQuestion question) throws IOException {
        RemoteMachine machine = machineOf(question.element());
        return machine.isCut()
                ? Optional.empty()
                : Optional.ofNullable(machine.ask(
                        new Ask.Element(question), question.patience().plus(ON_THE_WAY)));
    }

    @Override
    public List<String> keepLogs() {
        return machines.values().stream()
                .flatMap(machine -> machine.withoutAllLogs().stream())
                .toList();
    }

    @Override
    public Observation observe(String element) {
        RemoteMachine machine = machineOf(element);
        if (machine.isCut()) {
            return new Observation(element, State.GONE, element + ": the power of " + machine.name() + " is cut");
        }
        try {
            for (Observation seen : machine.ask(new Ask.Observe())) {
                if (seen.element().equals(element)) {
                    return seen;
                }
            }
            throw new FaultRefusedException(element + ": not started here, so not touched");
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public Set<String> running() {
        Set<String> running = ConcurrentHashMap.newKeySet();
        Map<RemoteMachine, Exception> failures = all(reached(), machine -> {
            for (Observation seen : machine.ask(new Ask.Observe())) {
                if (seen.state() == State.RUNNING) {
                    running.add(seen.element());
                }
            }
            return null;
        });
        try {
            throwFirst(failures);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return new LinkedHashSet<>(running);
    }

    /** Hosts may be this machine under other addresses, or containers on it; then their processes are seen here. */
    @Override
    public List<ProcessIdentity> processes() {
        var processes = new ArrayList<>(beside.processes());
        for (RemoteMachine machine : machines.values()) {
            for (ProcessIdentity process : machine.processes()) {
                here.computeIfAbsent(process, LinuxProcesses::seenFromHere).ifPresent(processes::add);
            }
        }
        return processes;
    }

    @Override
    public List<String> taken(List<Wanted> addresses) {
        Map<RemoteMachine, List<Wanted>> asked = addresses.stream()
                .collect(Collectors.groupingBy(wanted -> whereabouts.ofAddress(wanted.hostAndPort())));
        List<String> taken = java.util.Collections.synchronizedList(new ArrayList<>());
        all(asked.keySet(), machine -> {
                    for (String problem : machine.ask(new Ask.Taken(asked.get(machine)))) {
                        taken.add("host " + machine.target().name() + ": " + problem);
                    }
                    return null;
                })
                .values()
                .forEach(failure -> taken.add(failure.getMessage()));
        return taken;
    }

    @Override
    public Quotas quotas() {
        return quotas;
    }

    @Override
    public Injecting injecting(RunClock clock, BlastRadius radius) {
        try {
            throwFirst(all(machines.values(), machine -> machine.ask(new Ask.Confine(radius))));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return new StrikingTogether(this, clock, radius, new PowerCuts(this, clock, radius));
    }

    @Override
    public Duration lead() {
        return LEAD;
    }

    @Override
    public Undoing undoing() {
        return undoing;
    }

    /** One whose agent was lost, or that was not reached since its power was cut, is reached anew. */
    String heal(RemoteMachine machine) throws IOException {
        try {
            return machine.heal(logs);
        } catch (IOException e) {
            if (machine.ending().isEmpty() && !machine.isCut()) {
                throw e;
            }
            return RemoteHealing.heal(machine.undo(), machine.inventory(), logs);
        }
    }

    @Override
    public void switches(List<PowerSwitch> those) throws IOException {
        power.learn(those);
    }

    Executor threads() {
        return threads;
    }

    RemotePower power() {
        return power;
    }

    /** Makes the host of a machine that was off ready again, and starts what it carries. */
    List<String> restart(RemoteMachine machine, List<String> elements, BlastRadius radius) throws IOException {
        var failed = new ArrayList<String>();
        machine.beginAnew(radius);
        for (String element : elements) {
            try {
                startTree(element, started.get(element).orElseThrow());
            } catch (IOException | RuntimeException e) {
                failed.add(element + " could not be started again: " + e.getMessage());
            }
        }
        return failed;
    }

    /** Whether everything is being undone. */
    boolean isHealing() {
        return undoing.hasBegun();
    }

    RemoteMachine machine(String name) {
        return machines.get(name);
    }

    List<String> names() {
        return List.copyOf(machines.keySet());
    }

    @Override
    public HealResult stopAll() {
        var done = java.util.Collections.synchronizedList(new ArrayList<String>());
        var failed = java.util.Collections.synchronizedList(new ArrayList<String>());
        all(reached(), machine -> {
                    HealResult stopped = machine.ask(new Ask.Stop());
                    done.addAll(stopped.done());
                    failed.addAll(stopped.failed());
                    return null;
                })
                .values()
                .forEach(failure -> failed.add(failure.getMessage()));
        return new HealResult(done, failed);
    }

    @Override
    public Optional<Premises> premises(String element) {
        return Optional.of(machineOf(element).opened().premises());
    }

    @Override
    public String clockLibrary(String element) throws IOException {
        return machineOf(element).clockLibrary();
    }

    @Override
    public void put(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        throwFirst(all(machines.values(), machine -> machine.ask(new Ask.Put(name, content))));
    }

    @Override
    public void fetch() throws IOException {
        throwFirst(all(machines.values(), machine -> {
            machine.fetch(logs);
            return null;
        }));
    }

    @Override
    public long clockAheadMicros(String element) {
        return machineOf(element).wallMicros();
    }

    @Override
    public Optional<String> failure() {
        return machines.values().stream()
                .map(RemoteMachine::ending)
                .filter(ending -> !ending.isEmpty())
                .findFirst();
    }

    @Override
    public LocalHost beside() {
        return beside;
    }

    /** As if the harness had died; for tests. */
    void abandon() {
        machines.values().forEach(RemoteMachine::close);
    }

    /** Heals what has not been healed; what cannot be reached stays in the ledger, and heals by itself when its lease ends. */
    @Override
    public void close() {
        all(steps.keySet(), machine -> {
            if (ledger.open().containsKey(steps.get(machine))) {
                ledger.done(steps.get(machine), heal(machine));
            }
            return null;
        });
        machines.values().forEach(RemoteMachine::close);
        beside.close();
        threads.shutdown();
    }
}
