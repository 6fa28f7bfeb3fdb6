package io.ringdown.judge;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;

/**
 * One thing that befell a call.
 *
 * @param at when it was known (run nanos)
 * @param setUp whether it befell the set-up alone, so that no established call was touched
 * @param operation the operation that shows it, or null
 * @param incident the incident that shows it, or null
 * @param text what befell it, for people
 */
record Harm(Fate fate, long at, boolean setUp, Operation operation, Incident incident, Text text) {
    /** Written only for the harm that is shown. */
    interface Text {
        String write();
    }

    static Harm by(Operation operation, Fate fate, boolean setUp, Text text) {
        // What has no end yet was still open when the run ended.
        long at = operation.end() != Operation.NONE ? operation.end() : Long.MAX_VALUE;
        return new Harm(fate, at, setUp, operation, null, text);
    }

    static Harm by(Incident incident, Fate fate, Text text) {
        return new Harm(fate, incident.at(), false, null, incident, text);
    }
}
