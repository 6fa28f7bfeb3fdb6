package io.ringdown.record;

import java.util.List;
import java.util.Objects;

/**
 * One of the processes that the calls of a run were dealt over: those whose number leaves {@code index} when divided by {@code of}. What it
 * recorded stands in its folder, and in the run's operations log with the run's instants.
 *
 * @param name of its folder
 * @param sources addresses that it sent from
 * @param late nanoseconds by which it had not begun at the instant at which all were to begin; 0: it had; -1: it never did
 * @param before its clock's offset before the calls
 * @param after and after them; null if it could not be asked any more
 * @param ending why it was not there to the end; empty: it was
 * @param whole whether its operations log came to its end
 * @param checks its self-checks as it told them last, or null
 */
public record LoadHost(
        String name,
        int index,
        int of,
        List<String> sources,
        long late,
        ClockOffset before,
        ClockOffset after,
        String ending,
        boolean whole,
        SelfChecks checks) {
    /** What a clock may gain or lose of which nothing else is known: a ten-thousandth. */
    private static final double DRIFT = 1e-4;

    public LoadHost {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(ending, "ending");
        sources = List.copyOf(sources);
    }

    /** Whether all is there of what it did and saw. */
    public boolean complete() {
        return whole && ending.isEmpty();
    }

    /**
     * The run's instant of one that it recorded. It set its clock by the offset from before the calls; what the two had drifted apart since is taken
     * off evenly, if it was more than the measuring's own error.
     */
    public long runNanos(long recorded) {
        if (recorded == Operation.NONE || !drifted()) {
            return recorded;
        }
        double share = (double) (recorded - before.at()) / (after.at() - before.at());
        return recorded - Math.round(share * (after.nanos() - before.nanos()));
    }

    private boolean drifted() {
        return after != null
                && after.at() > before.at()
                && Math.abs(after.nanos() - before.nanos()) > before.uncertainty() + after.uncertainty();
    }

    /**
     * By how many nanoseconds its instants may be off, either way.
     *
     * @param until run nanos of the last one that matters
     */
    public long uncertainty(long until) {
        if (after == null) {
            return before.uncertainty() + Math.round(DRIFT * Math.max(0, until - before.at()));
        }
        // What a drift within the measuring's error comes to is not taken off, and may be there.
        long left = drifted() ? 0 : Math.abs(after.nanos() - before.nanos());
        return Math.max(before.uncertainty(), after.uncertainty()) + left;
    }
}
