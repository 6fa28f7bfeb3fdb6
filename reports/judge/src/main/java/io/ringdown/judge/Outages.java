package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.SetUpOutage.State;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The set-up outage that follows a strike: it ends with the first of 299 set-up probes in a row that succeed in time (criteria, section 3, AL1). Of
 * several strikes each has its own; one that has not ended when the next comes goes on beyond it.
 */
final class Outages {
    static final int ROW = 299;
    private static final int PROBES_A_SECOND = 100;
    /** As long as it takes so many to be a row; whoever looks away for longer has not seen the end of an outage. */
    private static final long BLINK = ROW * 1_000_000_000L / PROBES_A_SECOND;

    private final Budget budget;
    private final Limits limits;
    private final List<Probe> probes = new ArrayList<>();
    private final List<Strike> strikes;

    /**
     * One set-up.
     *
     * @param intended when its first INVITE was to be sent
     * @param setUp what tells how it fared
     */
    private record Probe(long intended, Operation setUp, boolean met) {}

    /** @param strikes in order of time, at least one */
    Outages(Limits limits, List<Strike> strikes, CrowdedMachines crowded) {
        this.limits = limits;
        this.strikes = strikes;
        budget = new Budget(limits, crowded);
    }

    void add(Call call, List<Operation> operations) {
        if (call.role() != CallRole.SETUP_PROBE) {
            return;
        }
        List<Operation> setUps = Attempts.of(Intent.SETUP, operations);
        if (setUps.isEmpty()) {
            return;
        }
        // A challenge is neither success nor failure: what was sent in answer to it tells.
        Operation first = Attempts.effectiveFirst(setUps);
        long intended = setUps.get(0).intended();
        if (budget.tells(setUps, first) && intended >= strikes.get(0).from()) {
            probes.add(new Probe(intended, first, budget.met(setUps, first)));
        }
    }

    /** An outage for each strike, in the order of the strikes. */
    List<SetUpOutage> each(RecordedRun run) {
        probes.sort(Comparator.comparingLong(Probe::intended).thenComparingInt(probe -> probe.setUp.call()));
        var repairs = new Repairs(run);
        var outages = new ArrayList<SetUpOutage>();
        for (int strike = 0; strike < strikes.size(); strike++) {
            outages.add(after(run, repairs, strike));
        }
        return outages;
    }

    private SetUpOutage after(RecordedRun run, Repairs repairs, int strike) {
        int last = strike;
        long since = strikes.get(strike).from();
        SetUpOutage worst = null;
        while (true) {
            Course course = course(strike, last, since);
            while (course.row() == null && last < strikes.size() - 1) {
                last++;
                course = course(strike, last, since);
            }
            if (worst != null && !course.outlastsARow()) {
                return worst;
            }
            SetUpOutage outage = outage(run, repairs, course, strikes.get(strike), strikes.get(last));
            worst = worst == null || outage.lowerThan(worst) ? outage : worst;
            if (course.row() == null || course.start() == null) {
                return worst;
            }
            // What fails after it fails after 299 that succeeded: that is another one.
            since = course.rowAt() + 1;
        }
    }

    private SetUpOutage outage(RecordedRun run, Repairs repairs, Course course, Strike strike, Strike last) {
        Long end = course.row() == null || course.start() == null
                ? null
                : Long.valueOf(course.row().end());
        State state = state(run, repairs, course, strike, last);
        return new SetUpOutage(
                state, course.start(), end, course.failed(), course.watched().size(), course.longestRow());
    }

    /**
     * How the probes fared.
     *
     * @param start when the first that failed was to be sent, or null
     * @param again whether 299 had succeeded in a row before it
     * @param row the first of those in a row that ended the outage, or if there was none of any; or null
     * @param rowAt when that was to be sent
     * @param scattered whether there is none only since nobody looked for a while among 299 that succeeded
     */
    private record Course(
            List<Probe> watched,
            Long start,
            boolean again,
            Operation row,
            long rowAt,
            boolean scattered,
            int failed,
            int longestRow) {
        /** Whether it has an outage which ended, or from whose beginning on 299 could have succeeded in a row. */
        boolean outlastsARow() {
            return start != null && (row != null || sinceStart() >= ROW);
        }

        private long sinceStart() {
            return watched.stream().filter(probe -> probe.intended() >= start).count();
        }

        /** Whether those from its beginning on were at least half as many as must be: of few there is no row though all succeed. */
        boolean dense(long nanos) {
            return 2 * sinceStart() >= nanos / 1e9 * PROBES_A_SECOND;
        }

        /** Whether nobody looked for longer than a time before the row, where nobody looked before its strike. */
        boolean blind(long strike, long most) {
            long before = watched.stream()
                    .mapToLong(Probe::intended)
                    .filter(intended -> intended < rowAt)
                    .max()
                    .orElse(strike);
            return rowAt - before > most;
        }
    }

    /**
     * How the probes fared from one strike until the one that follows another.
     *
     * @param since an outage that began earlier is left out: it is over, by a row that begins just before
     */
    private Course course(int strike, int last, long since) {
        long from = strikes.get(strike).from();
        long until = last == strikes.size() - 1
                ? Long.MAX_VALUE
                : strikes.get(last + 1).from();
        List<Probe> watched = probes.stream()
                .filter(probe -> probe.intended() >= from && probe.intended() < until)
                .toList();
        Long start = null;
        int row = 0;
        int longest = 0;
        int failed = 0;
        for (Probe probe : watched) {
            if (probe.met()) {
                longest = Math.max(longest, ++row);
            } else {
                row = 0;
                failed++;
                start = start == null && probe.intended() >= since ? Long.valueOf(probe.intended()) : start;
            }
        }
        // An outage that begins later than the first 299 successes is another one: it ends with the row after it.
        Probe early = rowAfter(from, watched, BLINK);
        boolean again = start != null && (since > from || early != null && early.intended() < start);
        Probe ending = again ? rowAfter(start, watched, BLINK) : early;
        Operation setUp = ending == null ? null : ending.setUp();
        long rowAt = ending == null ? NONE : ending.intended();
        boolean scattered = ending == null && rowAfter(again ? start : from, watched, Long.MAX_VALUE) != null;
        return new Course(watched, start, again, setUp, rowAt, scattered, failed, longest);
    }

    /** @param blink for how long nobody may have looked within it */
    private static Probe rowAfter(long start, List<Probe> watched, long blink) {
        int row = 0;
        Probe begins = null;
        long looked = start;
        for (Probe probe : watched) {
            // Nobody knows what was while nobody looked.
            row = probe.intended() - looked > blink ? 0 : row;
            looked = probe.intended();
            if (probe.intended() >= start && probe.met()) {
                begins = row == 0 ? probe : begins;
                if (++row == ROW) {
                    return begins;
                }
            } else {
                row = 0;
            }
        }
        return null;
    }

    /** @param last the last strike before the outage ended: what it took away had to be made good as well */
    private State state(RecordedRun run, Repairs repairs, Course course, Strike strike, Strike last) {
        Operation first = course.row();
        if (run.plan().workload().setupProbesPerSecond() < PROBES_A_SECOND
                || course.watched().isEmpty()) {
            return State.UNKNOWN;
        }
        long repaired = repairs.firstAfter(strike);
        if (course.start() == null) {
            // Where calls come in bursts, or as a trace has them, the first may have come when all was mended.
            boolean late = course.rowAt() >= repaired && course.blind(strike.from(), Math.min(BLINK, limits.repair()));
            return first == null || late ? State.UNKNOWN : State.KEPT;
        }
        // A strike is given the time from t_f to be got over; an outage that begins when it had been, from its own
        // beginning.
        long since = course.again() ? Math.max(course.start(), last.from()) : last.from();
        boolean patient = repaired == Long.MAX_VALUE || repaired - since >= limits.repair();
        if (first == null) {
            // From its own beginning: one probe that fails at the very end is no outage that was never seen to end.
            long watched = course.watched().get(course.watched().size() - 1).intended()
                    - Math.max(course.start(), last.from());
            return watched >= limits.repair() && patient && course.dense(watched) && !course.scattered()
                    ? State.NEVER_RESTORED
                    : State.UNKNOWN;
        }
        if (course.again() && course.start() - run.clockMargin(course.start()) >= repaired) {
            // The repair itself brought it about; without one the service was there.
            return State.KEPT;
        }
        return switch (repairs.returned(strike, first.end(), first.node())) {
            case BEFORE -> State.KEPT;
            case AFTER -> patient && !course.blind(strike.from(), BLINK) ? State.UNTIL_REPAIR : State.UNKNOWN;
            case UNKNOWN -> State.UNKNOWN;
        };
    }
}
