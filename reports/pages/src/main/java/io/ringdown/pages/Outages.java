package io.ringdown.pages;

import io.ringdown.judge.FaultResult;
import io.ringdown.judge.Verdict;

/** When a fault's effect was over, for shading it. */
final class Outages {
    private Outages() {}

    /** D of a fault, or 0 if unknown; nanoseconds. */
    static long rerouting(FaultResult fault) {
        return fault.rerouting() == null || fault.rerouting().total() == null
                ? 0
                : Math.max(0, fault.rerouting().total());
    }

    /** Run nanos at which the last fault was rerouted and set-ups succeeded again, as far as it is known. */
    static long end(Verdict verdict) {
        long end = verdict.strikeUntil() == null ? 0 : verdict.strikeUntil();
        for (FaultResult fault : verdict.faults()) {
            if (fault.injected()) {
                end = Math.max(end, fault.asked() + rerouting(fault));
            }
        }
        if (verdict.outage() != null && verdict.outage().end() != null) {
            end = Math.max(end, verdict.outage().end());
        }
        return end;
    }
}
