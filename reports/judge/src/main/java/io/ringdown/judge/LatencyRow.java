package io.ringdown.judge;

import io.ringdown.record.Intent;

/**
 * Latencies of one intent's first attempts in one window: successes only, in microseconds, counted from the intended send and the scripted hold.
 *
 * @param name RFC 6076's name where it has one (SRD: INVITE to first 18x, or 200 if none came; SDD: BYE to 2xx), else the intent's
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
