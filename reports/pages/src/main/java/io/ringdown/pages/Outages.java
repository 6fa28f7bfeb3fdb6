package io.ringdown.pages;

import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** When a fault's effect was over, for shading it. */
final class Outages {
    private Outages() {}

    /** D of a fault, or 0 if unknown; nanoseconds. */
    static long rerouting(FaultResult fault) {
        return fault.rerouting() == null || fault.rerouting().total() == null
                ? 0
                : Math.max(0, fault.rerouting().total());
    }

    /** The set-up outages that had a beginning, each once: one that outlasts a further strike is that strike's as well. */
    static List<SetUpOutage> ofSetUps(Verdict verdict) {
        List<SetUpOutage> begun = Stream.concat(
                        Stream.ofNullable(verdict.outage()),
                        verdict.faults().stream().map(FaultResult::outage))
                .filter(outage -> outage != null && outage.start() != null)
                .distinct()
                .toList();
        return begun.stream()
                .filter(outage -> begun.stream()
                        .noneMatch(
                                other -> other.start() < outage.start() && Objects.equals(other.end(), outage.end())))
                .toList();
    }

    /** Run nanos at which the last fault was rerouted and set-ups succeeded again, as far as it is known. */
    static long end(Verdict verdict) {
        long end = verdict.strikeUntil() == null ? 0 : verdict.strikeUntil();
        for (FaultResult fault : verdict.faults()) {
            if (fault.injected()) {
                end = Math.max(end, fault.asked() + rerouting(fault));
            }
        }
        for (SetUpOutage outage : ofSetUps(verdict)) {
            end = outage.end() == null ? end : Math.max(end, outage.end());
        }
        return end;
    }
}
