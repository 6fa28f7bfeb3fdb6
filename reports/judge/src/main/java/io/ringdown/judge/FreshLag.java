package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/**
 * The smallest lag that a store may have behind its acknowledgements and yet be found out by the fresh calls (P4f): of those acknowledged at a
 * steady rate, three in the lag show it with 95 %; and none shows a lag that is shorter than the youngest acknowledgement is old at t_f.
 */
final class FreshLag {
    private static final int SHOWN_BY = 3;

    private final Strike strike;
    private int acknowledged;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    FreshLag(Strike strike) {
        this.strike = strike;
    }

    /** Adds an exposed call that was fresh at t_f. */
    void add(List<Operation> operations) {
        long youngest = NONE;
        for (Operation op : operations) {
            if (op.intent() == Intent.INFO
                    && op.outcome() == Outcome.OK
                    && op.end() != NONE
                    && op.end() <= strike.from()) {
                youngest = Math.max(youngest, op.end());
            }
        }
        if (youngest != NONE) {
            acknowledged++;
            first = Math.min(first, youngest);
            last = Math.max(last, youngest);
        }
    }

    /**
     * The lag in nanoseconds; null if too few calls were fresh to tell.
     *
     * @param share of the calls added that the fault hit indeed: f/n in black-box mode, else 1
     */
    Long nanos(double share) {
        if (acknowledged * share < SHOWN_BY) {
            return null;
        }
        double interval = (last - first) / (acknowledged - 1.0);
        return Math.max(Math.round(SHOWN_BY * interval / share), strike.until() - last);
    }
}
