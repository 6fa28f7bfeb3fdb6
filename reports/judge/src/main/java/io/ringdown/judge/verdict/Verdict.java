package io.ringdown.judge.verdict;

import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Calibration;
import io.ringdown.record.Provenance;
import io.ringdown.record.ResolvedPlan.Demand;
import java.util.List;

/**
 * What a run shows.
 *
 * @param format version of this record's JSON
 * @param plan the plan's name
 * @param description the plan's description
 * @param seed the plan's seed
 * @param headline the level and what it was decided over, for example {@code AL4 over P1-P6}
 * @param demandedLevel null in a null run
 * @param level the level found; null in a null run, or if nothing could be found
 * @param over what the level was decided over, for example {@code P1-P6}; empty if over nothing
 * @param reasons why it is concluded so, a line each, most important first; never empty
 * @param criteria everything that was checked
 * @param blackBox whether owners and copies are unknown
 * @param strikeFrom t_f's bracket begins (run nanos); null if nothing was struck
 * @param strikeUntil t_f's bracket ends
 * @param calls calls recorded, probes included
 * @param operations operations recorded
 * @param extent when they were; null without any
 * @param matrix fates by phase, and of the calls in no phase
 * @param outage of several strikes the worst; null in a null run
 * @param metrics by RFC 6076
 * @param capacity what a capacity search found; null in any other run
 * @param calibration what the generator can do by itself on the machine of the run; null if it was not measured
 * @param notes what a reader should know and changes nothing
 */
public record Verdict(
        int format,
        String plan,
        String description,
        long seed,
        Conclusion conclusion,
        String headline,
        Demand demand,
        AvailabilityLevel demandedLevel,
        LevelRange level,
        String over,
        List<String> reasons,
        List<Criterion> criteria,
        boolean blackBox,
        Long strikeFrom,
        Long strikeUntil,
        long calls,
        long operations,
        Extent extent,
        List<PhaseResult> phases,
        List<MatrixRow> matrix,
        List<FaultResult> faults,
        SetUpOutage outage,
        List<LatencyRow> latencies,
        List<ElementLoad> loads,
        RetransmissionLaw law,
        SipMetrics metrics,
        CapacityResult capacity,
        Witnesses witnesses,
        List<SelfCheck> selfChecks,
        Calibration calibration,
        List<String> notes,
        Provenance provenance) {
    /** The format that this version writes. */
    public static final int FORMAT = 4;

    public Verdict {
        reasons = List.copyOf(reasons);
        criteria = List.copyOf(criteria);
        phases = List.copyOf(phases);
        matrix = List.copyOf(matrix);
        faults = List.copyOf(faults);
        latencies = List.copyOf(latencies);
        loads = List.copyOf(loads);
        selfChecks = List.copyOf(selfChecks);
        notes = List.copyOf(notes);
    }
}
