package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs whose clusters stand on hosts reached by SSH: four hosts behind a real {@code sshd}. */
@ResourceLock(Sshd.OF_RUNS)
class SshHostsIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private static final String[] ADDRESSES = {"127.39.1.1", "127.39.1.2", "127.39.2.1", "127.39.2.2"};

    @RegisterExtension
    private final Said said = new Said();

    private Sshd sshd;
    private Path there;
    private Path inventory;
    private Process harness;

    @BeforeEach
    void hosts() throws Exception {
        sshd = Sshd.start(folder, ADDRESSES);
        there = Sshd.kept(Sshd.OF_RUNS);
        inventory = sshd.inventory(there, "4s");
    }

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
        if (sshd != null) {
            sshd.close();
        }
    }

    @Tag("long")
    @Test
    void theSamePlanGivesTheSameLevelAsOnThisMachine() throws Exception {
        Path plan = ShortPlan.onTwoMachines("ssh", "depth: transactions", "250ms", "4s", "expect: AL4")
                .write(folder);
        var runs = new PatientRuns(folder);

        Verdict verdict = runs.run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(runs.last().elements().resolve("r1m1-engine.log")).exists();
        // An agent waits a moment for its last answer to be taken.
        await().atMost(10, SECONDS).until(() -> Sshd.workingFrom(there).isEmpty());
    }

    @Tag("beside")
    @Test
    void aKilledHarnessLeavesNothingOnTheHostsOnceTheirLeasesHaveEnded() throws Exception {
        Path plan = ShortPlan.toBeKilled("machines-per-rack: 1, depth: transactions", "drain")
                .write(folder);
        harness = HarnessProcess.start(folder, plan, "--hosts", inventory.toString());
        HarnessProcess.awaitEvent(folder, "\"type\":\"fault\"");
        assertThat(Sshd.workingFrom(there)).isNotEmpty();

        harness.destroyForcibly().waitFor();

        await().atMost(30, SECONDS).until(() -> Sshd.workingFrom(there).isEmpty());
        String run = RunFolders.below(folder).get(0).path().toString();
        assertThat(Ringdown.run(List.of("heal", run))).isEqualTo(Exit.PASS);
        assertThat(there.resolve("runs")).isEmptyDirectory();
        assertThat(Ringdown.run(List.of("check", run))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Tag("long")
    @Test
    void wallClocksThatJumpThereReadAsOnThisMachine() throws Exception {
        ClockJumpIT.assumeSettable();
        Path plan = ClockJumpIT.plan(folder, "clock", ClockJumpIT.TWO, "1h", "3s", "expect: AL4");

        Verdict verdict = new PatientRuns(folder).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P2-P4, P5");
    }

    @Tag("beside")
    @Test
    void aWallClockThatSomebodySetsRightMeanwhileVoidsTheRun() throws Exception {
        ClockJumpIT.assumeSettable();
        Path plan = ClockJumpIT.plan(folder, "no-effect", ClockJumpIT.TWO, "1h", "never", "require: AL4");
        CompletableFuture<Void> right = CompletableFuture.runAsync(this::setRight);

        int status = Ringdown.run(
                List.of("run", plan.toString(), "--runs", folder.toString(), "--hosts", inventory.toString()));

        right.join();
        assertThat(status).isEqualTo(Exit.INCONCLUSIVE);
        Verdict verdict = VerdictJson.read(
                Files.readString(RunFolders.below(folder).get(0).verdict()));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons())
                .anyMatch(reason ->
                        reason.matches("not proven: machine r\\dm1 had its wall clock put forward by 3,600 s \\(.*"
                                + "not in effect all the while, .* was changed or taken away.*; no longer in effect: .*"
                                + "the wall clock of r\\dm1-\\w+ is right.*\\)"));
    }

    private void setRight() {
        try {
            HarnessProcess.awaitEvent(folder, "\"kind\":\"CLOCK\"");
            Files.delete(find(there.resolve("runs"), ".*-engine\\.clock"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path find(Path below, String name) throws IOException {
        try (Stream<Path> all = Files.find(
                below, 2, (file, about) -> file.getFileName().toString().matches(name))) {
            return all.findFirst().orElseThrow();
        }
    }

    @Tag("beside")
    @Test
    void hostsWhereNoWallClockCanBeSetAreRefusedBeforeAnythingIsStarted() throws Exception {
        ClockJumpIT.assumeSettable();
        Path library = find(Path.of("/usr/lib"), "faketime");
        Path bare = Files.createDirectory(folder.resolve("bare"));
        Path plan = ClockJumpIT.plan(folder, "refused", ClockJumpIT.TWO, "1h", "3s", "require: AL4");
        try (Sshd without = Sshd.without(library, bare, ADDRESSES)) {
            Path lacking = without.inventory(there, "30s");

            assertThat(Ringdown.run(List.of("doctor", "--hosts", lacking.toString())))
                    .isEqualTo(Exit.PASS);
            int status = Ringdown.run(
                    List.of("run", plan.toString(), "--runs", folder.toString(), "--hosts", lacking.toString()));

            assertThat(status).isEqualTo(Exit.HARNESS_FAILED);
        }
        assertThat(said.text().lines())
                .anyMatch(line -> line.matches(
                        "127.39.2.1: absent +wall clocks +kind clock: refused +->  apt-get install faketime there"))
                .anyMatch(line ->
                        line.matches(".* failed +127.39.\\S+ \\(.*\\): no libfaketimeMT.so.1, by which wall clocks are"
                                + " set \\(kind clock\\); apt-get install faketime there"));
        RunFolder run = RunFolders.below(folder).get(0);
        assertThat(run.elements().toFile().list()).noneMatch(name -> name.endsWith("-engine.log"));
        assertThat(there.resolve("runs")).isEmptyDirectory();
    }
}
