package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.HostState;
import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What every run shows whose cluster stands in containers, however many engines make them. */
abstract class DockerRuns {
    static final String CLUSTER = "machines-per-rack: 1, dispatchers: active-active, depth: transactions";
    static final String LEASE = "4s";

    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    final Map<String, Dockerd> engines = new LinkedHashMap<>();
    Path inventory;
    Process harness;

    /** Starts them, and puts each into {@link #engines} as soon as it is there; their inventory. */
    abstract Path start() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        inventory = start();
    }

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
        engines.values().forEach(Dockerd::close);
    }

    @Test
    void theSamePlanGivesTheSameLevelAsOnThisMachine() throws Exception {
        Path plan = new ShortPlan("docker", CLUSTER, "200ms", "crash", "never", "2s", 70, "expect: AL4").write(folder);
        var runs = new PatientRuns(folder);

        Verdict verdict = runs.run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(runs.last().elements().resolve("r1m1-engine.log")).exists();
        assertNothingIsLeft();
    }

    @Tag("long")
    @Test
    void afterAHarnessKilledInMidFaultNothingIsLeftButWhatHealingRemoves() throws Exception {
        strike("drain");

        harness.destroyForcibly().waitFor();

        // No element outlives its lease, though nobody has healed yet.
        for (Dockerd engine : engines.values()) {
            assertThat(engine.containers()).isNotEmpty();
            await().atMost(30, SECONDS)
                    .until(() -> engine.processes("reference-cluster").isEmpty());
        }
        assertThat(heal()).isEqualTo(Exit.PASS);
        assertNothingIsLeft();
        assertThat(Ringdown.run(List.of("check", run()))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Tag("long")
    @Test
    void afterAHarnessKilledWhileImagesAreMadeNothingIsLeftEither() throws Exception {
        Path plan = ShortPlan.toBeKilled(CLUSTER, "silent").write(folder);
        harness = HarnessProcess.start(folder, plan, "--hosts", inventory.toString());
        for (Dockerd engine : engines.values()) {
            await().atMost(60, SECONDS)
                    .until(() -> engine.containers().stream().anyMatch(name -> name.endsWith("-image")));
        }

        harness.destroyForcibly().waitFor();

        assertThat(heal()).isEqualTo(Exit.PASS);
        assertNothingIsLeft();
    }

    @Tag("long")
    @Test
    void aContainerKilledFromOutsideEndsTheRunAndNothingIsLeft() throws Exception {
        strike("silent");

        for (Dockerd engine : engines.values()) {
            for (String name : engine.containers()) {
                if (name.endsWith("-r2m1")) {
                    engine.kill(name);
                }
            }
        }

        assertInconclusive();
        assertNothingIsLeft();
    }

    /** Begins a run, and returns when its fault is there. */
    void strike(String kind) throws Exception {
        Path plan = ShortPlan.toBeKilled(CLUSTER, kind).write(folder);
        harness = HarnessProcess.start(folder, plan, "--hosts", inventory.toString());
        HarnessProcess.awaitEvent(folder, "\"type\":\"fault\"");
    }

    /** That what was begun ends so, and says so in words. */
    void assertInconclusive() throws Exception {
        assertThat(harness.waitFor(120, SECONDS)).isTrue();
        assertThat(HarnessProcess.said(folder))
                .content()
                .contains("INCONCLUSIVE")
                .doesNotContain("\tat ");
        assertThat(harness.exitValue()).isEqualTo(Exit.INCONCLUSIVE);
    }

    String run() throws Exception {
        return RunFolders.below(folder).get(0).path().toString();
    }

    int heal() throws Exception {
        return Ringdown.run(List.of("heal", run()));
    }

    void assertNothingIsLeft() throws Exception {
        for (Dockerd engine : engines.values()) {
            assertThat(engine.containers()).isEmpty();
            assertThat(engine.networks()).isEmpty();
        }
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(HostState.of(folder)).noneMatch(line -> line.contains("shim")));
    }
}
