package io.ringdown.judge.verdict;

import io.ringdown.record.Phase;

/**
 * What became of the calls that were in one phase at t_f, as their operations show.
 *
 * @param demanded whether the plan demands that the level be decided over this phase
 * @param planned calls that the generator scripted for it
 * @param held calls that were in it at t_f, those in the other groups below included
 * @param exposed calls whose owner, a stored copy, or the active dispatcher was hit; in black-box mode every call
 * @param exposedByOwner of the exposed, those whose owner was hit
 * @param exposedByCopy of the exposed, those of which a stored copy was hit
 * @param exposedByDispatcher of the exposed, those which the active dispatcher's fall hit
 * @param boundary neither exposed nor controls: calls that changed hands about the fault, or whose owner cannot be told, or that only a fault later
 *     than t_f hit
 * @param controls the rest: no fault hit them
 * @param none T0: no call of the phase was harmed, the exposed being the evidence (needed for AL4)
 * @param noneLost T0: no call of the phase was LOST (needed for AL3)
 */
public record PhaseResult(
        Phase phase,
        boolean demanded,
        int planned,
        int held,
        int exposed,
        int exposedByOwner,
        int exposedByCopy,
        int exposedByDispatcher,
        int boundary,
        int controls,
        FateCounts exposedFates,
        FateCounts boundaryFates,
        FateCounts controlFates,
        ZeroTest none,
        ZeroTest noneLost) {}
