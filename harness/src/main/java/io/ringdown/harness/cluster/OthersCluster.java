package io.ringdown.harness.cluster;

import io.ringdown.faults.Observation;
import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.DescribedCluster.Care;
import io.ringdown.harness.plan.DescribedCluster.Command;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A cluster of other makers' elements, as a topology file describes it: their commands, and whether they serve. */
public final class OthersCluster implements Cluster {
    /** As long as a fault waits for its effect. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private static final int MOMENT_MILLIS = 20;

    private final DescribedCluster described;
    private final Topology topology;
    private final LocalHost host;
    private final Path folder;
    private final Pause pause;
    private final HealthCheck health;
    private final ElementTruths truths;

    /**
     * A cluster that is not up yet.
     *
     * @param folder for the elements' output
     * @throws IOException if the host cannot be told how to cut the power of machines; one line
     */
    public OthersCluster(DescribedCluster described, LocalHost host, Path folder, Pause pause) throws IOException {
        this.described = described;
        topology = described.topology();
        this.host = host;
        this.folder = folder.toAbsolutePath();
        this.pause = pause;
        host.switches(switches(described));
        health = new HealthCheck(described.folder());
        truths = new ElementTruths(
                described.folder(), this.folder, commands(Care::owned), commands(Care::copies), commands(Care::load));
    }

    /** Dispatchers first and stores last, the other way round than they were started. */
    @Override
    public void stop() throws IOException, InterruptedException {
        List<Predicate<Element>> order = new ArrayList<>(startingOrder());
        Collections.reverse(order);
        for (Predicate<Element> group : order) {
            List<String> asked = topology.elements().stream()
                    .filter(group)
                    .map(Element::name)
                    .filter(name -> !described.care().get(name).stop().isEmpty() && host.has(name))
                    .filter(name -> host.observe(name).state() == Observation.State.RUNNING)
                    .toList();
            host.terminate(asked);
            long giveUp = System.nanoTime() + STOPPING.toNanos();
            while (System.nanoTime() < giveUp
                    && asked.stream().anyMatch(name -> host.observe(name).state() != Observation.State.GONE)) {
                Thread.sleep(MOMENT_MILLIS);
            }
        }
    }

    @Override
    public List<String> keepLogs() throws InterruptedException {
        return new ElementLogs(described.folder(), folder).fetch(commands(Care::logs));
    }

    private Map<String, List<String>> commands(Function<Care, List<String>> which) {
        var commands = new TreeMap<String, List<String>>();
        described.care().forEach((element, care) -> {
            if (!which.apply(care).isEmpty()) {
                commands.put(element, filled(described, element, folder, which.apply(care)));
            }
        });
        return commands;
    }

    /** Stores come first and dispatchers last: whoever needs others finds them. */
    @Override
    public void up() throws IOException, InterruptedException {
        List<String> taken = host.taken(addresses());
        if (!taken.isEmpty()) {
            throw new IOException(taken.get(0) + (taken.size() > 1 ? " (and " + (taken.size() - 1) + " more)" : ""));
        }
        for (Predicate<Element> group : startingOrder()) {
            List<Element> elements = topology.elements().stream().filter(group).toList();
            for (Element element : elements) {
                Files.createDirectories(folder.resolve(element.name()));
                host.startTree(element.name(), treeStart(element.name()));
            }
            awaitServing(elements, pause, element -> {});
        }
    }

    private TreeStart treeStart(String element) {
        Care care = described.care().get(element);
        Path pidFile = care.pidFile().isEmpty()
                ? null
                : described
                        .folder()
                        .resolve(filled(described, element, folder, List.of(care.pidFile()))
                                .get(0));
        return new TreeStart(
                start(described, element, folder), described.folder(), pidFile, stop(described, element, folder));
    }

    static List<Predicate<Element>> startingOrder() {
        return List.of(element -> element.stores() && !element.processes(), Element::processes, Element::receives);
    }

    private List<Wanted> addresses() {
        return Stream.concat(
                        topology.serviceAddresses().stream(),
                        topology.elements().stream().map(Element::sip).filter(sip -> !sip.isEmpty()))
                .distinct()
                .map(address -> new Wanted(Transport.UDP, address))
                .toList();
    }

    @Override
    public void awaitReturn(Collection<String> names, Pause between, Consumer<String> serving)
            throws IOException, InterruptedException {
        awaitServing(
                topology.elements().stream()
                        .filter(element -> names.contains(element.name()))
                        .toList(),
                between,
                serving);
    }

    private void awaitServing(List<Element> elements, Pause between, Consumer<String> serving)
            throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + described.patience().toNanos();
        var awaited = new ArrayList<>(elements);
        var failed = new ArrayList<String>();
        while (!awaited.isEmpty()) {
            between.moment();
            for (Element element : List.copyOf(awaited)) {
                if (serves(element)) {
                    serving.accept(element.name());
                    awaited.remove(element);
                } else if (host.observe(element.name()).state() == Observation.State.GONE) {
                    failed.add(element.name() + " ended; its output: " + log(element));
                    awaited.remove(element);
                } else if (System.nanoTime() > giveUp) {
                    failed.add(element.name() + " does not serve after "
                            + described.patience().toSeconds() + " s; its output: " + log(element));
                    awaited.remove(element);
                }
            }
        }
        if (!failed.isEmpty()) {
            throw new IOException(String.join("; ", failed));
        }
    }

    private boolean serves(Element element) throws IOException, InterruptedException {
        Care care = described.care().get(element.name());
        List<String> command = care.health() instanceof Command asks
                ? filled(described, element.name(), folder, asks.command())
                : List.of();
        return health.serves(care.health(), element.sip(), command);
    }

    /**
     * The command that starts an element.
     *
     * @param folder for the elements' output
     */
    public static List<String> start(DescribedCluster described, String element, Path folder) {
        return filled(described, element, folder, described.care().get(element).start());
    }

    /** The command that stops an element; empty: SIGTERM does. */
    public static List<String> stop(DescribedCluster described, String element, Path folder) {
        return filled(described, element, folder, described.care().get(element).stop());
    }

    /** What cuts the power of machines and puts them on again. */
    public static List<PowerSwitch> switches(DescribedCluster described) {
        String here = described.folder().toString();
        String topology = described.file().toAbsolutePath().normalize().toString();
        return described.power().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(power -> new PowerSwitch(
                        power.getKey(),
                        filled(power.getValue().off(), here),
                        filled(power.getValue().on(), here),
                        here,
                        topology))
                .toList();
    }

    private static List<String> filled(List<String> command, String here) {
        return command.stream().map(word -> word.replace("{here}", here)).toList();
    }

    private static List<String> filled(DescribedCluster described, String element, Path folder, List<String> command) {
        String here = described.folder().toString();
        String work = folder.resolve(element).toString();
        return filled(command, here).stream()
                .map(word -> word.replace("{work}", work))
                .toList();
    }

    private Path log(Element element) {
        return folder.resolve(element.name() + ".log");
    }

    @Override
    public List<Quotas.Reading> quotas() {
        return List.of();
    }

    @Override
    public Optional<OwnerSnapshot> owners(String purpose, RunClock clock) throws InterruptedException {
        return truths.ask(purpose, clock);
    }

    @Override
    public Map<String, Double> loads() throws IOException, InterruptedException {
        return truths.loads();
    }

    @Override
    public List<RunEvent.ClusterEvent> events(List<String> silent, RunClock clock) {
        return List.of();
    }
}
