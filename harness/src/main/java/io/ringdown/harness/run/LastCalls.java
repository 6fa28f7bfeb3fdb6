package io.ringdown.harness.run;

import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.Driver;
import java.io.IOException;
import java.util.function.Consumer;

/** The end of a run's calls. */
final class LastCalls {
    private LastCalls() {}

    /**
     * Ends them, and records whether those who made them can be believed: only then, for what they lose, or are late by, while they end may have harmed the last calls.
     *
     * @param driver null: nobody called, or each trial of a search had a driver of its own
     * @param callee null: nobody was called
     * @throws IOException if the last of them could not be recorded
     */
    static void end(Driver driver, Answerer callee, Consumer<SelfChecks> checks) throws IOException {
        try {
            close(driver, callee);
        } finally {
            if (driver != null) {
                SelfChecks its = driver.selfChecks();
                checks.accept(callee == null ? its : its.with(callee.selfChecks()));
            }
        }
    }

    private static void close(Driver driver, Answerer callee) throws IOException {
        try {
            if (driver != null) {
                driver.close();
            }
        } finally {
            // Last: until then whoever calls is answered.
            if (callee != null) {
                callee.close();
            }
        }
    }
}
