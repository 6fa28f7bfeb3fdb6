package io.ringdown.harness.run;

import io.ringdown.harness.cluster.Cluster;
import io.ringdown.harness.cluster.Cluster.Pause;
import io.ringdown.judge.ForeignLoad;
import io.ringdown.judge.RateSearch;
import io.ringdown.judge.TrialTally;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.record.CalleesView;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.Operation;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Trial;
import io.ringdown.record.TrialOrder;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.TrialLoad;
import io.ringdown.workloads.TrialLoads;
import io.ringdown.workloads.sip.HostDrops;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes the trials of a capacity search (RFC 7502 section 4.10), one after the other, each by a generator of its own, or by several load hosts, on a cluster
 * that has come to rest. A trial that tells nothing, since whoever made it was not on time, is made again; if that does not help, or a load host is gone, the
 * search ends with what it has found.
 */
final class CapacitySearch {
    /** Trials in a row that tell nothing, after which the machine cannot make a further one. */
    private static final int MOST_UNCLEAR = 3;

    private static final long SECOND = 1_000_000_000L;
    private static final long UNTIL_IDLE = 10 * SECOND;

    private final ResolvedPlan plan;
    private final Capacity capacity;
    private final Topology topology;
    private final TrialLoads loads;
    private final RunRecorder recorder;
    private final RunClock clock;
    private final Cluster cluster;
    private final Progress progress;
    private final Pause pause;
    /** What this machine was busy with, so far. */
    private final Supplier<List<MachineLoad>> machine;
    /** Whom a cluster that relays calls; or null. */
    private final Answerer callee;
    /** What reaches it. */
    private final CalleesTally calleesTally;

    private int trials;
    private int calls;
    /** Which of several load hosts is not there any more, and why: without it no trial can be made. Empty: none. */
    private String gone = "";

    CapacitySearch(
            ResolvedPlan plan,
            Topology topology,
            TrialLoads loads,
            RunRecorder recorder,
            RunClock clock,
            Cluster cluster,
            Progress progress,
            Pause pause,
            Supplier<List<MachineLoad>> machine,
            Answerer callee,
            CalleesTally calleesTally) {
        this.plan = plan;
        capacity = plan.capacity();
        this.topology = topology;
        this.loads = loads;
        this.recorder = recorder;
        this.clock = clock;
        this.cluster = cluster;
        this.progress = progress;
        this.pause = pause;
        this.machine = machine;
        this.callee = callee;
        this.calleesTally = calleesTally;
    }

    /** Makes trial after trial until the result is found, or no further one can be made. */
    void run() throws IOException, InterruptedException {
        if (!capacity.warmUp().isZero()) {
            int rate = Math.max(1, capacity.startRate() / 2);
            int sessions = (int) Math.max(2, rate * capacity.warmUp().toMillis() / 1_000);
            trial(true, rate, sessions, rate);
        }
        var search = new RateSearch(capacity.startRate());
        int unclear = 0;
        while (!search.complete() && unclear < MOST_UNCLEAR && gone.isEmpty() && inStep()) {
            Outcome outcome = trial(false, search.rate(), capacity.sessionsAt(search.rate()), aside(search));
            if (outcome == Outcome.UNCLEAR) {
                unclear++;
            } else {
                unclear = 0;
                search.took(outcome == Outcome.SUCCEEDED);
            }
        }
        if (!gone.isEmpty()) {
            progress.line("search", gone);
        }
        String least = search.complete() ? "" : "at least ";
        progress.line("search", least + search.best() + " " + unit() + "s/s after " + trials + " trials");
    }

    private String unit() {
        return capacity.callType().unit();
    }

    /** What makes registrations ready and clears them up goes at half a rate that is known to be carried, or may be. */
    private static int aside(RateSearch search) {
        int carried = search.best() == 0 ? search.rate() : Math.min(search.best(), search.rate());
        return Math.max(1, carried / 2);
    }

    /** Overload may have cut elements off: the next trial is the whole cluster's. */
    private boolean inStep() throws InterruptedException {
        List<String> all = topology.elements().stream().map(Element::name).toList();
        try {
            cluster.awaitReturn(all, pause, element -> {});
            return true;
        } catch (IOException e) {
            progress.line("search", e.getMessage());
            recorder.event(new RunEvent.ClusterEvent(clock.nanos(), "", "out-of-step", Map.of("why", e.getMessage())));
            return false;
        }
    }

    /** @param aside REGISTERs a second that make registrations ready and clear them up */
    private Outcome trial(boolean warmUp, int rate, int sessions, int aside) throws IOException, InterruptedException {
        int number = trials++;
        int firstCall = calls;
        calls += sessions;
        var tally = new TrialTally(capacity, firstCall, calls);
        recorder.watch(tally);
        calleesTally.begin(firstCall, calls);
        long dropsBefore = HostDrops.now();
        SelfChecks calleeBefore = callee == null ? null : callee.selfChecks();
        TrialLoad load = loads.offer(new TrialOrder(number, capacity, rate, sessions, firstCall, aside));
        long ended;
        long drops;
        try (load) {
            awaitEnd(load, number, rate, sessions, aside);
            ended = clock.nanos();
            drops = HostDrops.between(dropsBefore, HostDrops.now());
            awaitCleared(load, number, sessions, aside);
        } finally {
            recorder.watch(null);
        }
        gone = load.gone();
        int kept = rest();
        boolean registers = capacity.callType().registers();
        int left = registers ? Math.max(kept, load.leftBehind()) : kept;
        long began = load.offeredFrom() == Operation.NONE ? ended : load.offeredFrom();
        Double others = ForeignLoad.peak(machine.get(), began, ended);
        CalleesView seen = callee == null || registers || warmUp || !tally.succeeded() ? null : calleesView();
        // What the callee drops or leaves waiting is no more the cluster's than what the caller does.
        SelfChecks checks = callee == null
                ? load.selfChecks()
                : load.selfChecks().with(callee.selfChecks().since(calleeBefore));
        var trial = new Trial(
                number,
                warmUp,
                rate,
                sessions,
                firstCall,
                calls,
                began,
                ended,
                checks,
                drops,
                others,
                seen,
                left,
                load.shares());
        recorder.trial(trial);
        TrialResult result = tally.result(trial, plan.workload());
        progress.line(
                warmUp ? "warm-up" : "trial " + number,
                String.format(Locale.ROOT, "%6d/s  %s", rate, warmUp ? sessions + " " + unit() + "s" : words(result)));
        return result.outcome();
    }

    /** What is missing may yet come, as long as whoever relays it may send it again (Timer F); what came too much needs no waiting for. */
    private CalleesView calleesView() throws InterruptedException {
        long giveUp = clock.nanos() + 64 * plan.workload().t1().toNanos();
        while (!calleesTally.decided() && clock.nanos() < giveUp) {
            pause.moment();
        }
        return calleesTally.view();
    }

    private String words(TrialResult result) {
        String what = capacity.callType().registers() ? "registration" : "set-up";
        return switch (result.outcome()) {
            case SUCCEEDED -> "succeeded; " + what + " p99 " + result.setUpP99() / 1_000 + " ms";
            case FAILED -> "failed: " + result.why();
            default -> "tells nothing: " + result.why();
        };
    }

    /** Every session ends by itself, Timer F of its BYE being the last that may expire; and so does a registration. */
    private void awaitEnd(TrialLoad load, int number, int rate, int sessions, int aside) throws InterruptedException {
        long ready = capacity.callType() == CallType.RE_REGISTER ? longest(sessions, aside) : 0;
        long giveUp = clock.nanos()
                + ready
                + longest(sessions, rate)
                + capacity.threshold().toNanos()
                + capacity.hold().toNanos();
        while (load.endedSessions() < sessions
                && clock.nanos() < giveUp
                && load.gone().isEmpty()) {
            moment(load, "trial " + number, rate + "/s, " + load.endedSessions() + " of " + sessions + " ended");
        }
    }

    /** What registrations leave is removed. */
    private void awaitCleared(TrialLoad load, int number, int sessions, int aside) throws InterruptedException {
        long giveUp = clock.nanos() + longest(sessions, aside);
        while (!load.offeredAll() && clock.nanos() < giveUp) {
            moment(load, "trial " + number, "removing " + load.leftBehind() + " bindings");
        }
    }

    private void moment(TrialLoad load, String what, String state) throws InterruptedException {
        if (load.failure() != null) {
            throw new IllegalStateException("the generator failed: " + load.failure());
        }
        load.proceed();
        progress.live(what, state);
        pause.moment();
    }

    /** How long so many may take at a rate, to the last transaction's end. */
    private long longest(int sessions, int rate) {
        return Math.round(sessions * 1e9 / rate) + 4 * 64 * plan.workload().t1().toNanos() + UNTIL_IDLE;
    }

    /** Waits as long as the plan wants, and until no session is left. @return how many are, or -1 if nobody tells */
    private int rest() throws InterruptedException {
        long rested = clock.nanos() + capacity.rest().toNanos();
        while (clock.nanos() < rested) {
            pause.moment();
        }
        long giveUp = clock.nanos() + UNTIL_IDLE;
        while (true) {
            Optional<OwnerSnapshot> snapshot = cluster.owners("between-trials", clock)
                    .filter(owners ->
                            !owners.owned().isEmpty() && owners.unanswered().isEmpty());
            boolean told = snapshot.isPresent();
            int left = snapshot.stream()
                    .flatMap(owners -> owners.owned().values().stream())
                    .mapToInt(List::size)
                    .sum();
            if (told && left == 0 || clock.nanos() > giveUp) {
                return told ? left : -1;
            }
            pause.moment();
        }
    }
}
