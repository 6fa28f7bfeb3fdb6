package io.ringdown.judge;

import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witnesses;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.Call;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Judges runs: a pure function of the run folder. */
public final class Judge {
    private final RecordedRun run;
    private final History history;
    private final Limits limits;
    /** t_f, or null. */
    private final Strike strike;

    private final Reroutings reroutings;
    private final List<Strike> strikes;
    private final List<FaultResult> faults;
    /** Of several strikes the worst. */
    private final SetUpOutage outage;

    private final List<Gap> gaps;

    /** D from t_f on, in nanoseconds; or null. */
    private final Long gap;

    private Judge(RecordedRun run, History history) {
        this.run = run;
        this.history = history;
        limits = Limits.of(run.plan().workload());
        strikes = Strike.all(run);
        strike = strikes.isEmpty() ? null : strikes.get(0);
        reroutings = new Reroutings(limits);
        var outages = strike == null ? null : new Outages(limits, strikes, new CrowdedMachines(run));
        for (int number = 0; number < history.end(); number++) {
            Call call = history.call(number);
            if (call != null) {
                reroutings.add(call, history.of(call));
                if (outages != null) {
                    outages.add(call, history.of(call));
                }
            }
        }
        boolean faulted = strike != null && strike.faulted();
        List<SetUpOutage> each = faulted ? outages.each(run) : List.of();
        outage = faulted ? SetUpOutage.worst(each) : null;
        faults = FaultResults.of(run, reroutings, strikes, each);
        gaps = faulted ? gaps() : List.of();
        gap = gaps.isEmpty() || gaps.get(0).from() != strike.from()
                ? null
                : Long.valueOf(gaps.get(0).until() - strike.from());
    }

    /**
     * Judges a run by its folder alone.
     *
     * @throws IOException with one line, if its operations log cannot be read or is none
     */
    public static Verdict judge(RecordedRun run) throws IOException {
        return run.plan().capacity() == null ? new Judge(run, History.read(run)).verdict() : CapacityJudge.judge(run);
    }

    /** The gaps that are known, in the order of the strikes. */
    private List<Gap> gaps() {
        var gaps = new ArrayList<Gap>();
        for (int first = 0; first < strikes.size(); first++) {
            Long end = gapEnd(first);
            if (end != null) {
                gaps.add(new Gap(strikes.get(first).from(), end));
            }
        }
        return gaps;
    }

    /**
     * When the gap that a strike tore was over: D is the longest of the faults that struck together. One that was cut short by the next strike goes on
     * until that one's end.
     *
     * @return null if it is not known, or was not seen to end: a gap without an end excuses nobody
     */
    private Long gapEnd(int first) {
        for (Strike each : strikes.subList(first, strikes.size())) {
            List<FaultResult> together = faults.stream()
                    .filter(fault -> fault.injected() && each.setBy(fault.asked()) && fault.rerouting() != null)
                    .toList();
            if (together.stream().allMatch(fault -> fault.rerouting().restored())) {
                return together.stream()
                        .map(fault -> fault.asked() + fault.rerouting().total())
                        .max(Long::compare)
                        .orElse(null);
            }
        }
        return null;
    }

    /** When the cluster was itself again, as far as it was seen (run nanos). */
    private long settled() {
        long settled = strike.from();
        for (FaultResult fault : faults) {
            if (fault.rerouting() != null && fault.rerouting().total() != null) {
                settled = Math.max(settled, fault.asked() + fault.rerouting().total());
            }
            if (fault.outage() != null && fault.outage().end() != null) {
                settled = Math.max(settled, fault.outage().end());
            }
        }
        return settled;
    }

    private Verdict verdict() {
        long zero = strike == null ? 0 : strike.from();
        // Figures and verdict ask nothing of each other, and each looks at every operation.
        CompletableFuture<RunFigures> figures = CompletableFuture.supplyAsync(
                () -> new RunFigures(run, history, limits, strike, gap, outage == null ? 0 : settled()));
        var checks = new RunChecks(run, limits).check(history, strike);
        var census =
                new Census(run, history, limits, strikes, gaps, UnacknowledgedRule.of(limits, strike, faults)).take();
        List<PhaseResult> phases = strike == null ? List.of() : census.phaseResults();
        alive(checks, census);
        reached(checks);
        ZeroTest changing = census.changingTest();
        ZeroTest rest = census.restTest();
        LevelRange level = outage == null
                ? null
                : LevelRule.level(
                        outage,
                        phases,
                        List.of(changing, rest),
                        census.othersLostTests(),
                        census.callsWith(Fate.LOST),
                        census.callsWith(Fate.GHOST));
        Witnesses witnesses = new WitnessWriter(history, zero).write(census.harmed());
        var evidence = new Evidence(
                run.plan().criteria(), strike, census, phases, changing, rest, outage, level, witnesses, checks);
        return verdict(
                evidence,
                new Conclusions(evidence, run.plan().workload().caller().transport()),
                figures.join());
    }

    private Verdict verdict(Evidence evidence, Conclusions conclusions, RunFigures figures) {
        var criteria = new ArrayList<Criterion>();
        criteria.add(conclusions.demand());
        criteria.addAll(new CallCriteria(evidence).write());
        criteria.addAll(evidence.checks().criteria());
        if (figures.law() != null) {
            criteria.add(new Criterion(
                    "law",
                    "retransmission law",
                    figures.law().finding(),
                    figures.law().text()));
        }
        return new Verdict(
                Verdict.FORMAT,
                run.plan().name(),
                run.plan().description(),
                run.plan().seed(),
                conclusions.conclusion(),
                conclusions.headline(),
                run.plan().criteria().demand(),
                run.plan().criteria().level(),
                evidence.level(),
                conclusions.over(),
                conclusions.reasons(),
                criteria,
                evidence.census().blackBox(),
                strike == null ? null : strike.from(),
                strike == null ? null : strike.until(),
                history.calls(),
                history.operations(),
                history.extent(),
                evidence.phases(),
                evidence.census().matrix(),
                faults,
                outage,
                figures.latencies(),
                figures.loads(),
                figures.law(),
                figures.metrics(),
                null,
                evidence.witnesses(),
                evidence.checks().selfChecks(),
                run.calibration().orElse(null),
                notes(evidence),
                run.provenance());
    }

    /** No call alive is no evidence; and a cluster that harmed calls before the fault may have harmed the later ones as well. */
    private void alive(RunChecks checks, Census census) {
        if (strike == null) {
            return;
        }
        if (census.underWay() == 0) {
            checks.voiding("alive", "calls alive at t_f", "no call was alive at t_f");
        }
        int before = census.harmedBefore();
        if (before == 0) {
            return;
        }
        String text = Figures.count(before) + " of " + Figures.many(census.madeBefore(), "call")
                + " were harmed before anything was struck";
        double usual = ClopperPearson.upper(before, Math.max(before, census.madeBefore()));
        double found = ClopperPearson.lower(census.harmedAfter(), Math.max(1, census.atRisk()));
        if (found > usual) {
            checks.trouble("baseline", "no harm before the fault", text);
        } else {
            checks.voiding("baseline", "no harm before the fault", text + ", no smaller a share than afterwards");
        }
    }

    /** What reached the callee and names no call of the callers' may be a call of theirs that was acted on twice. */
    private void reached(RunChecks checks) {
        if (history.farSide() == null || history.calls() == 0) {
            return;
        }
        int named = history.farSide().dialogsOf(history);
        int nobodys = history.farSide().dialogs() - named;
        if (named == 0) {
            checks.voiding(
                    "callee",
                    "calls reach the callee",
                    "no call that names its caller's Call-ID reached the callee: nothing is known of the far side");
        } else if (nobodys > 0 && run.completed()) {
            checks.trouble(
                    "callee",
                    "calls reach the callee",
                    Figures.many(nobodys, "call") + " reached the callee that " + (nobodys == 1 ? "names" : "name")
                            + " none of the callers' Call-IDs");
        }
    }

    /** Bindings and keep-alives are no calls: what became of them changes no level. */
    private void upkeep(List<String> notes) {
        if (run.plan().workload().caller().transport() == Transport.TCP) {
            notes.add(
                    "The level holds for TCP: no request is sent again there but on a new connection, which is a repeat");
        }
        UpkeepNotes.of(history, "").forEach(notes::add);
        if (history.farSide() != null) {
            UpkeepNotes.of(history.farSide().history(), " of the callee's").forEach(notes::add);
        }
        UpkeepNotes.unusable(history).ifPresent(notes::add);
    }

    private List<String> notes(Evidence evidence) {
        var notes = new ArrayList<String>();
        if (evidence.census().blackBox()) {
            notes.add("Black box: owners and copies are unknown, so every call counts, and T0 needs n/f times as many");
        }
        if (evidence.census().ownersByName()) {
            notes.add("No element told what it owned: a call is taken for whose name ("
                    + run.topology().nodeHeader() + ") stood in its last message before t_f, and copies are unknown");
        }
        int asked = run.plan().workload().callsPerPhase();
        for (PhaseResult phase : evidence.listed()) {
            // P0 holds what happens to be under way.
            if (phase.phase() != Phase.P0 && phase.held() < asked) {
                notes.add(Phases.name(phase.phase()) + " held " + Figures.count(phase.held()) + " of the "
                        + Figures.many(asked, "call") + " asked for at t_f; T0 tells whether they were enough");
            }
        }
        List<String> unanswered = evidence.census().unansweredOwners();
        if (!unanswered.isEmpty()) {
            notes.add("No answer to the owner snapshot from " + String.join(", ", unanswered));
        }
        long strays = history.strays();
        if (strays > 0) {
            notes.add(Figures.many(strays, "message") + " belonged to no open transaction");
        }
        if (evidence.census().crowdedOut() > 0) {
            notes.add(Figures.many(evidence.census().crowdedOut(), "call")
                    + " had a late answer, or were turned away with 503, while others took more than "
                    + Figures.percent(ForeignLoad.MOST)
                    + (run.elsewhere().isEmpty()
                            ? " of this machine's processors"
                            : " of the processors of this machine, or of their load host's")
                    + ": whether the cluster was to blame cannot be told");
        }
        GeneratorChecks.hostDrops(run, strike).ifPresent(notes::add);
        GeneratorChecks.realTime(run).ifPresent(notes::add);
        Bursts.of(run, history).note().ifPresent(notes::add);
        upkeep(notes);
        if (outage != null && gap == null) {
            boolean probed = faults.stream().anyMatch(fault -> fault.rerouting() != null);
            notes.add((probed ? "Rerouting was not seen to end: D" : "Without detection probes D")
                    + " is unknown, and no new call is excused by the gap");
        }
        return notes;
    }
}
