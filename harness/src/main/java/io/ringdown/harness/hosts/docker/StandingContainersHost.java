package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.ringdown.faults.AtOnce;
import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Power;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Spent;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.faults.Victims;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.Printed;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.hosts.Reach.Outcome;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** This machine as host of a cluster of which some elements, or all, are containers of their owner's: these are struck from outside, and run on when all is over. */
final class StandingContainersHost implements Host, Victims {
    /** For the ledger to reach the disk, the freeze to be armed and the engine to be asked. */
    private static final Duration LEAD = Duration.ofMillis(500);

    private final LocalHost beside;
    private final Ledger ledger;
    private final Path logs;
    private final Instant opened = Instant.now();
    private final Map<String, ContainedElement> contained = new LinkedHashMap<>();
    private final ContainersWatch watch = new ContainersWatch();

    private StandingContainersHost(LocalHost beside, Path logs, Ledger ledger) {
        this.beside = beside;
        this.logs = logs;
        this.ledger = ledger;
    }

    /** @param signals whether the processes of containers may be signalled, if they are seen */
    static Opening opening(StandingContainers containers, boolean signals) {
        return (logs, ledger) -> {
            LocalHost beside = LocalHost.leashed(logs, ledger);
            try {
                var host = new StandingContainersHost(beside, logs, ledger);
                for (StandingContainer each : containers.find()) {
                    host.contained.put(each.element(), new ContainedElement(each, signals));
                }
                beside.afterDeath(StandingContainers.restoring(ledger.path()));
                return host;
            } catch (IOException | RuntimeException e) {
                beside.close();
                throw e;
            }
        };
    }

    /** Processes of containers are anybody's: only root may be sure to reach all of them. */
    static boolean mayFreezeBySignals() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public void start(String element, List<String> command) throws IOException {
        beside.start(element, command);
    }

    /** A container runs already. */
    @Override
    public void startTree(String element, TreeStart how) throws IOException {
        ContainedElement its = contained.get(element);
        if (its == null) {
            beside.startTree(element, how);
        } else {
            its.begin();
            watch.over(its);
        }
    }

    @Override
    public void switches(List<PowerSwitch> switches) throws IOException {
        beside.switches(switches);
    }

    @Override
    public boolean has(String element) {
        return contained.containsKey(element) ? contained.get(element).hasBegun() : beside.has(element);
    }

    @Override
    public Optional<String> ask(ElementQuestion question) throws IOException, InterruptedException {
        ContainedElement its = contained.get(question.element());
        if (its == null) {
            return beside.ask(question);
        }
        // Who cannot answer is not asked, and nobody else is put beside it: the question would run on.
        if (its.isSignalled() && its.observe().state() == Observation.State.FROZEN) {
            return Optional.empty();
        }
        StandingContainer container = its.container();
        var reach = new ContainerReach(container.engine(), container.id(), container.toString(), question.patience());
        try {
            Outcome outcome = reach.run(question.command(), question.patience());
            // What is cut off cannot be told from what is not there.
            boolean whole = outcome.output().length() < Printed.MOST;
            return outcome.status() == 0 && whole ? Optional.of(outcome.output()) : Optional.empty();
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException || e.getCause() instanceof DockerException) {
                return Optional.empty();
            }
            // Commands may have in them what no run folder is to hold.
            throw new IOException(
                    container.told("no command can be run in it, " + container.engine() + " does not answer"), e);
        }
    }

    @Override
    public List<String> keepLogs() throws InterruptedException {
        var incomplete = new ArrayList<>(beside.keepLogs());
        for (ContainedElement each : contained.values()) {
            String why = each.container().logs(logs.resolve(each.name() + ".log"), opened);
            if (!why.isEmpty()) {
                incomplete.add(why);
            }
        }
        return incomplete;
    }

    @Override
    public Observation observe(String element) {
        ContainedElement its = contained.get(element);
        return its == null ? beside.observe(element) : its.observe();
    }

    @Override
    public Set<String> running() {
        Set<String> running = new LinkedHashSet<>(beside.running());
        contained.values().stream()
                .filter(ContainedElement::hasBegun)
                .filter(each -> each.observe().state() == Observation.State.RUNNING)
                .forEach(each -> running.add(each.name()));
        return running;
    }

    @Override
    public Collection<ProcessIdentity> processes() {
        return Stream.concat(
                        beside.processes().stream(),
                        contained.values().stream().flatMap(each -> each.processes().stream()))
                .toList();
    }

    @Override
    public List<String> taken(List<Wanted> addresses) {
        return beside.taken(addresses);
    }

    @Override
    public Quotas quotas() {
        return beside.quotas();
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
    public Undoing undoing() {
        return undo -> undo instanceof Undo.RestoreContainer standing
                ? contained.get(standing.element()).container().restore(standing)
                : beside.undoing().undo(undo);
    }

    /** Those that are not containers. */
    @Override
    public HealResult stopAll() {
        return beside.stopAll();
    }

    @Override
    public void fetch() throws IOException {
        beside.fetch();
    }

    @Override
    public Optional<String> failure() {
        return watch.amiss();
    }

    @Override
    public LocalHost beside() {
        return beside;
    }

    @Override
    public void close() {
        watch.close();
        beside.close();
    }

    @Override
    public ProcessIdentity identity(String element) {
        ContainedElement its = contained.get(element);
        return its == null ? beside.identity(element) : its.identity();
    }

    @Override
    public Undo killing(String element) {
        ContainedElement its = contained.get(element);
        return its == null ? beside.killing(element) : its.killing();
    }

    @Override
    public Undo resuming(String element) {
        ContainedElement its = contained.get(element);
        return its == null ? beside.resuming(element) : its.resuming();
    }

    @Override
    public Map<ProcessIdentity, Spent> spent(String element) {
        ContainedElement its = contained.get(element);
        return its == null ? beside.spent(element) : its.spent();
    }

    @Override
    public Power power() {
        return beside.power();
    }

    /** All at once, whatever each is frozen by. */
    @Override
    public Trigger armFreeze(List<String> elements) throws IOException {
        beside.requireKeeper();
        List<ContainedElement> inContainers = inContainers(elements);
        inContainers.forEach(ContainedElement::chooseFreeze);
        List<ContainedElement> signalled =
                inContainers.stream().filter(ContainedElement::isSignalled).toList();
        var parts = new ArrayList<Trigger>();
        try {
            if (inContainers.size() < elements.size()) {
                parts.add(beside.armFreeze(others(elements)));
            }
            if (!signalled.isEmpty()) {
                parts.add(
                        bySignals(signalled.stream().map(ContainedElement::tree).toList()));
            }
            inContainers.stream().filter(each -> !each.isSignalled()).forEach(each -> parts.add(each.pausing()));
        } catch (IOException | RuntimeException e) {
            parts.forEach(Trigger::close);
            throw e;
        }
        inContainers.forEach(ContainedElement::take);
        return new FreezingTogether(parts, inContainers);
    }

    private static Trigger bySignals(List<ProcessTree> trees) throws IOException {
        List<ProcessIdentity> told =
                trees.stream().flatMap(tree -> tree.members().stream()).toList();
        return ProcessTree.freezing(trees, LinuxProcesses.armFreeze(told), told);
    }

    /** One that is not let off leaves the containers to themselves. */
    private static final class FreezingTogether implements Trigger {
        private final List<Trigger> parts;
        private final List<ContainedElement> elements;
        private boolean fired;

        FreezingTogether(List<Trigger> parts, List<ContainedElement> elements) {
            this.parts = parts;
            this.elements = elements;
        }

        @Override
        public void fire() throws IOException {
            fired = true;
            throwFirst(AtOnce.all(parts, part -> {
                part.fire();
                return "";
            }));
        }

        @Override
        public void close() {
            parts.forEach(Trigger::close);
            if (!fired) {
                elements.forEach(ContainedElement::letGo);
            }
        }
    }

    @Override
    public void kill(List<String> elements) {
        beside.kill(others(elements));
        try {
            throwFirst(AtOnce.all(inContainers(elements), each -> {
                each.kill();
                return "";
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void terminate(List<String> elements) throws IOException {
        beside.terminate(others(elements));
        throwFirst(AtOnce.all(inContainers(elements), each -> {
            each.terminate();
            return "";
        }));
    }

    @Override
    public void resume(List<String> elements) throws IOException {
        beside.resume(others(elements));
        throwFirst(AtOnce.all(inContainers(elements), each -> {
            each.resume();
            return "";
        }));
    }

    @Override
    public void restart(String element) throws IOException {
        ContainedElement its = contained.get(element);
        if (its == null) {
            beside.restart(element);
        } else {
            its.restart();
        }
    }

    private List<ContainedElement> inContainers(List<String> elements) {
        return elements.stream()
                .filter(contained::containsKey)
                .map(contained::get)
                .toList();
    }

    private List<String> others(List<String> elements) {
        return elements.stream()
                .filter(element -> !contained.containsKey(element))
                .toList();
    }

    private static void throwFirst(List<AtOnce.Outcome> outcomes) throws IOException {
        for (AtOnce.Outcome outcome : outcomes) {
            if (outcome.failure() instanceof IOException failure) {
                throw failure;
            }
            if (outcome.failure() instanceof RuntimeException failure) {
                throw failure;
            }
        }
    }
}
