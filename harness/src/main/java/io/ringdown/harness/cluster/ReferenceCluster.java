package io.ringdown.harness.cluster;

import io.ringdown.faults.Observation;
import io.ringdown.harness.cluster.AdminClient.Health;
import io.ringdown.harness.hosts.AddressCheck;
import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The reference cluster of a run: its configuration, its processes, and whether it serves. */
public final class ReferenceCluster {
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETURN_PATIENCE = Duration.ofSeconds(60);

    private final Topology topology;
    private final ResolvedPlan plan;
    private final Installation installation;
    private final LocalHost host;
    private final AdminClient admin;
    private final Path folder;
    private final boolean detached;
    private final Pause pause;

    /** Waits a moment between two looks; an interruption ends the wait for good. */
    public interface Pause {
        void moment() throws InterruptedException;
    }

    /**
     * A cluster that is not up yet.
     *
     * @param folder for the elements' configuration and output
     * @param detached whether it outlives this process
     */
    public ReferenceCluster(
            Topology topology,
            ResolvedPlan plan,
            Installation installation,
            LocalHost host,
            AdminClient admin,
            Path folder,
            boolean detached,
            Pause pause) {
        this.topology = topology;
        this.plan = plan;
        this.installation = installation;
        this.host = host;
        this.admin = admin;
        this.folder = folder;
        this.detached = detached;
        this.pause = pause;
    }

    /**
     * Starts every element and waits until all are in step.
     *
     * @throws IOException if an element ends or does not come up in time; the message names it and its output
     */
    public void up() throws IOException, InterruptedException {
        refuseTakenAddresses();
        Path configuration = folder.resolve("cluster.properties");
        ClusterConfiguration.write(
                configuration, topology, plan.cluster(), plan.workload().t1());
        List<Element> elements = topology.elements();
        // The first member alone, then the others together: they join it instead of each other.
        start(elements.subList(0, 1), configuration);
        awaitState(elements.subList(0, 1), "up", START_PATIENCE);
        start(elements.subList(1, elements.size()), configuration);
        awaitState(elements, "synced", START_PATIENCE);
        // Again, since one that had seen all may have lost some while another was waited for.
        awaitState(elements, "synced", START_PATIENCE);
    }

    /** Waits until the named elements are in step again. */
    public void awaitSynced(Collection<String> names) throws IOException, InterruptedException {
        awaitState(
                topology.elements().stream()
                        .filter(element -> names.contains(element.name()))
                        .toList(),
                "synced",
                RETURN_PATIENCE);
    }

    private void refuseTakenAddresses() throws IOException {
        var wanted = new ArrayList<Wanted>();
        wanted.add(new Wanted(Transport.UDP, topology.serviceAddress()));
        for (Element element : topology.elements()) {
            wanted.add(new Wanted(Transport.TCP, element.admin()));
            if (!element.sip().isEmpty() && !element.sip().equals(topology.serviceAddress())) {
                wanted.add(new Wanted(Transport.UDP, element.sip()));
            }
        }
        List<String> problems = AddressCheck.problems(wanted);
        if (!problems.isEmpty()) {
            throw new IOException(
                    problems.get(0) + (problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : ""));
        }
    }

    private void start(List<Element> elements, Path configuration) throws IOException, InterruptedException {
        for (Element element : elements) {
            host.start(element.name(), installation.command(configuration, element.name(), detached));
        }
    }

    private void awaitState(List<Element> elements, String wanted, Duration patience)
            throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + patience.toNanos();
        for (Element element : elements) {
            Optional<Health> health = Optional.empty();
            while (health.isEmpty() || !reached(health.get(), wanted)) {
                if (host.observe(element.name()).state() == Observation.State.GONE) {
                    throw new IOException(element.name() + " ended while starting; its output: " + log(element));
                }
                if (System.nanoTime() > giveUp) {
                    throw new IOException(element.name() + " is " + text(health) + " after " + patience.toSeconds()
                            + " s, not '" + wanted + "' among all that run; its output: " + log(element));
                }
                pause.moment();
                health = admin.health(element);
            }
        }
    }

    private static String text(Optional<Health> health) {
        return health.map(seen -> "'" + seen.state() + "' among " + seen.members())
                .orElse("silent");
    }

    /** One that founded a group of its own would be in step with nobody but itself. */
    private boolean reached(Health health, String wanted) {
        return (health.state().equals(wanted) || health.state().equals("synced"))
                && topology.elements().stream()
                        .map(Element::name)
                        .filter(host::runs)
                        .allMatch(health.members()::contains);
    }

    private Path log(Element element) {
        return folder.resolve(element.name() + ".log");
    }
}
