package io.ringdown.cluster.membership;

import java.util.function.LongSupplier;

/**
 * Notices that this process stood still (was stopped, or starved) for so long that the others may have taken it for dead and its
 * calls over. It then knows things that are no longer so, and must forget them before it does anything. For one thread.
 */
public final class StallWatch {
    private static final long NOT_YET = Long.MIN_VALUE;

    private final LongSupplier nanos;
    private final long patienceNanos;
    private final Runnable stalled;
    private long last = NOT_YET;
    private boolean steady = true;

    /**
     * Watches from the first {@link #steady} on.
     *
     * @param nanos a monotonic clock that goes on while the process stands still
     * @param patienceNanos what the others put up with
     * @param stalled called once
     */
    public StallWatch(LongSupplier nanos, long patienceNanos, Runnable stalled) {
        this.nanos = nanos;
        this.patienceNanos = patienceNanos;
        this.stalled = stalled;
    }

    /** A watch that never notices anything, where silence is no failure. */
    public static StallWatch none() {
        return new StallWatch(() -> 0, Long.MAX_VALUE, () -> {});
    }

    /** To be called more often than the patience. Whether it always was. */
    public boolean steady() {
        long now = nanos.getAsLong();
        if (steady && last != NOT_YET && now - last > patienceNanos) {
            steady = false;
            stalled.run();
        }
        last = now;
        return steady;
    }
}
