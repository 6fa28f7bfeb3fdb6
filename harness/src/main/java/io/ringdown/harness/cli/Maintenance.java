package io.ringdown.harness.cli;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.cluster.AdminClient;
import io.ringdown.harness.cluster.AdminClient.Health;
import io.ringdown.harness.cluster.ClusterConfiguration;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.cluster.MachineQuotas;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.RunFolder;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Maintains a cluster that {@code cluster up} started, element by element or machine by machine. */
final class Maintenance {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 25;

    private final RunFolder folder;
    private final Topology topology;
    private final ResolvedPlan plan;
    private final AdminClient admin = new AdminClient();
    private Duration patience = PATIENCE;

    Maintenance(RunFolder folder) throws IOException {
        this.folder = folder;
        RecordedRun recorded = RecordedRun.read(folder);
        topology = recorded.topology();
        plan = recorded.plan();
    }

    /** Takes app processors out of service. */
    int drain(String name) throws IOException, InterruptedException {
        List<Element> processors = processors(name);
        if (processors.isEmpty()) {
            throw new UsageException(name + ": serves no calls, so there is nothing to drain");
        }
        return drain(processors) ? Exit.PASS : Exit.FAIL;
    }

    private boolean drain(List<Element> processors) throws IOException, InterruptedException {
        for (Element processor : processors) {
            String problem = admin.post(processor, "/drain");
            if (!problem.isEmpty()) {
                System.out.println(processor.name() + ": not drained: " + problem);
                return false;
            }
            await(processor, "drained");
        }
        return true;
    }

    /** Puts app processors back into service. */
    int undrain(String name) throws IOException, InterruptedException {
        for (Element processor : processors(name)) {
            admin.post(processor, "/undrain");
            await(processor, "synced");
        }
        return Exit.PASS;
    }

    /** Drains what serves calls, stops it and starts it again. */
    int restart(String name) throws IOException, InterruptedException {
        List<Element> elements = elements(name);
        if (!drain(processors(name))) {
            return Exit.FAIL;
        }
        try (Ledger ledger = Ledger.open(folder.ledger())) {
            for (Element element : elements) {
                stop(ledger, element);
            }
            start(ledger, elements);
        }
        return Exit.PASS;
    }

    /**
     * Starts what is not running of some machines, together: what was never started, and what has died. A partition of OCCAS that is complete
     * by that is waited for.
     */
    int add(List<String> names) throws IOException, InterruptedException {
        List<Element> elements = names.stream()
                .flatMap(name -> elements(name).stream())
                .distinct()
                .toList();
        try (Ledger ledger = Ledger.open(folder.ledger())) {
            List<Element> missing = missing(ledger, elements);
            if (missing.isEmpty()) {
                throw new UsageException(String.join(", ", names) + ": running already");
            }
            start(ledger, missing);
            List<Element> gone = missing(ledger, topology.elements());
            for (int partition : partitionsOf(missing)) {
                awaitUse(partition, gone);
            }
        }
        return Exit.PASS;
    }

    /** Those that do not run; what has died of them is done with in the ledger. */
    private static List<Element> missing(Ledger ledger, List<Element> elements) throws IOException {
        var missing = new ArrayList<Element>(elements);
        for (Map.Entry<Integer, Undo> open : ledger.open().entrySet()) {
            if (open.getValue() instanceof Undo.Kill kill) {
                Observation seen = LinuxProcesses.observe(kill.element(), kill.process());
                if (seen.state() == Observation.State.GONE) {
                    ledger.done(open.getKey(), seen.evidence());
                } else {
                    missing.removeIf(element -> element.name().equals(kill.element()));
                }
            }
        }
        return missing;
    }

    private static Set<Integer> partitionsOf(List<Element> elements) {
        return elements.stream()
                .filter(element -> element.role().equals("replica"))
                .map(Element::partition)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Until every engine gives new calls to a partition; or tells who is missing. */
    private void awaitUse(int partition, List<Element> gone) throws IOException, InterruptedException {
        List<String> missing = topology.elements().stream()
                .filter(element -> element.stores() && element.partition() == partition)
                .filter(gone::contains)
                .map(Element::name)
                .toList();
        if (!missing.isEmpty()) {
            System.out.println("partition " + partition + ": not complete without " + String.join(", ", missing));
            return;
        }
        String used = "ringdown_partition_in_use{partition=\"" + partition + "\"} 1";
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        for (Element engine : topology.elements()) {
            boolean asked = engine.processes() && !gone.contains(engine);
            while (asked && !admin.metrics(engine).orElse("").contains(used)) {
                if (System.nanoTime() > giveUp) {
                    throw new IOException(engine.name() + " gives no calls to partition " + partition + " after "
                            + PATIENCE.toSeconds() + " s");
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
        System.out.println("partition " + partition + ": in use");
    }

    private void start(Ledger ledger, List<Element> elements) throws IOException, InterruptedException {
        var installation = Installation.locate().withArchive();
        LocalHost host = LocalHost.detached(folder.elements(), ledger);
        var quotas = new MachineQuotas(plan.cluster(), host.quotas());
        patience = quotas.longer(PATIENCE);
        for (Machine machine : topology.machines()) {
            if (machine.elements().stream().anyMatch(elements::contains)) {
                quotas.limit(machine);
            }
        }
        var configuration = folder.elements().resolve(ClusterConfiguration.FILE);
        for (Element element : elements) {
            host.start(element.name(), installation.command(configuration, element.name(), true));
        }
        for (Element element : elements) {
            await(element, "synced");
        }
    }

    private static void stop(Ledger ledger, Element element) throws IOException, InterruptedException {
        for (Map.Entry<Integer, Undo> open : ledger.open().entrySet()) {
            if (open.getValue() instanceof Undo.Kill kill && kill.element().equals(element.name())) {
                LinuxProcesses.terminate(kill.process());
                if (!isGone(element, kill.process())) {
                    LinuxProcesses.kill(kill.process());
                    isGone(element, kill.process());
                }
                ledger.done(
                        open.getKey(),
                        LinuxProcesses.observe(element.name(), kill.process()).evidence());
            }
        }
    }

    private static boolean isGone(Element element, ProcessIdentity process) throws InterruptedException {
        long giveUp = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (LinuxProcesses.observe(element.name(), process).state() != Observation.State.GONE) {
            if (System.nanoTime() > giveUp) {
                return false;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return true;
    }

    private void await(Element element, String state) throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + patience.toNanos();
        Optional<String> seen = Optional.empty();
        while (!seen.equals(Optional.of(state))) {
            if (System.nanoTime() > giveUp) {
                throw new IOException(element.name() + " is '" + seen.orElse("silent") + "' after "
                        + patience.toSeconds() + " s, not '" + state + "'");
            }
            Thread.sleep(POLL_MILLIS);
            seen = admin.health(element).map(Health::state);
        }
        System.out.println(element.name() + ": " + state);
    }

    private List<Element> processors(String name) {
        return elements(name).stream().filter(Element::processes).toList();
    }

    /** Those of a machine, or one. */
    private List<Element> elements(String name) {
        var valid = new ArrayList<String>();
        for (Machine machine : topology.machines()) {
            if (machine.name().equals(name)) {
                return machine.elements();
            }
            valid.add(machine.name());
        }
        for (Element element : topology.elements()) {
            if (element.name().equals(name)) {
                return List.of(element);
            }
            valid.add(element.name());
        }
        throw new UsageException("no element or machine '" + name + "'; " + Nearest.hint(name, valid));
    }
}
