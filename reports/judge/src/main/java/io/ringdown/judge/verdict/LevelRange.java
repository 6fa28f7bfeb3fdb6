package io.ringdown.judge.verdict;

import io.ringdown.record.AvailabilityLevel;

/**
 * The level found, as far as it could be decided.
 *
 * @param lowest the level is no lower
 * @param highest the level is no higher
 */
public record LevelRange(AvailabilityLevel lowest, AvailabilityLevel highest) {
    /** {@code AL4}, or {@code AL3..AL4} while undecided. */
    public String text() {
        return lowest == highest ? lowest.name() : lowest + ".." + highest;
    }

    /** Whether a single level is left. */
    public boolean decided() {
        return lowest == highest;
    }
}
