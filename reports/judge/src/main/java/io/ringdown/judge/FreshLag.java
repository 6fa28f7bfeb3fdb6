package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The smallest lag that a store may have behind its acknowledgements and yet be found out by the fresh calls (P4f): three acknowledged within the
 * lag before t_f show it with 95 % (criteria, section 3: 3/(rate x share), and no less than the youngest acknowledgement is old).
 */
final class FreshLag {
    private static final int SHOWN_BY = 3;

    private final Strike strike;
    private final List<Long> acknowledged = new ArrayList<>();

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
            acknowledged.add(youngest);
        }
    }

    /**
     * The lag in nanoseconds; null if too few calls were fresh to tell.
     *
     * @param share of the calls added that the fault hit indeed: f/n in black-box mode, else 1
     */
    Long nanos(double share) {
        long needed = (long) Math.ceil(SHOWN_BY / share);
        if (acknowledged.size() < needed) {
            return null;
        }
        acknowledged.sort(Comparator.reverseOrder());
        return strike.until() - acknowledged.get((int) needed - 1);
    }
}
