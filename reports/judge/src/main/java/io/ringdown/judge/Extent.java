package io.ringdown.judge;

import io.ringdown.record.Operation;

/**
 * When a run's operations were.
 *
 * @param from the first one's intended instant (run nanos)
 * @param to when the last one ended, or was to begin if it never did
 */
public record Extent(long from, long to) {
    /** Gathers it. */
    static final class Collector {
        private long from = Long.MAX_VALUE;
        private long to = Long.MIN_VALUE;

        void add(Operation op) {
            from = Math.min(from, op.intended());
            to = Math.max(to, op.end() == Operation.NONE ? op.intended() : op.end());
        }

        /** Null without an operation. */
        Extent extent() {
            return from > to ? null : new Extent(from, to);
        }
    }
}
