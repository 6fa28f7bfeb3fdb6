package io.ringdown.harness.cluster;

import io.ringdown.faults.Observation;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.cluster.AdminClient.Health;
import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.Premises;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The reference cluster of a run: its configuration, its processes, and whether it serves. */
public final class ReferenceCluster implements Cluster {
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETURN_PATIENCE = Duration.ofSeconds(60);

    private final Topology topology;
    private final Topology configured;
    private final ResolvedPlan plan;
    private final Installation installation;
    private final Host host;
    private final AdminClient admin;
    private final Path folder;
    private final boolean detached;
    private final Pause pause;
    private final MachineQuotas quotas;
    /** By which the wall clocks of elements can be set, for those whose clocks a fault may set. */
    private final Map<String, String> clockLibraries = new HashMap<>();

    /**
     * A cluster that is not up yet.
     *
     * @param topology of what is started
     * @param configured the same with what may be added later
     * @param folder for the elements' configuration and output
     * @param detached whether it outlives this process
     */
    public ReferenceCluster(
            Topology topology,
            Topology configured,
            ResolvedPlan plan,
            Installation installation,
            Host host,
            AdminClient admin,
            Path folder,
            boolean detached,
            Pause pause) {
        this.topology = topology;
        this.configured = configured;
        this.plan = plan;
        this.installation = installation;
        this.host = host;
        this.admin = admin;
        this.folder = folder;
        this.detached = detached;
        this.pause = pause;
        this.quotas = new MachineQuotas(plan.cluster(), host.quotas());
    }

    @Override
    public void up() throws IOException, InterruptedException {
        refuseTakenAddresses();
        findClockLibraries();
        quotas.limit(topology);
        Path configuration = folder.resolve(ClusterConfiguration.FILE);
        ClusterConfiguration.write(
                configuration,
                records(),
                configured,
                plan.cluster(),
                plan.workload().t1());
        host.put(configuration);
        List<Element> elements = ClusterConfiguration.ranked(topology);
        // The first member alone, then the others together: they join it instead of each other.
        start(elements.subList(0, 1), configuration);
        awaitState(elements.subList(0, 1), "up", quotas.longer(START_PATIENCE));
        start(elements.subList(1, elements.size()), configuration);
        awaitState(elements, "synced", quotas.longer(START_PATIENCE));
        quotas.requireHeld();
    }

    @Override
    public void awaitReturn(Collection<String> names, Pause between, Consumer<String> synced)
            throws IOException, InterruptedException {
        Duration patience = quotas.longer(RETURN_PATIENCE);
        long giveUp = System.nanoTime() + patience.toNanos();
        var awaited = new ArrayList<>(topology.elements());
        awaited.removeIf(element -> !names.contains(element.name()));
        var failed = new ArrayList<String>();
        while (!awaited.isEmpty()) {
            between.moment();
            for (Element element : List.copyOf(awaited)) {
                Optional<Health> health = admin.health(element);
                if (health.isPresent() && reached(health.get(), "synced")) {
                    awaited.remove(element);
                    synced.accept(element.name());
                } else if (hasEnded(element)) {
                    awaited.remove(element);
                    failed.add(element.name() + " ended; its output: " + log(element));
                } else if (System.nanoTime() > giveUp) {
                    awaited.remove(element);
                    failed.add(tooLate(element, health, "synced", patience));
                }
            }
        }
        if (!failed.isEmpty()) {
            throw new IOException(String.join("; ", failed));
        }
    }

    /** Healing ends them all. */
    @Override
    public void stop() {
        // nobody wants to be asked
    }

    /** Elements tell which calls they own. */
    @Override
    public Map<String, Double> loads() throws IOException {
        throw new IOException("elements of a reference cluster tell their calls, not their load");
    }

    @Override
    public List<String> keepLogs() {
        return List.of();
    }

    @Override
    public List<Quotas.Reading> quotas() {
        return quotas.read();
    }

    @Override
    public Optional<OwnerSnapshot> owners(String purpose, RunClock clock) throws InterruptedException {
        return Optional.of(admin.owners(purpose, topology, clock));
    }

    @Override
    public List<RunEvent.ClusterEvent> events(List<String> silent, RunClock clock) throws InterruptedException {
        return admin.events(topology, silent, clock, host::clockAheadMicros);
    }

    /** Every address that an element will bind. */
    static List<Wanted> addresses(Topology topology) {
        var wanted = new ArrayList<Wanted>();
        topology.serviceAddresses().forEach(address -> wanted.add(new Wanted(Transport.UDP, address)));
        for (Machine machine : topology.machines()) {
            for (int slot = 0; slot < machine.elements().size(); slot++) {
                Element element = machine.elements().get(slot);
                wanted.add(new Wanted(Transport.TCP, element.admin()));
                // One alone is a member of nothing.
                if (topology.elements().size() > 1) {
                    wanted.add(new Wanted(Transport.TCP, ClusterConfiguration.members(machine, slot)));
                }
                if (!element.sip().isEmpty() && !element.sip().equals(topology.serviceAddress())) {
                    wanted.add(new Wanted(Transport.UDP, element.sip()));
                }
            }
        }
        return wanted;
    }

    private void refuseTakenAddresses() throws IOException {
        List<String> problems = host.taken(addresses(topology));
        if (!problems.isEmpty()) {
            throw new IOException(
                    problems.get(0) + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : ""));
        }
    }

    private void start(List<Element> elements, Path configuration) throws IOException, InterruptedException {
        for (Element element : elements) {
            host.start(element.name(), command(element.name(), configuration));
        }
    }

    /** Elsewhere, and where machines have file systems of their own, it is the folder that elements work in. */
    private Path records() {
        boolean here = host.premises(topology.elements().get(0).name()).isEmpty();
        return here && !plan.cluster().containsKey(ClusterSettings.DISK) ? folder.toAbsolutePath() : Path.of(".");
    }

    private List<String> command(String element, Path configuration) {
        Optional<Premises> elsewhere = host.premises(element);
        List<String> command = elsewhere
                .map(there -> new Installation(there.java(), there.jar(), there.archive())
                        .command(there.folder().resolve(ClusterConfiguration.FILE), element, detached))
                .orElseGet(() -> installation.command(configuration, element, detached));
        Path files = elsewhere.map(Premises::folder).orElse(folder.toAbsolutePath());
        String library = clockLibraries.get(element);
        return library == null ? command : settable(library, files, element, command);
    }

    /** Before anything is started, so that a host without one costs a line. */
    private void findClockLibraries() throws IOException {
        for (Element element : topology.elements()) {
            if (!detached && setsClockOf(plan, element.name())) {
                clockLibraries.put(element.name(), host.clockLibrary(element.name()));
            }
        }
    }

    /** The command that starts an element for a plan, where the library by which clocks are set is where it usually is. */
    public static List<String> started(ResolvedPlan plan, Path files, String element, List<String> command) {
        return setsClockOf(plan, element) ? settable(SettableClock.USUAL, files, element, command) : command;
    }

    /** Whether a plan has a fault that may set an element's wall clock. To have it settable costs more to look at it, so that nobody else's is. */
    private static boolean setsClockOf(ResolvedPlan plan, String element) {
        return plan.faults().stream()
                .filter(order -> order.kind() == Kind.CLOCK)
                .anyMatch(order -> order.busiest() || order.elements().contains(element));
    }

    private static List<String> settable(String library, Path files, String element, List<String> command) {
        return SettableClock.command(library, files.resolve(element + ".clock"), command);
    }

    /** Until all of them say so when they are asked at once: one that had seen all may lose some while another is waited for. */
    private void awaitState(List<Element> elements, String wanted, Duration patience)
            throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + patience.toNanos();
        List<Element> behind = elements;
        while (!behind.isEmpty()) {
            // Who is busy starting is not asked for nothing: all of them only when the one waited for is there.
            behind = behind(behind.subList(0, 1), wanted, giveUp, patience);
            if (behind.isEmpty()) {
                behind = behind(elements, wanted, giveUp, patience);
            }
            if (!behind.isEmpty()) {
                pause.moment();
            }
        }
    }

    /** Which of them are not as wanted yet. */
    private List<Element> behind(List<Element> asked, String wanted, long giveUp, Duration patience)
            throws IOException, InterruptedException {
        Map<String, Health> found = admin.health(asked);
        var behind = new ArrayList<>(asked);
        behind.removeIf(element -> reached(found.get(element.name()), wanted));
        for (Element element : behind) {
            if (hasEnded(element)) {
                throw new IOException(element.name() + " ended while starting; its output: " + log(element));
            }
            if (System.nanoTime() > giveUp) {
                throw new IOException(
                        tooLate(element, Optional.ofNullable(found.get(element.name())), wanted, patience));
            }
        }
        return behind;
    }

    private boolean hasEnded(Element element) {
        return host.observe(element.name()).state() == Observation.State.GONE;
    }

    private String tooLate(Element element, Optional<Health> health, String wanted, Duration patience) {
        String found = health.map(seen -> "'" + seen.state() + "' among " + seen.members())
                .orElse("silent");
        return element.name() + " is " + found + " after " + patience.toSeconds() + " s, not '" + wanted
                + "' among all that run; its output: " + log(element);
    }

    /** {@code health}: null if it is silent. One that founded a group of its own would be in step with nobody but itself. */
    private boolean reached(Health health, String wanted) {
        if (health == null || !health.state().equals(wanted) && !health.state().equals("synced")) {
            return false;
        }
        Set<String> running = host.running();
        return topology.elements().stream()
                .map(Element::name)
                .filter(running::contains)
                .allMatch(health.members()::contains);
    }

    private Path log(Element element) {
        return folder.resolve(element.name() + ".log");
    }
}
