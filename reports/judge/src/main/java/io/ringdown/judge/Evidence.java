package io.ringdown.judge;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Witnesses;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.ResolvedPlan.Criteria;
import java.util.List;

/** All that a conclusion is drawn from. */
record Evidence(
        Criteria demanded,
        Strike strike,
        Census census,
        List<PhaseResult> phases,
        ZeroTest changing,
        ZeroTest rest,
        SetUpOutage outage,
        LevelRange level,
        Witnesses witnesses,
        RunChecks checks) {
    List<PhaseResult> listed() {
        return phases.stream().filter(PhaseResult::demanded).toList();
    }

    /** Whether a fate is one that the demand tolerates by its definition. */
    boolean allowed(Fate fate) {
        if (demanded.level() == null) {
            return false;
        }
        return switch (demanded.level()) {
            case AL1, AL2 -> true;
            case AL3 -> fate != Fate.LOST;
            case AL4 -> false;
        };
    }

    /** The test that decides a phase for the demanded level. */
    ZeroTest deciding(PhaseResult phase) {
        return allowed(Fate.REPEATED) ? phase.noneLost() : phase.none();
    }

    /** Whether a phase is decided, as far as the demand needs it. */
    boolean decided(PhaseResult phase) {
        return allowed(Fate.LOST) ? phase.exposed() > 0 : deciding(phase).finding() != Finding.INCONCLUSIVE;
    }
}
