package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.SettableClock;
import io.ringdown.judge.Conclusion;
import io.ringdown.judge.Fate;
import io.ringdown.judge.Verdict;
import io.ringdown.judge.VerdictJson;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
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
    private static final String TWO = "machines-per-rack: 1, depth: transactions";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Process harness;

    @BeforeEach
    void needsTheLibrary() {
        String refusal = SettableClock.refusal();
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);
    }

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
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

    @Test
    void aClockThatSomebodySetsRightMeanwhileVoidsTheRun() throws Exception {
        CompletableFuture<Void> right = CompletableFuture.runAsync(this::setRight);

        int status = run("no-effect", TWO, "1h", "never", "require: AL4");

        right.join();
        assertThat(status).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(verdict().conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict().reasons())
                .anyMatch(reason ->
                        reason.matches("not proven: machine r\\dm1 had its wall clock put forward by 3,600 s \\(.*"
                                + "not in effect all the while, .* was changed or taken away; no longer in effect: .*"
                                + "the wall clock of r\\dm1-\\w+ is right.*\\)"));
    }

    @Test
    void nothingOutlivesAHarnessThatIsKilledMeanwhile() throws Exception {
        Path plan = plan("killed", TWO, "-1h", "never", "require: AL4");
        List<String> before = shared();
        harness = HarnessProcess.start(folder, plan);
        RunFolder run = HarnessProcess.awaitEvent(folder, "\"type\":\"fault\"");
        assertThat(clocks(run)).hasSize(2);
        assertThat(Files.readString(run.events())).contains("3600 s behind");

        harness.destroyForcibly().waitFor();

        await().atMost(10, SECONDS).until(() -> clocks(run).isEmpty());
        assertThat(Ringdown.run(List.of("heal", run.path().toString()))).isEqualTo(Exit.PASS);
        assertThat(Ringdown.run(List.of("check", run.path().toString()))).isEqualTo(Exit.INCONCLUSIVE);
        assertThat(shared()).isEqualTo(before);
    }

    private int run(String name, String cluster, String by, String repair, String demand) throws Exception {
        Path plan = plan(name, cluster, by, repair, demand);
        return Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString()));
    }

    /** What waits for an answer, an ACK or the end of a hold, and what only lasts. */
    private Path plan(String name, String cluster, String by, String repair, String demand) throws IOException {
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

    private void setRight() {
        try {
            RunFolder run = HarnessProcess.awaitEvent(folder, "\"kind\":\"CLOCK\"");
            Files.delete(clocks(run).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> clocks(RunFolder run) throws IOException {
        try (Stream<Path> files = Files.list(run.elements())) {
            return files.filter(file -> file.toString().contains(".clock")).toList();
        }
    }

    /** Memory that processes whose clocks can be set would have in common with others. */
    private static List<String> shared() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.map(Path::toString)
                    .filter(name -> name.contains("faketime"))
                    .sorted()
                    .toList();
        }
    }
}
