package io.ringdown.judge;

import io.ringdown.judge.verdict.Extent;
import io.ringdown.record.Operation;

/** Gathers when a run's operations were. */
final class ExtentOfOperations {
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
