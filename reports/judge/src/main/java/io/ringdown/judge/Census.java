package io.ringdown.judge;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Every call judged, and put where it counts: in its phase at t_f, or among those that were in none. */
final class Census {
    /** Over before t_f. */
    static final String OVER = "over";
    /** Changed its state within t_f's bracket. */
    static final String CHANGING = "changing";
    /** Set up after rerouting. */
    static final String NEW = "new";
    /** The run has no t_f. */
    static final String NO_STRIKE = "none";

    /** P0: INVITEs are few in the gap; criteria.md asks for a 5 % bound. */
    private static final double P0_BOUND = 0.05;

    private final RecordedRun run;
    private final History history;
    private final Strike strike;
    private final List<Gap> gaps;
    private final Ownership ownership;
    private final CallJudge callJudge;
    private final PhaseAt phaseAt;
    private final Set<Phase> demanded;
    private final Map<Phase, PhaseTally> phases = new EnumMap<>(Phase.class);
    private final Map<String, PhaseTally> groups = new TreeMap<>();
    private final PhaseTally changing = new PhaseTally();
    private final PhaseTally rest = new PhaseTally();
    /** New calls that a burst brought: so many that the others' harm would drown among them, and theirs is counted by itself. */
    private final PhaseTally bursts = new PhaseTally();

    private final FreshLag freshLag;
    private final UnacknowledgedRule unacknowledged;
    private final PhaseTally probes = new PhaseTally();
    private final List<Judgement> harmed = new ArrayList<>();
    private final int[] callsWith = new int[Fate.values().length];
    private int controlsHarmed;
    private int controls;
    private int gapHarmed;
    private int madeBefore;
    private int harmedBefore;
    private int atRisk;
    private int harmedAfter;
    private int crowdedOut;

    /**
     * @param strikes the first is t_f's; none: the run did not get so far
     * @param gaps into which a new call counts as P0
     */
    Census(
            RecordedRun run,
            History history,
            Limits limits,
            List<Strike> strikes,
            List<Gap> gaps,
            UnacknowledgedRule unacknowledged) {
        this.run = run;
        this.history = history;
        strike = strikes.isEmpty() ? null : strikes.get(0);
        this.gaps = List.copyOf(gaps);
        ownership = strike == null || !strike.faulted() ? null : new Ownership(run, strike, history.farSide());
        callJudge = new CallJudge(history, limits, strikes, new CrowdedMachines(run));
        phaseAt = new PhaseAt(limits);
        freshLag = new FreshLag(strike);
        this.unacknowledged = unacknowledged;
        demanded = EnumSet.noneOf(Phase.class);
        demanded.addAll(run.plan().criteria().phases());
        for (Phase phase : Phase.values()) {
            if (phase != Phase.NONE) {
                phases.put(phase, new PhaseTally());
            }
        }
    }

    Census take() {
        for (int number = 0; number < history.end(); number++) {
            Call call = history.call(number);
            boolean root = call != null && history.call(call.redialOf()) == null;
            if (root && call.role() == CallRole.BURST && refused(call)) {
                continue;
            }
            if (root && call.role().call()) {
                count(call);
            }
        }
        return this;
    }

    /** Whether that is all that befell a call of a burst: one that was accepted as well was not refused. */
    private boolean refused(Call call) {
        return Bursts.refused(history.of(call))
                && callJudge.judge(call).harms().stream().allMatch(harm -> harm.fate() == Fate.FAILED);
    }

    private void count(Call call) {
        Judgement judgement = callJudge.judge(call);
        if (run.incompleteHostOf(call).isPresent()) {
            judgement.cutShort();
        }
        place(judgement);
        if (judgement.phase == Phase.P4F && !judgement.counterVerified && !judgement.lost()) {
            judgement.cannotTell();
        }
        if (judgement.phase == Phase.P3) {
            unacknowledged.check(judgement, history.of(call));
        }
        boolean faulted = strike != null && strike.faulted();
        List<Harm> before = faulted ? judgement.split(strike.from()) : List.of();
        judgement.before(before);
        if (call.phase() != Phase.NONE) {
            phases.get(call.phase()).planned++;
        }
        tally(judgement);
        boolean early = faulted && !judgement.group.equals(NEW) && !into(judgement);
        madeBefore += early ? 1 : 0;
        crowdedOut += judgement.crowdedOut ? 1 : 0;
        harmedBefore += before.isEmpty() ? 0 : 1;
        if (!judgement.harms().isEmpty() || !before.isEmpty()) {
            harmed.add(judgement);
        }
    }

    /** Whether the call's first INVITE was sent after t_f. */
    private boolean into(Judgement judgement) {
        return setUpSent(judgement.call) >= strike.from();
    }

    private void tally(Judgement judgement) {
        Fate fate = judgement.fate();
        groups.computeIfAbsent(judgement.group, none -> new PhaseTally()).add(judgement);
        if (judgement.call.role() == CallRole.SETUP_PROBE) {
            probes.add(judgement);
        }
        for (Fate each : Fate.values()) {
            callsWith[each.ordinal()] += judgement.has(each) ? 1 : 0;
        }
        callsWith[Fate.INDETERMINATE.ordinal()] += fate == Fate.INDETERMINATE ? 1 : 0;
        if (!judgement.group.equals(OVER) || fate.harm()) {
            atRisk++;
            harmedAfter += fate.harm() ? 1 : 0;
        }
        if (judgement.phase != null) {
            phases.get(judgement.phase).add(judgement);
            freshLag(judgement);
            if (judgement.exposure.kind() == Exposure.Kind.CONTROL) {
                controls++;
                controlsHarmed += fate.harm() ? 1 : 0;
            }
        }
        boolean listed = judgement.phase != null && demanded.contains(judgement.phase);
        // A set-up sent into the gap is P0's affair: the level is stated over the phases that the plan lists.
        boolean gap = judgement.phase == Phase.P0 && judgement.setUpOnly();
        if (!listed && gap) {
            gapHarmed += fate.harm() ? 1 : 0;
        } else if (judgement.group.equals(CHANGING)) {
            changing.add(judgement);
        } else if (!listed && (!judgement.group.equals(OVER) || fate.harm())) {
            (judgement.call.role() == CallRole.BURST ? bursts : rest).add(judgement);
        }
    }

    private void freshLag(Judgement judgement) {
        Exposure.Kind exposure = judgement.exposure.kind();
        if (judgement.phase == Phase.P4F && (exposure == Exposure.Kind.EXPOSED || exposure == Exposure.Kind.UNKNOWN)) {
            freshLag.add(history.of(judgement.call));
        }
    }

    /** The smallest lag of a store that the fresh calls could show, in nanoseconds; null if there were too few of them. */
    Long smallestLag() {
        return freshLag.nanos(blackBox() ? BlackBox.share(run, strike) : 1);
    }

    private void place(Judgement judgement) {
        Call call = judgement.call;
        if (strike == null) {
            judgement.group = NO_STRIKE;
            return;
        }
        Call alive = call;
        judgement.phase = phaseAt.within(history.of(call), strike);
        for (Call redial : history.redials(call)) {
            if (judgement.phase == null) {
                alive = redial;
                judgement.phase = phaseAt.within(history.of(redial), strike);
            }
        }
        long sent = setUpSent(call);
        if (judgement.phase != null) {
            judgement.group = judgement.phase.name();
        } else if (sent >= strike.from()) {
            boolean gap = gaps.stream().anyMatch(each -> each.has(sent));
            judgement.phase = gap ? Phase.P0 : null;
            judgement.group = gap ? Phase.P0.name() : NEW;
        } else {
            judgement.group = phaseAt.underWay(history.of(call), strike) ? CHANGING : OVER;
        }
        judgement.exposure = exposure(judgement, alive);
    }

    private Exposure exposure(Judgement judgement, Call alive) {
        if (ownership == null || judgement.phase == null && !judgement.group.equals(CHANGING)) {
            return Exposure.UNKNOWN;
        }
        if (judgement.phase == Phase.P0) {
            long sent = setUpSent(judgement.call);
            if (sent >= strike.from() && gaps.stream().noneMatch(gap -> gap.from() == strike.from() && gap.has(sent))) {
                return Exposure.LATER;
            }
            List<Operation> invites = Attempts.of(Intent.SETUP, history.of(judgement.call));
            return ownership.ofUnanswered(judgement.call, invites);
        }
        return ownership.of(alive, history.of(alive));
    }

    /** When the first INVITE was sent that the call depended on at t_f: of what had been challenged by then, the one that followed it up. */
    private long setUpSent(Call call) {
        Operation invite = null;
        for (Operation op : history.of(call)) {
            if (op.intent() == Intent.SETUP) {
                if (invite != null && !(invite.end() < strike.from() && Attempts.followsUp(op, invite))) {
                    break;
                }
                invite = op;
            }
        }
        return invite == null ? Operation.NONE : invite.sent();
    }

    /** Results of the phases that the plan lists or that held a call, in order. */
    List<PhaseResult> phaseResults() {
        double limit = run.plan().criteria().bound();
        double share = blackBox() ? BlackBox.share(run, strike) : 1;
        var results = new ArrayList<PhaseResult>();
        phases.forEach((phase, tally) -> {
            if (demanded.contains(phase) || tally.held() > 0) {
                double bound = phase == Phase.P0 ? Math.max(limit, P0_BOUND) : limit;
                results.add(tally.result(phase, demanded.contains(phase), share, bound));
            }
        });
        return results;
    }

    /** Whether owners are unknown although something was struck. */
    boolean blackBox() {
        return ownership != null && ownership.blackBox();
    }

    /** Whether owners are known by the names in messages alone. */
    boolean ownersByName() {
        return ownership != null && ownership.byName();
    }

    List<String> unansweredOwners() {
        return ownership == null ? List.of() : ownership.unanswered();
    }

    /**
     * Calls that changed state within t_f's bracket. They are few, and would drown among the new ones; a single one that is harmed leaves it open
     * whether more than the bound are.
     */
    ZeroTest changingTest() {
        ZeroTest test = test(changing);
        boolean alone = test.finding() == Finding.REFUTED && test.bad() == 1;
        return alone ? test.with(Finding.INCONCLUSIVE) : test;
    }

    /** Calls set up after rerouting, or under way at t_f in a phase that is not listed; or those of bursts, where they fared worse. */
    ZeroTest restTest() {
        ZeroTest others = test(rest);
        ZeroTest burst = test(bursts);
        return badness(burst) > badness(others) ? burst : others;
    }

    private static int badness(ZeroTest test) {
        return test.clean()
                ? 0
                : switch (test.finding()) {
                    case CONFIRMED -> 1;
                    case INCONCLUSIVE -> 2;
                    case REFUTED -> 3;
                };
    }

    /**
     * That none was LOST, of the groups that no listed phase counts: what cannot be told of them keeps AL3 open as theirs that cannot be told to be
     * transparent keeps AL4.
     */
    List<ZeroTest> othersLostTests() {
        return List.of(lostTest(changing), lostTest(rest), lostTest(bursts));
    }

    private ZeroTest lostTest(PhaseTally tally) {
        return ClopperPearson.zero(
                tally.all().lost(),
                tally.unknownLost(),
                tally.held(),
                run.plan().criteria().bound());
    }

    private ZeroTest test(PhaseTally tally) {
        FateCounts all = tally.all();
        return ClopperPearson.zero(
                all.harmed(),
                all.indeterminate(),
                tally.held(),
                run.plan().criteria().bound());
    }

    List<MatrixRow> matrix() {
        var rows = new ArrayList<MatrixRow>();
        phases.forEach((phase, tally) -> {
            if (demanded.contains(phase) || tally.held() > 0) {
                rows.add(new MatrixRow(phase.name(), tally.all()));
            }
        });
        for (String group : List.of(CHANGING, NEW, OVER, NO_STRIKE)) {
            if (groups.containsKey(group)) {
                rows.add(new MatrixRow(group, groups.get(group).all()));
            }
        }
        rows.add(new MatrixRow("probes", probes.all()));
        return rows;
    }

    /** Calls harmed before or after t_f, by number. */
    List<Judgement> harmed() {
        return harmed;
    }

    /** Calls that had a fate from t_f on, also when another was worse. */
    int callsWith(Fate fate) {
        return callsWith[fate.ordinal()];
    }

    int controls() {
        return controls;
    }

    int controlsHarmed() {
        return controlsHarmed;
    }

    /** New calls sent into the gap that were harmed, where the plan does not list P0. */
    int gapHarmed() {
        return gapHarmed;
    }

    int madeBefore() {
        return madeBefore;
    }

    int harmedBefore() {
        return harmedBefore;
    }

    int atRisk() {
        return atRisk;
    }

    int harmedAfter() {
        return harmedAfter;
    }

    /** Calls of which it cannot be told whether the cluster was late, since others had the processors. */
    int crowdedOut() {
        return crowdedOut;
    }

    int underWay() {
        return phases.values().stream().mapToInt(PhaseTally::held).sum();
    }
}
