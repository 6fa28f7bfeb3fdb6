package io.ringdown.judge;

import static io.ringdown.judge.Figures.count;
import static io.ringdown.judge.Figures.many;

import io.ringdown.judge.verdict.CapacityResult;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.SelfCheck;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witnesses;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Judges a capacity search: counts every trial's sessions anew, and takes the search's result from them by the search itself. A trial in which
 * the generator cannot be believed is no trial: the search asks for it again, and without it has only a lower bound.
 */
final class CapacityJudge implements OperationLogReader.Visitor {
    /** Above this share of what the generator can do, a reader should know. */
    private static final double NEAR_CEILING = 0.8;

    private final RecordedRun run;
    private final Capacity capacity;
    private final Limits limits;
    private final RunChecks checks;
    private final List<Counted> trials = new ArrayList<>();
    private final SipMetricsRule metrics = new SipMetricsRule(Long.MAX_VALUE, Long.MAX_VALUE);
    private final SessionMetrics sessions = new SessionMetrics(metrics);
    private Counted current;
    private long calls;
    /** Of no trial that was recorded. */
    private long astray;

    private long operations;
    private final ExtentOfOperations extent = new ExtentOfOperations();
    private boolean followed = true;

    private record Counted(Trial trial, TrialTally tally) {
        Counted(Trial trial, Capacity capacity) {
            this(trial, new TrialTally(capacity, trial.firstCall(), trial.endCall()));
        }
    }

    private CapacityJudge(RecordedRun run) {
        this.run = run;
        capacity = run.plan().capacity();
        limits = Limits.of(run.plan().workload());
        checks = new RunChecks(run, limits);
        run.trials().forEach(trial -> trials.add(new Counted(trial, capacity)));
    }

    static Verdict judge(RecordedRun run) throws IOException {
        var judge = new CapacityJudge(run);
        boolean logged = Files.exists(run.folder().operations());
        boolean whole = logged && run.readOperations(judge);
        List<TrialResult> results = judge.trials.stream()
                .map(counted -> counted.tally.result(counted.trial, run.plan().workload()))
                .toList();
        judge.checks.checkTrials(whole, judge.margin(results));
        return judge.verdict(results);
    }

    @Override
    public void call(Call call) {
        calls++;
        Counted counted = of(call.number());
        if (counted == null) {
            astray++;
        } else {
            counted.tally.call(call);
        }
    }

    @Override
    public void operation(Operation op) {
        operations++;
        extent.add(op);
        Counted counted = of(op.call());
        if (counted != null) {
            counted.tally.operation(op);
            if (!counted.trial.warmUp()) {
                sessions.add(op);
            }
        }
    }

    @Override
    public void incident(Incident incident) {
        Counted counted = of(incident.call());
        if (counted != null) {
            counted.tally.incident(incident);
        }
    }

    /** The log is written in the order of the trials. */
    private Counted of(int call) {
        if (current == null || !current.tally.has(call)) {
            current = trials.stream()
                    .filter(counted -> counted.tally.has(call))
                    .findFirst()
                    .orElse(null);
        }
        return current;
    }

    /** Of the trials that count: of which more is open, tells nothing. */
    private long margin(List<TrialResult> results) {
        long most = 0;
        for (int i = 0; i < results.size(); i++) {
            Outcome outcome = results.get(i).outcome();
            if (outcome == Outcome.SUCCEEDED || outcome == Outcome.FAILED) {
                most = Math.max(most, new TrialShares(trials.get(i).trial, limits).margin());
            }
        }
        return most;
    }

    private Verdict verdict(List<TrialResult> results) {
        RateSearch search = replay(results);
        var result = new CapacityResult(
                capacity.callType().word(),
                run.plan().workload().caller().transport().name(),
                capacity.sessions(),
                capacity.hold().toNanos() / 1_000,
                capacity.threshold().toNanos() / 1_000,
                search.best(),
                search.complete(),
                capacity.required(),
                trials.stream()
                        .map(Counted::trial)
                        .filter(trial -> !trial.warmUp())
                        .mapToLong(trial -> trial.endCall() - trial.firstCall())
                        .sum(),
                results);
        missing();
        leftBehind();
        outOfStep();
        Conclusion conclusion = conclusion(result);
        var criteria = new ArrayList<Criterion>();
        criteria.add(demand(result, conclusion));
        criteria.add(complete(result));
        criteria.addAll(checks.criteria());
        return new Verdict(
                Verdict.FORMAT,
                run.plan().name(),
                run.plan().description(),
                run.plan().seed(),
                conclusion,
                headline(result),
                capacity.required() == null ? Demand.NONE : Demand.REQUIRE,
                null,
                null,
                "",
                reasons(result),
                criteria,
                run.topology().nodeHeader().isEmpty(),
                null,
                null,
                calls,
                operations,
                extent.extent(),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                null,
                sessions.result(),
                result,
                new Witnesses(0, List.of()),
                selfChecks(results),
                run.calibration().orElse(null),
                notes(result),
                run.provenance());
    }

    /** The search over again: a folder whose trials are not those that it asks for tells no result. */
    private RateSearch replay(List<TrialResult> results) {
        var search = new RateSearch(capacity.startRate());
        for (TrialResult trial : results) {
            if (trial.outcome() == Outcome.WARM_UP || !followed) {
                continue;
            }
            followed = !search.complete() && trial.rate() == search.rate();
            if (followed && trial.outcome() != Outcome.UNCLEAR) {
                search.took(trial.outcome() == Outcome.SUCCEEDED);
            }
        }
        if (!followed) {
            checks.voiding(
                    "trials",
                    "trials as the search asks for them",
                    "the trials are not those that the search asks for");
        }
        return search;
    }

    /** Calls whose trial was not recorded may have been those of one that failed. */
    private void missing() {
        if (astray > 0 && run.completed()) {
            checks.voiding("trials", "every trial recorded", many(astray, "call") + " of the log are of no trial");
        }
    }

    /** Earlier sessions weigh on a trial: one that fails under them says nothing of the cluster's capacity. */
    private void leftBehind() {
        List<Trial> burdening =
                run.trials().stream().filter(trial -> trial.left() > 0).toList();
        if (!burdening.isEmpty()) {
            Trial first = burdening.get(0);
            checks.trouble(
                    "idle",
                    "cluster idle before each trial",
                    "the cluster still kept "
                            + many(first.left(), capacity.callType().unit()) + " after trial " + first.number()
                            + (burdening.size() > 1 ? ", and some after " + (burdening.size() - 1) + " more" : ""));
        }
    }

    private void outOfStep() {
        run.events().stream()
                .filter(event -> event instanceof RunEvent.ClusterEvent told
                        && told.event().equals("out-of-step"))
                .map(event -> (RunEvent.ClusterEvent) event)
                .findFirst()
                .ifPresent(event -> checks.trouble(
                        "in-step",
                        "cluster whole before each trial",
                        "after a trial the cluster was not whole again: "
                                + event.detail().get("why")));
    }

    private Conclusion conclusion(CapacityResult result) {
        if (!checks.voids().isEmpty()) {
            return Conclusion.INCONCLUSIVE;
        }
        boolean clean = checks.troubles().isEmpty();
        if (capacity.required() != null && result.rate() >= capacity.required()) {
            return clean && failedUpTo(result, capacity.required()).isEmpty()
                    ? Conclusion.PASS
                    : Conclusion.INCONCLUSIVE;
        }
        if (!result.complete() || !clean) {
            return Conclusion.INCONCLUSIVE;
        }
        return capacity.required() == null && result.rate() > 0 ? Conclusion.PASS : Conclusion.FAIL;
    }

    /** The lowest of the trials that failed at a rate or below: carried once is not carried always. */
    private static Optional<TrialResult> failedUpTo(CapacityResult result, int rate) {
        return result.trials().stream()
                .filter(trial -> trial.outcome() == Outcome.FAILED && trial.rate() <= rate)
                .min(Comparator.comparingInt(TrialResult::rate).thenComparingInt(TrialResult::number));
    }

    private static String headline(CapacityResult result) {
        String what =
                " of " + result.callType() + (result.transport().equals("UDP") ? "" : " by " + result.transport());
        if (result.rate() == 0) {
            return result.complete() ? "No rate was carried" : "No rate was found";
        }
        String rate = (result.complete() ? "" : "at least ") + perSecond(result);
        if (result.type().registers()) {
            String benchmark = result.type().benchmark();
            String by = result.transport().equals("UDP") ? "" : " by " + result.transport();
            return Character.toUpperCase(benchmark.charAt(0)) + benchmark.substring(1) + " " + rate + by;
        }
        return "Capacity " + rate + what;
    }

    private static String perSecond(CapacityResult result) {
        return perSecond(result.rate(), result);
    }

    private static String perSecond(int rate, CapacityResult result) {
        return count(rate) + " " + result.type().unit() + "s/s";
    }

    private Criterion demand(CapacityResult result, Conclusion conclusion) {
        Finding finding = switch (conclusion) {
            case PASS -> Finding.CONFIRMED;
            case FAIL -> Finding.REFUTED;
            case INCONCLUSIVE -> Finding.INCONCLUSIVE;
        };
        String title =
                capacity.required() == null ? "capacity found" : "at least " + perSecond(capacity.required(), result);
        return new Criterion("demand", title, finding, headline(result));
    }

    private static Criterion complete(CapacityResult result) {
        return new Criterion(
                "search",
                "search complete",
                result.complete() ? Finding.CONFIRMED : Finding.INCONCLUSIVE,
                made(result) + (result.complete() ? "" : "; the search did not come to its end"));
    }

    private static String made(CapacityResult result) {
        long decided = of(result, Outcome.SUCCEEDED) + of(result, Outcome.FAILED);
        long unclear = of(result, Outcome.UNCLEAR);
        return many(decided, "trial") + " of "
                + many(result.sessions(), result.type().unit()) + " or more"
                + (unclear == 0 ? "" : ", and " + count(unclear) + " that told nothing");
    }

    private static long of(CapacityResult result, Outcome outcome) {
        return result.trials().stream()
                .filter(trial -> trial.outcome() == outcome)
                .count();
    }

    private List<String> reasons(CapacityResult result) {
        var reasons = new ArrayList<>(checks.voids());
        reasons.addAll(checks.troubles());
        String demanded =
                capacity.required() == null ? "" : ", where at least " + count(capacity.required()) + " are required";
        String found = result.rate() == 0
                ? "in no trial every " + result.type().unit() + " succeeded"
                : "every " + result.type().unit() + " succeeded at up to " + perSecond(result);
        reasons.add(found + demanded + ": " + made(result));
        if (!result.complete()) {
            reasons.add(bound(result));
        }
        failedUpTo(result, Integer.MAX_VALUE).ifPresent(trial -> reasons.add(lowest(result, trial)));
        return reasons;
    }

    private static String lowest(CapacityResult result, TrialResult trial) {
        String below = trial.rate() < result.rate()
                ? ", though it is below the rate found: the cluster does not carry that in every trial"
                : "";
        return "the lowest rate that failed: " + count(trial.rate()) + "/s, where " + trial.why() + below;
    }

    private static String bound(CapacityResult result) {
        TrialResult last = result.trials().isEmpty()
                ? null
                : result.trials().get(result.trials().size() - 1);
        String why = last != null && last.outcome() == Outcome.UNCLEAR
                ? " at " + perSecond(last.rate(), result) + ", where trials tell nothing: " + last.why()
                : " early";
        return "the search ended" + why + "; what it found is only a lower bound";
    }

    private List<SelfCheck> selfChecks(List<TrialResult> results) {
        List<TrialResult> decided = results.stream()
                .filter(trial -> trial.outcome() == Outcome.SUCCEEDED || trial.outcome() == Outcome.FAILED)
                .toList();
        long lateness = decided.stream().mapToLong(TrialResult::lateness).max().orElse(0);
        long unclear = results.stream()
                .filter(trial -> trial.outcome() == Outcome.UNCLEAR)
                .count();
        long dropped =
                results.stream().mapToLong(TrialResult::kernelDrops).max().orElse(0);
        return List.of(
                new SelfCheck(
                        "lateness p99, worst trial that counts",
                        Figures.millis(lateness * 1_000),
                        Figures.millis(limits.lateness()),
                        lateness * 1_000 <= limits.lateness()),
                new SelfCheck("trials that told nothing", count(unclear), "", true),
                new SelfCheck("datagrams dropped by the kernel, worst trial", count(dropped), "", true));
    }

    private List<String> notes(CapacityResult result) {
        var notes = new ArrayList<String>();
        GeneratorChecks.realTime(run).ifPresent(notes::add);
        // It was measured in sessions, of which each is two requests.
        int requests = result.type().registers() ? 1 : 2;
        // Of several load hosts together nobody has measured it.
        run.calibration()
                .filter(calibration -> run.plan().workload().caller().alone())
                .filter(calibration -> result.rate() * requests > 2 * NEAR_CEILING * calibration.ceiling())
                .ifPresent(calibration -> notes.add("The rate found is near the generator's own ceiling of "
                        + count(calibration.ceiling()) + " sessions/s on this machine"));
        long elsewhere = result.trials().stream()
                .filter(trial -> trial.outcome() == Outcome.FAILED)
                .mapToLong(trial -> Math.max(0, trial.hostDrops() - Math.max(0, trial.kernelDrops())))
                .sum();
        if (elsewhere > 0) {
            notes.add(
                    "In the trials that failed the kernel dropped " + many(elsewhere, "datagram")
                            + " on this host's sockets, and none on the generator's: whoever they were for did not fetch them in time");
        }
        return notes;
    }
}
