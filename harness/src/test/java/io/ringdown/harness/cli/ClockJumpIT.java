package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.SettableClock;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wall clocks of a machine's elements jump: a cluster that waits by another clock does not notice, one that goes by them loses calls. */
class ClockJumpIT {
    private static final String ONE = "arrangement: single";
    static final String TWO = "machines-per-rack: 1, depth: transactions";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @BeforeEach
    void needTheLibrary() {
        assumeSettable();
    }

    /** Skips the test where nobody's clock can be set, unless real components are required. */
    static void assumeSettable() {
        String refusal = SettableClock.refusal();
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);
    }

    @Test
    void whoWaitsByAnotherClockIsTransparent() throws Exception {
        assertThat(run("proper", ONE, "1h", "3s", "expect: AL4")).isEqualTo(Exit.PASS);

        assertThat(verdict().headline()).isEqualTo("AL4 over P2-P4, P5");
        assertThat(verdict().faults().get(0).proof())
                .contains(
                        "the wall clock of r1m1-engine is 3600 s ahead",
                        "repaired: the wall clock of r1m1-engine is right");
    }

    @Test
    void whoseTimersGoByTheWallClockLosesCalls() throws Exception {
        assertThat(run("mutant", ONE + ", mutant: wall-clock", "1h", "3s", "require: AL3"))
                .isEqualTo(Exit.FAIL);

        assertThat(verdict().faults().get(0).proven()).isTrue();
        assertThat(verdict().witnesses().shown()).anyMatch(witness -> witness.fate() == Fate.LOST);
    }

    /** With copies on other machines, whose clocks are right. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"1h", "-1h"})
    void soIsAClusterOfSeveral(String by) throws Exception {
        assertThat(run("several", TWO, by, "3s", "expect: AL4")).isEqualTo(Exit.PASS);

        String off = by.startsWith("-") ? "3600 s behind" : "3600 s ahead";
        assertThat(verdict().faults().get(0).proof())
                .anyMatch(line -> line.matches(
                        "the wall clock of r\\dm1-engine is " + off + "; the wall clock of r\\dm1-replica is " + off));
    }

    private int run(String name, String cluster, String by, String repair, String demand) throws Exception {
        Path plan = plan(folder, name, cluster, by, repair, demand);
        return Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString()));
    }

    /** What waits for an answer, an ACK or the end of a hold, and what only lasts. */
    static Path plan(Path folder, String name, String cluster, String by, String repair, String demand)
            throws IOException {
        Path plan = new ShortPlan(name, cluster, "150ms", "clock, by: " + by, repair, "2s", ShortPlan.FEW / 2, demand)
                .write(folder);
        String text = Files.readString(plan)
                .replace("workload: {", "workload: {phases: [P2, P3, P4, P5], ")
                .replace("set-up-probes: 150, detection-probes: 250", "set-up-probes: 100, detection-probes: 100");
        return Files.writeString(plan, text);
    }

    private Verdict verdict() throws IOException {
        return VerdictJson.read(Files.readString(RunFolders.below(folder).get(0).verdict()));
    }
}
