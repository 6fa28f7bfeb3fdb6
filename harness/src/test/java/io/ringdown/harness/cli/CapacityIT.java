package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Searches on a real cluster whose outcomes are known beforehand: real processes, real SIP. */
class CapacityIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private int status;

    /** A tenth more of 9 is no whole session more: the search stays, and ends with the eleventh success. */
    @Test
    void aSearchEndsWhereItCannotRise() throws Exception {
        Verdict verdict = null;
        // A machine too busy to answer within 100 ms says nothing of the search.
        for (int attempt = 0; attempt < 3 && (verdict == null || verdict.conclusion() != Conclusion.PASS); attempt++) {
            verdict = run("sessions: 2, start-rate: 9, establishment-threshold: 100ms, warm-up: 1s", "require: 9/s");
        }

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(status).isEqualTo(Exit.PASS);
        assertThat(verdict.capacity().rate()).isEqualTo(9);
        assertThat(verdict.capacity().complete()).isTrue();
        assertThat(verdict.capacity().trials())
                .filteredOn(trial -> trial.outcome() == Outcome.SUCCEEDED)
                .hasSizeGreaterThanOrEqualTo(11)
                .allSatisfy(trial -> assertThat(trial.established()).isEqualTo(9));
        assertThat(verdict.calibration()).isNotNull();
        checkingAgainGivesTheSameBytes();
    }

    @Tag("long")
    @Test
    void aSearchMayBeMadeByTcp() throws Exception {
        Verdict verdict = null;
        for (int attempt = 0; attempt < 3 && (verdict == null || verdict.conclusion() != Conclusion.PASS); attempt++) {
            verdict = run(
                    "transport: tcp, sources: 2, sessions: 2, start-rate: 9, establishment-threshold: 100ms,"
                            + " warm-up: 1s",
                    "require: 9/s");
        }

        assertThat(verdict.headline()).isEqualTo("Capacity 9 sessions/s of invite-bye by TCP");
        assertThat(verdict.capacity().trials())
                .filteredOn(trial -> trial.outcome() == Outcome.SUCCEEDED)
                .hasSizeGreaterThanOrEqualTo(11);
    }

    /** Each trial registers its users, refreshes them, and lets them go. */
    @Tag("long")
    @Test
    void aSearchMayBeForReRegistrations() throws Exception {
        registers("re-register", "Re-registration rate 9 registrations/s");
    }

    @Tag("long")
    @Test
    void aSearchMayBeForRegistrations() throws Exception {
        registers("register", "Registration rate 9 registrations/s");
    }

    private void registers(String type, String headline) throws Exception {
        Verdict verdict = null;
        for (int attempt = 0; attempt < 3 && (verdict == null || verdict.conclusion() != Conclusion.PASS); attempt++) {
            verdict = run(
                    "call-type: " + type + ", sessions: 2, start-rate: 9, establishment-threshold: 100ms, warm-up: 1s",
                    "require: 9/s");
        }

        assertThat(verdict.headline()).as(String.join("\n", verdict.reasons())).isEqualTo(headline);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.capacity().trials())
                .allSatisfy(trial -> assertThat(trial.left()).isZero())
                .filteredOn(trial -> trial.outcome() == Outcome.SUCCEEDED)
                .hasSizeGreaterThanOrEqualTo(11)
                .allSatisfy(trial -> assertThat(trial.established()).isEqualTo(9));
        checkingAgainGivesTheSameBytes();
    }

    /** What the callee sees counts as well, and of a good cluster it is the same. */
    @Tag("long")
    @Test
    void aSearchMayBeForCallsThatAreRelayed() throws Exception {
        Verdict verdict = null;
        for (int attempt = 0; attempt < 3 && (verdict == null || verdict.conclusion() != Conclusion.PASS); attempt++) {
            verdict = run(
                    "{arrangement: single, service: b2bua, network: 8}",
                    "sessions: 2, start-rate: 9, establishment-threshold: 100ms, warm-up: 1s",
                    "require: 9/s");
        }

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(Files.readString(last().trials())).contains("\"callee\":{\"again\":0,\"unacknowledged\":0,");
    }

    /** Elements that have just begun to run answer nobody within a millisecond. */
    @Test
    void aClusterThatIsTooSlowAtAnyRateFails() throws Exception {
        Verdict verdict = run("sessions: 2, start-rate: 1, establishment-threshold: 1ms, warm-up: 0s", "");

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.FAIL);
        assertThat(status).isEqualTo(Exit.FAIL);
        assertThat(verdict.headline()).isEqualTo("No rate was carried");
    }

    private Verdict run(String search, String demand) throws Exception {
        return run("{arrangement: single, network: 8}", search, demand);
    }

    private Verdict run(String cluster, String search, String demand) throws Exception {
        Path plan = Files.writeString(
                folder.resolve("search.yaml"),
                "name: search\nkind: capacity\ncluster: " + cluster + "\nsearch: {rest: 0s, " + search + "}\n" + demand
                        + "\n");
        status = Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString()));
        return VerdictJson.read(Files.readString(last().verdict()));
    }

    private void checkingAgainGivesTheSameBytes() throws Exception {
        RunFolder last = last();
        byte[] verdict = Files.readAllBytes(last.verdict());
        byte[] report = Files.readAllBytes(last.report());

        Ringdown.run(List.of("check", last.path().toString()));

        assertThat(Files.readAllBytes(last.verdict())).isEqualTo(verdict);
        assertThat(Files.readAllBytes(last.report())).isEqualTo(report);
    }

    private RunFolder last() throws Exception {
        List<RunFolder> runs = RunFolders.below(folder);
        return runs.get(runs.size() - 1);
    }
}
