package io.ringdown.judge;

/**
 * The set-up outage, by the probes sent from t_f on. Instants are run nanos.
 *
 * @param start when the first failing probe was to be sent; null: none failed
 * @param end when the first of 299 successes in a row was answered; null: nothing failed, or service was not seen to return
 * @param failed probes sent from t_f on that did not succeed in time
 * @param probes probes sent from t_f on
 * @param longestRow most successes in a row from t_f on
 */
public record SetUpOutage(State state, Long start, Long end, int failed, int probes, int longestRow) {
    /** How the outage ended. */
    public enum State {
        /** The service returned before what failed served again, or was never away: not AL1. */
        KEPT,
        /** It returned only after what failed served again: AL1. */
        UNTIL_REPAIR,
        /** It was not seen to return: AL1, and never restored. */
        NEVER_RESTORED,
        /** Too few probes, or nothing to tell it by. */
        UNKNOWN
    }

    /** Length in nanoseconds; null if it has no start or no end. */
    public Long nanos() {
        return start == null || end == null ? null : Long.valueOf(Math.max(0, end - start));
    }
}
