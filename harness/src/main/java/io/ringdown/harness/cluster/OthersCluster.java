package io.ringdown.harness.cluster;

import io.ringdown.faults.Observation;
import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.HealthCheck;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.Premises;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A cluster of other makers' elements, as a topology file describes it: their commands, and whether they serve. */
public final class OthersCluster implements Cluster {
    /** As long as a fault waits for its effect. */
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private static final Duration HEALTH = Duration.ofSeconds(5);

    private static final int MOMENT_MILLIS = 20;

    private final DescribedCluster described;
    private final Topology topology;
    private final Host host;
    private final Path folder;
    private final Pause pause;
    private final ElementTruths truths;

    /**
     * A cluster that is not up yet.
     *
     * @param folder for the elements' output
     * @throws IOException if the host cannot be told how to cut the power of machines; one line
     */
    public OthersCluster(DescribedCluster described, Host host, Path folder, Pause pause) throws IOException {
        this.described = described;
        topology = described.topology();
        this.host = host;
        this.folder = folder.toAbsolutePath();
        this.pause = pause;
        host.switches(switches(described));
        truths = new ElementTruths(
                host::ask,
                questions(Care::owned, "owned"),
                questions(Care::copies, "copies"),
                questions(Care::load, "load"));
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
        return host.keepLogs();
    }

    private List<ElementQuestion> questions(Function<Care, List<String>> which, String what) {
        return described.care().entrySet().stream()
                .filter(each -> !which.apply(each.getValue()).isEmpty())
                .sorted(Map.Entry.comparingByKey())
                .map(each -> question(each.getKey(), what, which.apply(each.getValue()), ElementTruths.PATIENCE))
                .toList();
    }

    private ElementQuestion question(String element, String what, List<String> command, Duration patience) {
        return new ElementQuestion(element, what, filled(element, command), described.folder(element), patience);
    }

    /** Where an element has a folder of its own, on its machine. */
    private List<String> filled(String element, List<String> command) {
        return filled(
                described, element, host.premises(element).map(Premises::folder).orElse(folder), command);
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
                host.startTree(element.name(), treeStart(element.name()));
            }
            awaitServing(elements, pause, element -> {});
        }
    }

    private TreeStart treeStart(String element) {
        Care care = described.care().get(element);
        Path here = described.folder(element);
        Path pidFile = care.pidFile().isEmpty()
                ? null
                : here.resolve(filled(element, List.of(care.pidFile())).get(0));
        return new TreeStart(
                filled(element, care.start()),
                here,
                pidFile,
                filled(element, care.stop()),
                filled(element, care.logs()));
    }

    static List<Predicate<Element>> startingOrder() {
        return List.of(element -> element.stores() && !element.processes(), Element::processes, Element::receives);
    }

    /** What stands already has its own. */
    private List<Wanted> addresses() {
        List<Element> standing = topology.elements().stream()
                .filter(element -> described.stands(element.name()))
                .toList();
        List<String> had = standing.stream().map(Element::sip).toList();
        boolean served = standing.stream().anyMatch(Element::receives);
        return Stream.concat(
                        topology.serviceAddresses().stream().filter(service -> !served),
                        topology.elements().stream().map(Element::sip).filter(sip -> !sip.isEmpty()))
                .distinct()
                .filter(address -> !had.contains(address))
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
        return described.care().get(element.name()).health() instanceof Command asks
                ? host.ask(question(element.name(), "", asks.command(), HEALTH)).isPresent()
                : HealthCheck.answers(element.sip());
    }

    /**
     * The command that starts an element.
     *
     * @param folder has one for each element
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
                        topology,
                        power.getValue().back().toMillis()))
                .toList();
    }

    private static List<String> filled(List<String> command, String here) {
        return command.stream().map(word -> word.replace("{here}", here)).toList();
    }

    private static List<String> filled(DescribedCluster described, String element, Path folder, List<String> command) {
        String here = described.folder(element).toString();
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
