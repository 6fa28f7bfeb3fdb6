package io.ringdown.workloads.calls;

import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Plans the calls so that at one instant each phase holds as many as the workload asks for: first the calls that must be established
 * by then, then the operations that are held over it, in a narrow window before it, since a hold lasts no longer than 20 s.
 */
public final class Population {
    private static final Set<Phase> ESTABLISHED_FIRST = EnumSet.of(Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
    private static final Set<Phase> HELD = EnumSet.of(Phase.P1, Phase.P2, Phase.P3, Phase.P5, Phase.P6);
    private static final int MOST_P0 = 320;
    private static final double LONGEST_HOLD_SECONDS = 20;
    private static final double HELD_BEFORE_SECONDS = 0.8;
    private static final double EARLY_BEFORE_SECONDS = 0.7;
    /**
     * The first calls find the cluster's processes with nearly all of their code yet to be compiled: at the full rate a slow machine falls behind
     * by more than T1 then, and what is sent again for that alone keeps it there. So the rate rises to the plan's, over so long,
     */
    private static final double RISING_SECONDS = 6;
    /** from this share of it. */
    private static final double RISING_FROM = 0.1;
    /**
     * What survivors are asked is spread over so long that a machine which the cluster shares with its callers bears it; over less where calls
     * are placed so slowly that their holds would be too long.
     */
    private static final double LATEST_RELEASE_SECONDS = 8.5;

    private static final double LEAST_RELEASE_SECONDS = 6;

    private static final double BYES_FROM_SECONDS = 9.5;
    /**
     * An ACK is held for longer: rerouting, and twice T2 (RFC 3261 section 13.3.1.4), until whoever took the call over must have sent
     * its 2xx again.
     */
    private static final double ACK_FROM_SECONDS = 9.5;

    private static final double ACK_UNTIL_SECONDS = 11;
    private static final double BYE_AFTER_ACK_SECONDS = 0.5;
    /**
     * Fresh calls beyond those asked for: of a strike some milliseconds late, or with a wide bracket, the first of them are no longer
     * fresh, those that come last are not acknowledged yet, and some are left out while the cluster is behind.
     */
    private static final double MORE_FRESH = 0.3;
    /** The INFOs of fresh calls begin so long before the strike, so that all of them are fresh at it, */
    private static final double FRESH_FROM_SECONDS = 0.48;
    /** and most are done with so long before it, so that neither cluster nor machine is behind with its work when it strikes; */
    private static final double FRESH_MOST_UNTIL_SECONDS = 0.07;
    /** a few go on a little beyond it: the last acknowledged show the smallest lag of a store, also when the fault comes late. */
    private static final double FRESH_LAST_UNTIL_SECONDS = -0.02;

    private static final double FRESH_LAST = 0.03;

    /**
     * So many of those INFOs are open at once, the rest is left out: of a cluster that answers fewer than are due the queue would grow until the
     * strike, which would then be one of overload.
     */
    private static final double FRESH_AT_ONCE = 0.17;

    private static final int LEAST_FRESH_AT_ONCE = 32;

    private final GeneratorSettings settings;
    private final int calls;
    private final int moreFresh;
    private final double interval;
    private final double latestRelease;

    /** @throws IllegalArgumentException as {@link #checkHolds} does */
    public Population(GeneratorSettings settings) {
        this.settings = settings;
        calls = settings.workload().callsPerPhase();
        moreFresh = moreFresh(settings.workload());
        interval = 1e9 / settings.workload().fillRate();
        checkHolds(settings.workload());
        latestRelease = latestRelease(settings.workload());
    }

    /**
     * Holds end at most 20 s after the send, and after the strike: so the held operations must be sent fast enough.
     *
     * @throws IllegalArgumentException if they are not; the message is one line for the plan's author
     */
    public static void checkHolds(Workload workload) {
        long held = workload.phases().stream().filter(HELD::contains).count();
        double interval = 1e9 / workload.fillRate();
        int calls = workload.callsPerPhase();
        double window = (LONGEST_HOLD_SECONDS - LEAST_RELEASE_SECONDS - HELD_BEFORE_SECONDS)
                * 2
                * workload.t1().toNanos();
        if (held * calls * interval > window) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "calls-per-phase %d in %d held phases at fill-rate %d take %.1f s; with t1 %d ms they may take %.1f s: fill-rate"
                            + " must be at least %d",
                    calls,
                    held,
                    workload.fillRate(),
                    held * calls * interval / 1e9,
                    workload.t1().toMillis(),
                    window / 1e9,
                    (long) Math.ceil(held * calls * 1e9 / window)));
        }
    }

    /** Seconds after the strike, on the scale of T1's default. */
    private static double latestRelease(Workload workload) {
        long held = workload.phases().stream().filter(HELD::contains).count();
        double window = held * workload.callsPerPhase() * 1e9 / workload.fillRate();
        double longest = LONGEST_HOLD_SECONDS
                - HELD_BEFORE_SECONDS
                - window / (2 * workload.t1().toNanos());
        return Math.min(LATEST_RELEASE_SECONDS, longest);
    }

    /** Nanoseconds from the start of filling to the instant at which every phase is full. */
    public static long timeToFill(Workload workload) {
        long early =
                workload.phases().stream().filter(ESTABLISHED_FIRST::contains).count() * workload.callsPerPhase()
                        + moreFresh(workload);
        long held = workload.phases().stream().filter(HELD::contains).count() * workload.callsPerPhase();
        long filled = rising(workload, early)
                + Math.round(held * 1e9 / workload.fillRate())
                + workload.scaledNanos(Duration.ofMillis(2500));
        return Math.max(filled, workload.baseline().toNanos());
    }

    /** Nanoseconds from the first call to the n-th after it, at a rate that rises evenly to the plan's and stays there. */
    private static long rising(Workload workload, long n) {
        double rate = workload.fillRate();
        double seconds = RISING_SECONDS * 2 * workload.t1().toNanos() / 1e9;
        double within = rate * seconds * (1 + RISING_FROM) / 2;
        if (n >= within) {
            return Math.round((seconds + (n - within) / rate) * 1e9);
        }
        double first = rate * RISING_FROM;
        double slope = (rate - first) / seconds;
        return Math.round(2 * n / (first + Math.sqrt(first * first + 2 * slope * n)) * 1e9);
    }

    /** How many INFOs that make calls fresh may be open at once. */
    int freshAtOnce() {
        return Math.max(LEAST_FRESH_AT_ONCE, (int) (calls * FRESH_AT_ONCE));
    }

    private static int moreFresh(Workload workload) {
        return workload.phases().contains(Phase.P4F) ? (int) Math.ceil(workload.callsPerPhase() * MORE_FRESH) : 0;
    }

    /** The scripts of all calls, in the order of their first requests as far as phases are interleaved. */
    public List<Script> scripts(long strike, Random random) {
        List<Phase> phases = settings.workload().phases();
        List<Phase> early = phases.stream().filter(ESTABLISHED_FIRST::contains).toList();
        List<Phase> held = phases.stream().filter(HELD::contains).toList();
        var scripts = new ArrayList<Script>();
        long heldFrom = strike - settings.scaled(HELD_BEFORE_SECONDS) - Math.round(held.size() * calls * interval);
        long earlyFrom = heldFrom
                - settings.scaled(EARLY_BEFORE_SECONDS)
                - rising(settings.workload(), (long) early.size() * calls + moreFresh);
        var times = new Times(strike, earlyFrom, heldFrom, random);
        for (int i = calls; i < calls + moreFresh; i++) {
            scripts.add(script(Phase.P4F, i, times, early, held));
        }
        for (int i = 0; i < calls; i++) {
            for (Phase phase : phases) {
                if (phase != Phase.P0) {
                    scripts.add(script(phase, i, times, early, held));
                }
            }
        }
        if (phases.contains(Phase.P0)) {
            struck(scripts, times, Math.min(MOST_P0, calls));
        }
        return scripts;
    }

    private record Times(long strike, long earlyFrom, long heldFrom, Random random) {}

    private Script script(Phase phase, int i, Times times, List<Phase> early, List<Phase> held) {
        long slotHeld = times.heldFrom + Math.round((i * held.size() + Math.max(0, held.indexOf(phase))) * interval);
        // What there is more of comes before everything else.
        long turn = i < calls ? moreFresh + (long) i * early.size() + Math.max(0, early.indexOf(phase)) : i - calls;
        long slotEarly = times.earlyFrom + rising(settings.workload(), turn);
        boolean first = ESTABLISHED_FIRST.contains(phase);
        Script.Asked asked = phase == Phase.P4 && calleeOperates(i) ? asked(times) : null;
        boolean probed = phase == Phase.P4 && i % 2 == 0 && asked == null;
        long release = HELD.contains(phase) ? release(phase, slotHeld, times) : Operation.NONE;
        long bye = bye(i, times);
        return new Script(
                phase,
                probed,
                phase == Phase.P5 && i % 2 == 0,
                first ? slotEarly : slotHeld,
                first ? slotHeld : Operation.NONE,
                release,
                infos(phase, probed, i, slotEarly, times),
                phase == Phase.P3 ? Math.max(bye, release + settings.scaled(BYE_AFTER_ACK_SECONDS)) : bye,
                asked);
    }

    private long release(Phase phase, long sent, Times times) {
        if (phase != Phase.P3) {
            return times.strike + spread(times, 2.0, latestRelease);
        }
        long wanted = times.strike + spread(times, ACK_FROM_SECONDS, ACK_UNTIL_SECONDS);
        return Math.min(wanted, sent + settings.scaled(LONGEST_HOLD_SECONDS));
    }

    private List<Long> infos(Phase phase, boolean probed, int i, long setUp, Times times) {
        long strike = times.strike;
        if (phase == Phase.P4F) {
            return List.of(strike - settings.scaled(freshBefore(i)), strike + spread(times, 3, LATEST_RELEASE_SECONDS));
        }
        if (!probed) {
            return List.of();
        }
        var infos = new ArrayList<Long>();
        infos.add(setUp + settings.scaled(0.5));
        if (i % 4 == 0) {
            // Not at once: a strike some milliseconds late would find the call in P5.
            infos.add(strike + spread(times, 0.03, 1.5));
        }
        infos.add(strike + spread(times, 3, 6));
        infos.add(strike + spread(times, 6.5, 9));
        return infos;
    }

    /** Spread evenly over the idle calls. */
    private boolean calleeOperates(int i) {
        ResolvedPlan.Callee callee = settings.workload().callee();
        double share = callee == null ? 0 : callee.operates();
        return Math.floor((i + 1) * share) > Math.floor(i * share);
    }

    /** The INFO of most of them goes into the gap; all is over before the caller would hang up. */
    private Script.Asked asked(Times times) {
        return new Script.Asked(
                times.strike + spread(times, 0.03, 1.5),
                times.strike + spread(times, 3, 5),
                times.strike + spread(times, 5.5, 6.5));
    }

    /** Seconds before the strike, on the scale of T1's default, at which the i-th fresh call sends its INFO. */
    private double freshBefore(int i) {
        double last = FRESH_LAST * calls;
        double most = calls + moreFresh - last;
        return i < most
                ? FRESH_FROM_SECONDS - i / most * (FRESH_FROM_SECONDS - FRESH_MOST_UNTIL_SECONDS)
                : FRESH_MOST_UNTIL_SECONDS - (i - most) / last * (FRESH_MOST_UNTIL_SECONDS - FRESH_LAST_UNTIL_SECONDS);
    }

    /**
     * INVITEs that are under way when the fault strikes, or sent into the gap: half of them in its first 60 ms, as a gap after a crash
     * is that short, the rest over a gap of 1.2 s.
     */
    private void struck(List<Script> scripts, Times times, int number) {
        for (int i = 0; i < number; i++) {
            double share = 2.0 * i / number;
            double after = share < 1 ? -0.02 + 0.08 * share : 0.06 + 1.14 * (share - 1);
            scripts.add(new Script(
                    Phase.P0,
                    false,
                    false,
                    times.strike + settings.scaled(after),
                    Operation.NONE,
                    Operation.NONE,
                    List.of(),
                    bye(i, times)));
        }
    }

    private long bye(int i, Times times) {
        double phases = settings.workload().phases().size();
        return times.strike + settings.scaled(BYES_FROM_SECONDS) + Math.round(i * phases * interval * 0.75);
    }

    private long spread(Times times, double from, double to) {
        return settings.scaled(from + times.random.nextDouble() * (to - from));
    }
}
