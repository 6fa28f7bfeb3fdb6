package io.ringdown.judge.verdict;

/**
 * D, detect and reroute time, and what it is made of. Nanoseconds; null where it cannot be told.
 *
 * @param total from t_f until the last probe that went unanswered (for T1) before the first 299 answered in a row;
 *     null if all were answered, and fewer than that
 * @param resolution the longest time between two probes sent from t_f until D was seen to be over: D cannot be told more finely; null
 *     if there were too few probes
 * @param restored whether the probes were answered again before they ended; if not, {@code total} is only the least it can be
 * @param probes detection probes sent from t_f on
 * @param unanswered of them, those that got no answer
 * @param detection from t_f to the first view of a survivor without what failed
 * @param fetch from there until the last taker had fetched what it took over
 * @param activation from there until the last taker had it activated, or until the service address was taken
 */
public record Rerouting(
        Long total,
        Long resolution,
        boolean restored,
        int probes,
        int unanswered,
        Long detection,
        Long fetch,
        Long activation) {}
