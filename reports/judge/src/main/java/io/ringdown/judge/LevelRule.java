package io.ringdown.judge;

import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.SetUpOutage.State;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.AvailabilityLevel;
import java.util.List;

/**
 * The availability level, from the fates alone (criteria, section 3). LOST and GHOST are strict: one witness demotes. For the others T0 decides, phase
 * by phase. What is undecided gives a range.
 */
final class LevelRule {
    private LevelRule() {}

    /**
     * Reads the level.
     *
     * @param others T0 over groups of calls that no listed phase counts: they can demote, but prove nothing
     * @param othersLost the same, of LOST alone
     */
    static LevelRange level(
            SetUpOutage outage,
            List<PhaseResult> phases,
            List<ZeroTest> others,
            List<ZeroTest> othersLost,
            int lost,
            int ghosts) {
        if (outage.state() == State.UNTIL_REPAIR || outage.state() == State.NEVER_RESTORED) {
            return new LevelRange(AvailabilityLevel.AL1, AvailabilityLevel.AL1);
        }
        List<PhaseResult> listed = phases.stream().filter(PhaseResult::demanded).toList();
        boolean harmRefuted = listed.stream().anyMatch(phase -> phase.none().finding() == Finding.REFUTED)
                || others.stream().anyMatch(other -> other.finding() == Finding.REFUTED);
        AvailabilityLevel highest = lost > 0
                ? AvailabilityLevel.AL2
                : ghosts > 0 || harmRefuted ? AvailabilityLevel.AL3 : AvailabilityLevel.AL4;
        boolean noneLost = lost == 0
                && !listed.isEmpty()
                && listed.stream().allMatch(phase -> phase.noneLost().finding() == Finding.CONFIRMED)
                && othersLost.stream().allMatch(LevelRule::excused);
        boolean none = noneLost
                && ghosts == 0
                && listed.stream().allMatch(phase -> phase.none().finding() == Finding.CONFIRMED)
                && others.stream().allMatch(LevelRule::excused);
        AvailabilityLevel lowest = outage.state() == State.UNKNOWN
                ? AvailabilityLevel.AL1
                : none ? AvailabilityLevel.AL4 : noneLost ? AvailabilityLevel.AL3 : AvailabilityLevel.AL2;
        return new LevelRange(lowest, highest);
    }

    private static boolean excused(ZeroTest other) {
        return other.clean() || other.finding() == Finding.CONFIRMED;
    }
}
