package io.ringdown.workloads.calls;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * How late requests left whose instant a script named, in nanoseconds; apart from all of them those about the strike, where a stall
 * would be taken for the cluster's. Written on the calls' thread, read on any.
 */
public final class Lateness {
    private static final long LARGEST = 60_000_000_000L;
    private static final long BEFORE_STRIKE = 500_000_000;
    private static final long AFTER_STRIKE = 2_000_000_000;

    private final Histogram otherwise = new SynchronizedHistogram(LARGEST, 2);
    private final Histogram aboutStrike = new SynchronizedHistogram(LARGEST, 2);
    private final long strike;

    /** @param strike instant of the strike, in run nanos */
    public Lateness(long strike) {
        this.strike = strike;
    }

    /** A request was sent. */
    public void add(long intended, long sent) {
        long late = Math.min(LARGEST, Math.max(0, sent - intended));
        boolean about = intended >= strike - BEFORE_STRIKE && intended <= strike + AFTER_STRIKE;
        (about ? aboutStrike : otherwise).recordValue(late);
    }

    /** Of those intended at any other time. */
    public Histogram otherwise() {
        return otherwise;
    }

    /** Of those intended from 0.5 s before the strike to 2 s after it. */
    public Histogram aboutStrike() {
        return aboutStrike;
    }

    /** Whether the load is not what was asked for: more than one in a hundred later than that, or about the strike later than twice that. */
    public boolean saturates(long most) {
        return otherwise.getValueAtPercentile(99) > most || aboutStrike.getValueAtPercentile(99) > 2 * most;
    }
}
