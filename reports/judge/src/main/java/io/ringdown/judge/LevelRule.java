package io.ringdown.judge;

import io.ringdown.judge.SetUpOutage.State;
import io.ringdown.record.AvailabilityLevel;
import java.util.List;

/**
 * The availability level, from the fates alone (criteria, section 3). LOST and GHOST are strict: one witness demotes. For the others T0 decides, phase
 * by phase. What is undecided gives a range.
 */
final class LevelRule {
    private LevelRule() {}

    /** @param rest T0 over the calls that no listed phase counts: it can demote, but proves nothing */
    static LevelRange level(SetUpOutage outage, List<PhaseResult> phases, ZeroTest rest, int lost, int ghosts) {
        if (outage.state() == State.UNTIL_REPAIR || outage.state() == State.NEVER_RESTORED) {
            return new LevelRange(AvailabilityLevel.AL1, AvailabilityLevel.AL1);
        }
        List<PhaseResult> listed = phases.stream().filter(PhaseResult::demanded).toList();
        boolean restClean = rest.bad() + rest.unknown() == 0;
        boolean harmRefuted = listed.stream().anyMatch(phase -> phase.none().finding() == Finding.REFUTED)
                || !restClean && rest.finding() == Finding.REFUTED;
        AvailabilityLevel highest = lost > 0
                ? AvailabilityLevel.AL2
                : ghosts > 0 || harmRefuted ? AvailabilityLevel.AL3 : AvailabilityLevel.AL4;
        boolean noneLost = lost == 0
                && !listed.isEmpty()
                && listed.stream().allMatch(phase -> phase.noneLost().finding() == Finding.CONFIRMED);
        boolean none = noneLost
                && ghosts == 0
                && listed.stream().allMatch(phase -> phase.none().finding() == Finding.CONFIRMED)
                && (restClean || rest.finding() == Finding.CONFIRMED);
        AvailabilityLevel lowest = outage.state() == State.UNKNOWN
                ? AvailabilityLevel.AL1
                : none ? AvailabilityLevel.AL4 : noneLost ? AvailabilityLevel.AL3 : AvailabilityLevel.AL2;
        return new LevelRange(lowest, highest);
    }
}
