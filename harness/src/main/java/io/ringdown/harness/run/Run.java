package io.ringdown.harness.run;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.harness.cluster.AdminClient;
import io.ringdown.harness.cluster.CallDetailFiles;
import io.ringdown.harness.cluster.Cluster;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.cluster.OthersCluster;
import io.ringdown.harness.cluster.ReferenceCluster;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.MachineWatch;
import io.ringdown.harness.hosts.remote.Outposts;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.record.Calibration;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.Provenance;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunEvent.Ending;
import io.ringdown.record.RunEvent.Stage;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.TrialLoads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a run, from an empty run folder to one that can be judged:
 *
 * <ol>
 *   <li>provision: start the cluster, wait until it serves and its stores are in step;
 *   <li>fill: place calls until every phase holds its number;
 *   <li>fault: note who owns which call, strike, prove it; repair when the plan says so;
 *   <li>recovery: wait until set-ups succeed again, and for the plan's tail;
 *   <li>final probe: let every call speak once more and end, then ask who still holds a session;
 *   <li>heal: stop calling, then undo all that was done, faults and processes;
 *   <li>teardown: let go of host and ledger.
 * </ol>
 *
 * In place of the second to the fifth, a plan of kind capacity has trials.
 *
 * Whatever happens on the way, the last two are done, and how the run ended is recorded.
 */
public final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final Duration SERVICE_LOST = Duration.ofSeconds(45);
    private static final Duration SLOWEST_CALL = Duration.ofSeconds(110);
    /** A set-up and a release that both time out, and SIPp's look ahead. */
    private static final Duration SLOWEST_PROBE = Duration.ofSeconds(70);

    /** After the last held operation has been sent, and long enough before the fault for every element to answer. */
    private static final Duration SNAPSHOT_LEAD = Duration.ofMillis(700);

    private static final long LEAST_SNAPSHOT_LEAD_NANOS = 300_000_000;
    private static final int MOMENT_MILLIS = 20;
    private static final long START_NANOS = 500_000_000;
    private static final int RESTORED = 299;

    private final RunFolder folder;
    private final ResolvedPlan plan;
    private final Topology topology;
    /** Whose elements the cluster has; null: the reference cluster's. */
    private final DescribedCluster described;

    private final Calling calling;

    private final Provenance provenance;
    private final Installation installation;
    private final Host.Opening hosting;
    private final Optional<Calibration> calibration;
    private final Progress progress;
    private final RunClock clock;

    private volatile boolean endEarly;
    private RunRecorder recorder;
    private Ledger ledger;
    private Cluster cluster;
    private FaultSchedule faults;
    private Host host;
    private volatile Outposts outposts = Outposts.NONE;
    private MachineWatch machine;
    private Driver driver;
    /** Whom a cluster that relays calls; or null. */
    private Answerer callee;

    private String troubleTold = "";
    /** What a search counts in place of a record of what reaches it. */
    private final CalleesTally calleesTally = new CalleesTally();

    private long latencyIntervalEnds;
    private final AbortCriterion abort;

    /** Prepares a run into a new, empty run folder. */
    public Run(
            RunFolder folder,
            Resolution resolution,
            Provenance provenance,
            RunClock clock,
            Installation installation,
            Host.Opening hosting,
            Optional<Calibration> calibration,
            Progress progress) {
        this.folder = folder;
        this.plan = resolution.plan();
        this.topology = resolution.topology();
        this.described = resolution.described();
        this.calling = resolution.calling();
        this.provenance = provenance;
        this.clock = clock;
        this.installation = installation;
        this.hosting = hosting;
        this.calibration = calibration;
        this.progress = progress;
        abort = new AbortCriterion(plan.criteria().guard());
    }

    /** The plan's criterion for an early end was met. */
    private static final class TooMuchHarm extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuchHarm(String message) {
            super(message);
        }
    }

    /** Asks the run to end early: it goes on to heal, tear down and record. Returns at once; any thread may ask. */
    public void endEarly() {
        endEarly = true;
    }

    /**
     * Lives it.
     *
     * @throws IOException if the run folder cannot be written
     */
    public Ending live() throws IOException {
        Ending ending = lived();
        // Only now has everybody ended who records.
        RunRecorder.seal(folder);
        return ending;
    }

    private Ending lived() throws IOException {
        try (var recording = new RunRecorder(folder, clock, provenance, plan, topology);
                var undo = Ledger.create(folder.ledger());
                var opened = hosting.open(folder.elements(), undo);
                var watch = MachineWatch.start(() -> onThisMachine(opened), clock, recording::machine)) {
            ledger = undo;
            recorder = recording;
            machine = watch;
            calibration.ifPresent(recorder::calibration);
            host = opened;
            cluster = cluster();
            var injector = host.injecting(clock, radius());
            faults = new FaultSchedule(plan.faults(), injector, cluster::awaitReturn, recorder::event, clock, progress);
            // Before the cluster goes: calls that its going ends would look like its failure.
            RunEvent.Ended ended = callsEnded(observed());
            attempt("reading of quotas", this::readQuotas);
            attempt("heal", () -> heal(undo));
            attempt("logs", () -> cluster.keepLogs().forEach(line -> progress.line("logs", line)));
            enter(Stage.TEARDOWN);
            recorder.event(ended);
            return ended.ending();
        } finally {
            outposts.close();
        }
    }

    /** The run's processes that take this machine's processors. */
    private List<ProcessIdentity> onThisMachine(Host opened) {
        return Stream.concat(opened.processes().stream(), outposts.here().stream())
                .toList();
    }

    private Cluster cluster() throws IOException {
        return described == null
                ? new ReferenceCluster(
                        topology,
                        topology,
                        plan,
                        installation,
                        host,
                        new AdminClient(),
                        folder.elements(),
                        false,
                        this::moment)
                : new OthersCluster(described, host, folder.elements(), this::moment);
    }

    private BlastRadius radius() {
        BlastRadius radius = BlastRadius.of(topology, plan.criteria().guard());
        return described == null ? radius : radius.with(described.consent());
    }

    private RunEvent.Ended observed() {
        try {
            observe();
            return new RunEvent.Ended(clock.nanos(), Ending.COMPLETED, "");
        } catch (InterruptedException e) {
            progress.line("interrupted", "healing and stopping the cluster");
            return new RunEvent.Ended(clock.nanos(), Ending.INTERRUPTED, "");
        } catch (TooMuchHarm e) {
            progress.line("aborted", e.getMessage());
            return new RunEvent.Ended(clock.nanos(), Ending.ABORTED, e.getMessage());
        } catch (IOException | RuntimeException e) {
            return failed(e, String.valueOf(e.getMessage()));
        } catch (Error e) {
            // No memory, no class: what has been started must be stopped all the same.
            return failed(e, e.toString());
        }
    }

    /** Ends the calls. A run of which their drivers could not record the last did not come to its end. */
    private RunEvent.Ended callsEnded(RunEvent.Ended ended) {
        try {
            LastCalls.end(driver, callee, recorder::selfChecks);
            return ended;
        } catch (IOException | RuntimeException | Error e) {
            RunEvent.Ended failed = failed(e, "the end of the calls is not recorded: " + e.getMessage());
            return ended.ending() == Ending.COMPLETED ? failed : ended;
        }
    }

    private RunEvent.Ended failed(Throwable cause, String why) {
        LOG.debug("the run failed", cause);
        progress.line("failed", why);
        return new RunEvent.Ended(
                clock.nanos(), host.failure().isPresent() ? Ending.HOST_LOST : Ending.HARNESS_FAILED, why);
    }

    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /** One step that fails must not keep the next from being taken. */
    private void attempt(String what, Step step) {
        try {
            step.take();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            LOG.error("{} failed", what, e);
        }
    }

    private void observe() throws IOException, InterruptedException {
        provision();
        if (plan.capacity() != null) {
            search();
            return;
        }
        long strike = fill();
        fault(strike);
        recover(strike);
        finalProbe();
    }

    private void search() throws IOException, InterruptedException {
        enter(Stage.TRIALS);
        try (TrialLoads loads =
                Driving.trials(plan.workload(), topology, folder, host.beside(), outposts, recorder, clock)) {
            new CapacitySearch(
                            plan,
                            topology,
                            loads,
                            recorder,
                            clock,
                            cluster,
                            progress,
                            this::moment,
                            machine::seen,
                            callee,
                            calleesTally)
                    .run();
        }
        cluster.events(List.of(), clock).forEach(recorder::event);
    }

    private void provision() throws IOException, InterruptedException {
        enter(Stage.PROVISION);
        long began = clock.nanos();
        if (plan.workload().callee() != null) {
            CallRecorder farSide = plan.capacity() == null ? recorder.farSide() : calleesTally;
            callee = Driving.callee(plan, topology, folder, host.beside(), farSide, clock);
            callee.start();
        }
        if (!calling.hosts().isEmpty()) {
            outposts = calling.begin(Driving.loadHosts(plan.workload()), folder, ledger);
        }
        cluster.up();
        readQuotas();
        progress.line(
                "provision",
                "%d processes on %d machines in %d racks serve after %.1f s"
                        .formatted(
                                topology.elements().size(),
                                topology.machines().size(),
                                topology.racks().size(),
                                (clock.nanos() - began) / 1e9));
    }

    private void readQuotas() {
        cluster.quotas()
                .forEach(quota -> recorder.event(new RunEvent.QuotaRead(
                        clock.nanos(), quota.machine(), quota.processors(), quota.held(), quota.evidence())));
    }

    private long fill() throws IOException, InterruptedException {
        enter(Stage.FILL);
        // Nobody has a call yet. What asks, tells and records this for the first time takes long, and is not to do so
        // at the strike.
        cluster.owners("before-fill", clock).ifPresent(recorder::owners);
        driver = Driving.of(plan.workload(), topology, folder, host.beside(), outposts, recorder, clock);
        // Now, and then not before the strike: the generator would wait for it.
        System.gc();
        long strike = clock.nanos() + driver.timeToFill() + START_NANOS;
        long snapshotLead = Math.max(LEAST_SNAPSHOT_LEAD_NANOS, plan.workload().scaledNanos(SNAPSHOT_LEAD));
        recorder.event(new RunEvent.Strike(strike));
        driver.start(strike, plan.seed());
        progress.line(
                "fill",
                "%s, struck in %.1f s".formatted(Driving.calls(plan.workload()), (strike - clock.nanos()) / 1e9));
        await(strike - snapshotLead, "fill", () -> driver.openCalls() + " calls to come or open");
        Optional<OwnerSnapshot> owners = cluster.owners("before-fault", clock);
        owners.ifPresent(recorder::owners);
        chooseTargets(owners);
        return strike;
    }

    /** Who tells which calls it owns need not be asked how many. */
    private void chooseTargets(Optional<OwnerSnapshot> owners) throws IOException, InterruptedException {
        if (!faults.isToChoose()) {
            return;
        }
        if (owners.isEmpty()) {
            faults.choose(topology, cluster.loads(), "load");
            return;
        }
        var calls = new HashMap<String, Integer>();
        owners.get().owned().forEach((element, its) -> calls.put(element, its.size()));
        faults.choose(topology, calls, "calls");
    }

    private void fault(long strike) throws IOException, InterruptedException {
        enter(Stage.FAULT);
        for (Due due : Due.schedule(strike, plan.faults())) {
            await(due.at() - host.lead().toNanos(), "fault", () -> due.repair() ? "repair to come" : "fault to come");
            faults.begin(due);
        }
        await(strike, "fault", () -> "none");
        faults.awaitDone(this::moment);
    }

    private void recover(long strike) throws InterruptedException {
        enter(Stage.RECOVERY);
        long last = LongStream.concat(
                        Due.schedule(strike, plan.faults()).stream().mapToLong(Due::at),
                        plan.workload().bursts().stream()
                                .mapToLong(burst -> strike
                                        + burst.after().plus(burst.lasts()).toNanos()))
                .reduce(strike, Math::max);
        long until = last + plan.workload().tail().toNanos();
        while (faults.isReturning()) {
            progress.live("recovery", "what was started again does not serve yet");
            moment();
        }
        long giveUp = clock.nanos() + plan.workload().scaledNanos(SERVICE_LOST);
        while (clock.nanos() < until || (!serving() && clock.nanos() < giveUp)) {
            progress.live("recovery", driver.probeSuccessesInARow() + " set-ups in a row succeeded");
            moment();
        }
        progress.line("recovery", serving() ? "set-ups succeed" : "set-ups still fail");
    }

    private boolean serving() {
        return driver.probeSuccessesInARow() >= RESTORED;
    }

    private void finalProbe() throws IOException, InterruptedException {
        enter(Stage.FINAL_PROBE);
        long giveUp = clock.nanos() + plan.workload().scaledNanos(SLOWEST_CALL);
        while (driver.openCalls() > 0 && clock.nanos() < giveUp) {
            progress.live("final probe", driver.openCalls() + " calls still open");
            moment();
        }
        abort.rest();
        driver.stopProbing();
        // However long the calls took: where only the probes that succeed are seen to their end, an outage looks over.
        long giveUpProbes = clock.nanos() + plan.workload().scaledNanos(SLOWEST_PROBE);
        while (driver.openProbes() > 0 && clock.nanos() < giveUpProbes) {
            progress.live("final probe", driver.openProbes() + " probes still open");
            moment();
        }
        progress.line("final probe", driver.openCalls() + " calls are left open");
        Optional<OwnerSnapshot> last = cluster.owners("final", clock);
        last.ifPresent(recorder::owners);
        cluster.events(last.map(OwnerSnapshot::unanswered).orElse(List.of()), clock)
                .forEach(recorder::event);
        if ("proxy".equals(plan.cluster().get("service"))) {
            host.fetch();
            recorder.callDetails(CallDetailFiles.read(folder.elements()));
        }
    }

    /** Undoes first and records afterwards: a disk that takes no record must keep nothing from being undone. */
    private void heal(Ledger undo) {
        long began = clock.nanos();
        attempt("end of faults", faults::end);
        List<InjectedFault> confirmed = faults.confirmed();
        attempt("stop", cluster::stop);
        // Whoever of the cluster still runs is in the ledger too, so this stops the cluster as well.
        HealResult healing = undo.heal(outposts.undoing(host.undoing()));
        String failed = String.join("; ", healing.failed());
        progress.line("heal", healing.complete() ? "nothing is left behind" : failed);
        long ended = clock.nanos();
        recorder.event(new RunEvent.StageEntered(began, Stage.HEAL));
        faults.inHindsight(confirmed).forEach(fault -> recorder.event(new RunEvent.FaultInjected(ended, fault)));
        recorder.event(new RunEvent.Healed(ended, healing.complete(), failed));
    }

    private void enter(Stage stage) {
        recorder.event(new RunEvent.StageEntered(clock.nanos(), stage));
    }

    private void await(long instant, String stage, Supplier<String> doing) throws InterruptedException, IOException {
        while (clock.nanos() < instant) {
            progress.live(stage, doing.get());
            moment();
        }
    }

    /** Lets a moment pass, looks after what must be looked after all the while, and notices the wish to end early. */
    private void moment() throws InterruptedException {
        if (endEarly) {
            throw new InterruptedException("asked to end early");
        }
        host.failure().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        if (driver != null && driver.failure() != null) {
            throw new IllegalStateException(
                    "the calls' driver failed: " + driver.failure().getMessage());
        }
        if (callee != null && callee.failure() != null) {
            throw new IllegalStateException(
                    "the callee failed: " + callee.failure().getMessage());
        }
        String trouble = callee == null ? "" : callee.trouble();
        if (!trouble.isEmpty() && !trouble.equals(troubleTold)) {
            progress.line("callee", trouble);
            troubleTold = trouble;
        }
        if (driver != null && abort.isDue(driver.probeSuccessesInARow(), clock.nanos())) {
            throw new TooMuchHarm(abort.why());
        }
        if (clock.nanos() >= latencyIntervalEnds) {
            recorder.endLatencyInterval();
            latencyIntervalEnds = clock.nanos() + 1_000_000_000;
        }
        Thread.sleep(MOMENT_MILLIS);
    }
}
