package io.ringdown.judge.verdict;

import java.util.Comparator;
import java.util.List;

/**
 * The set-up outage that followed a strike, by the probes sent from it on (until the next one, if the outage was over by then). Instants are run
 * nanos.
 *
 * @param start when the first failing probe was to be sent; null: none failed
 * @param end when the first of 299 successes in a row was answered; null: nothing failed, or service was not seen to return
 * @param failed probes that did not succeed in time
 * @param probes probes sent, without those that tell nothing of the cluster: not seen to their end, or late only because the generator sent them late
 * @param longestRow most successes in a row
 */
public record SetUpOutage(State state, Long start, Long end, int failed, int probes, int longestRow) {
    private static final List<State> WORST_LAST =
            List.of(State.KEPT, State.UNKNOWN, State.UNTIL_REPAIR, State.NEVER_RESTORED);

    /** How the outage ended. */
    public enum State {
        /** The service returned before what failed served again, or was never away: not AL1. */
        KEPT,
        /** It returned only after what failed served again: AL1. */
        UNTIL_REPAIR,
        /** It was not seen to return: AL1, and never restored. */
        NEVER_RESTORED,
        /** Too few probes, or nothing to tell it by: it may have returned by itself or by the repair. */
        UNKNOWN
    }

    /** The one that leaves the lowest level, and of those alike the longest. */
    public static SetUpOutage worst(List<SetUpOutage> outages) {
        return outages.stream()
                .max(Comparator.comparing((SetUpOutage outage) -> WORST_LAST.indexOf(outage.state))
                        .thenComparingLong(outage -> outage.nanos() == null ? -1 : outage.nanos()))
                .orElseThrow();
    }

    /** Whether it leaves a lower level than another. */
    public boolean lowerThan(SetUpOutage other) {
        return WORST_LAST.indexOf(state) > WORST_LAST.indexOf(other.state);
    }

    /** Length in nanoseconds; null if it has no start or no end. */
    public Long nanos() {
        return start == null || end == null ? null : Long.valueOf(Math.max(0, end - start));
    }
}
