package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.judge.Conclusion;
import io.ringdown.judge.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose clusters stand in containers of a real {@code dockerd}. */
@Tag("long")
class DockerHostsIT {
    private static final String CLUSTER = "machines-per-rack: 1, dispatchers: active-active, depth: transactions";

    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Dockerd dockerd;
    private Path inventory;
    private Process harness;

    @BeforeEach
    void engine() throws Exception {
        dockerd = Dockerd.start(Files.createDirectory(folder.resolve("engine")));
        inventory = dockerd.inventory("4s");
    }

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
        if (dockerd != null) {
            dockerd.close();
        }
    }

    @Test
    void theSamePlanGivesTheSameLevelAsOnThisMachine() throws Exception {
        Path plan = new ShortPlan("docker", CLUSTER, "250ms", "crash", "never", "4s", 70, "expect: AL4").write(folder);
        var runs = new PatientRuns(folder);

        Verdict verdict = runs.run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(runs.last().elements().resolve("r1m1-engine.log")).exists();
        assertThat(dockerd.containers()).isEmpty();
        assertThat(dockerd.networks()).isEmpty();
    }

    @Test
    void afterAHarnessKilledInMidFaultNothingIsLeftButWhatHealingRemoves() throws Exception {
        strike("drain");

        harness.destroyForcibly().waitFor();

        // No element outlives its lease, though nobody has healed yet.
        await().atMost(30, SECONDS)
                .until(() -> dockerd.processes("reference-cluster").isEmpty());
        String run = RunFolders.below(folder).get(0).path().toString();
        assertThat(Ringdown.run(List.of("heal", run))).isEqualTo(Exit.PASS);
        assertThat(dockerd.containers()).isEmpty();
        assertThat(dockerd.networks()).isEmpty();
        assertThat(Ringdown.run(List.of("check", run))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Test
    void aContainerKilledFromOutsideEndsTheRunAndNothingIsLeft() throws Exception {
        strike("silent");

        dockerd.kill(dockerd.containers().stream()
                .filter(name -> name.endsWith("-r2m1"))
                .findFirst()
                .orElseThrow());

        assertThat(harness.waitFor(90, SECONDS)).isTrue();
        assertThat(HarnessProcess.said(folder))
                .content()
                .contains("INCONCLUSIVE")
                .doesNotContain("\tat ");
        assertThat(dockerd.containers()).isEmpty();
        assertThat(dockerd.networks()).isEmpty();
    }

    /** Begins a run, and returns when its fault is there. */
    private void strike(String kind) throws Exception {
        Path plan = ShortPlan.toBeKilled(CLUSTER, kind).write(folder);
        harness = HarnessProcess.start(folder, plan, "--hosts", inventory.toString());
        HarnessProcess.awaitEvent(folder, "\"type\":\"fault\"");
    }
}
