package io.ringdown.harness.run;

import io.ringdown.record.ResolvedPlan.Guard;
import java.time.Duration;

/** When a run does harm for so long that it is to end early: no set-up has succeeded for as long as the plan puts up with. */
final class AbortCriterion {
    private static final long NEVER = -1;

    private final Duration patience;
    private long failingSince = NEVER;
    private boolean succeeded;

    /** @param guard of the plan, or null */
    AbortCriterion(Guard guard) {
        patience = guard == null ? null : guard.abortAfter();
    }

    /**
     * Looks; to be called often.
     *
     * @param successesInARow set-ups that succeeded one after the other up to now
     * @param nanos run nanos
     */
    boolean isDue(int successesInARow, long nanos) {
        if (patience == null) {
            return false;
        }
        succeeded |= successesInARow > 0;
        if (successesInARow > 0 || !succeeded) {
            failingSince = NEVER;
            return false;
        }
        failingSince = failingSince == NEVER ? nanos : failingSince;
        return nanos - failingSince >= patience.toNanos();
    }

    /** For people. */
    String why() {
        return "no set-up succeeded for " + patience.toMillis() / 1e3 + " s (abort-after)";
    }
}
