package io.ringdown.judge.verdict;

import io.ringdown.record.Intent;

/**
 * Latencies of one intent's first attempts in one window: successes only, in microseconds, counted from the intended send and the scripted hold. The time
 * from a challenge or redirection until it was followed up is left out.
 *
 * @param name what was measured: an INVITE up to its first 18x, or its 200 if none came; others up to their final response
 * @param count successes
 * @param failed first attempts that did not succeed; never pooled with the successes
 */
public record LatencyRow(
        String name,
        Intent intent,
        Window window,
        long count,
        long failed,
        long p50,
        long p90,
        long p99,
        long p999,
        long max) {}
