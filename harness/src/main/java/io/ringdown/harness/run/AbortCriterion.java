package io.ringdown.harness.run;

import io.ringdown.record.ResolvedPlan.Guard;
import java.time.Duration;

/** When a run does harm for so long that it is to end early: no set-up has succeeded for as long as the plan puts up with. */
final class AbortCriterion {
    private static final long NEVER = -1;

    private final Duration patience;
    private long lastSuccess = NEVER;
    private int last;
    private boolean over;

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
        if (successesInARow > 0 && successesInARow != last) {
            // One that fails without an answer does so only after 64 T1: until then the row just does not grow.
            lastSuccess = nanos;
        }
        last = successesInARow;
        return patience != null && !over && lastSuccess != NEVER && nanos - lastSuccess >= patience.toNanos();
    }

    /** No more set-ups are tried, so that none can succeed. */
    void rest() {
        over = true;
    }

    /** For people. */
    String why() {
        return "no set-up succeeded for " + patience.toMillis() / 1e3 + " s (abort-after)";
    }
}
