package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.judge.Conclusion;
import io.ringdown.judge.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Runs whose clusters stand on hosts reached by SSH: four hosts behind a real {@code sshd}. */
@ResourceLock(Sshd.OF_RUNS)
class SshHostsIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Sshd sshd;
    private Path there;
    private Path inventory;
    private Process harness;

    @BeforeEach
    void hosts() throws Exception {
        sshd = Sshd.start(folder, "127.39.1.1", "127.39.1.2", "127.39.2.1", "127.39.2.2");
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
}
