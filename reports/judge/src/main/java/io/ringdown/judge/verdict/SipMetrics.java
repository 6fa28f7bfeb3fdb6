package io.ringdown.judge.verdict;

import java.util.List;

/**
 * The metrics of RFC 6076, by part of the run. Success and failure are never pooled, and what has no denominator is undefined, not 0.
 *
 * @param delays SRD, SDD, SDT and RRD
 * @param ratios SER, SEER, ISA, SCR and IRA
 */
public record SipMetrics(List<Delay> delays, List<Ratio> ratios) {
    public SipMetrics {
        delays = List.copyOf(delays);
        ratios = List.copyOf(ratios);
    }

    /** What a delay is of. */
    public enum Of {
        /** Attempts or sessions that succeeded. */
        SUCCESS,
        /** Those that failed, as far as the RFC defines a delay for them. */
        FAILURE
    }

    /**
     * A delay in one window, in microseconds. Without anything measured it is undefined: all of its figures are null.
     *
     * @param section where RFC 6076 defines it
     * @param count how many were measured
     * @param leftOut further ones of the same kind that were not: the plan had asked for the very delay (a scripted hold), or no message
     *     came that the definition could end with
     */
    public record Delay(
            String metric,
            String section,
            Of of,
            Window window,
            long count,
            long leftOut,
            Long mean,
            Long p50,
            Long p90,
            Long p99,
            Long max) {}

    /**
     * A ratio in one window.
     *
     * @param section where RFC 6076 defines it
     * @param unknown requests or sessions that count neither here nor there, since their end was not seen
     * @param percent null if there is nothing to divide by: undefined
     */
    public record Ratio(
            String metric,
            String section,
            Window window,
            long numerator,
            long denominator,
            long unknown,
            Double percent) {}
}
