package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.harness.hosts.docker.Dockerd.Deed;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The example of a cluster of other makers, in containers of a real {@code dockerd} that run before and after. */
class OwnContainersIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Path runs;
    private Path cluster;
    private Dockerd engine;
    private Process harness;

    @BeforeEach
    void engine() throws Exception {
        new KamailioIT().needsKamailioAndRedis();
        runs = Files.createDirectory(folder.resolve("kept"));
        cluster = Files.createDirectory(folder.resolve("cluster"));
        engine = Dockerd.start(Files.createDirectory(folder.resolve("engine")));
    }

    @AfterEach
    void end() throws Exception {
        if (harness != null) {
            harness.destroyForcibly();
        }
        if (engine != null) {
            for (String container : engine.containers()) {
                engine.does(Deed.REMOVE, container);
            }
            engine.close();
        }
    }

    @Tag("long")
    @Test
    void dialogsOutliveTheirContainerWhereTheStateIsShared() throws Exception {
        ExampleInContainers.stand(engine, cluster, true, "always");
        String other = engine.startedAt("shop-p2");
        var patient = new PatientRuns(runs);

        Verdict verdict = patient.run(plan("kind: crash", "[P1, P2, P3, P4, P6]", "expect: AL3"));

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.phases())
                .filteredOn(phase -> phase.phase() == Phase.P4)
                .allSatisfy(phase -> assertThat(phase.exposedFates().lost()).isZero());
        assertThat(verdict.phases())
                .filteredOn(PhaseResult::demanded)
                .allSatisfy(phase -> assertThat(phase.controlFates().harmed()).isZero());
        assertEverythingRuns();
        assertThat(engine.startedAt("shop-p2")).as("which was not struck").isEqualTo(other);
        assertThat(patient.last().elements().resolve("redis.log")).exists();
    }

    @Tag("long")
    @Test
    void theyAreLostWhereItIsNot() throws Exception {
        ExampleInContainers.stand(engine, cluster, false, "no");

        Verdict verdict = new PatientRuns(runs).run(plan("kind: silent", "[P4]", "expect: AL2"));

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.witnesses().shown()).anyMatch(witness -> witness.fate() == Fate.LOST);
        assertEverythingRuns();
    }

    /** Repair starts it; whoever was struck serves again within the run. */
    @Tag("long")
    @Test
    void oneThatIsStartedAgainServesWithinTheRun() throws Exception {
        ExampleInContainers.stand(engine, cluster, true, "unless-stopped");

        Verdict verdict = new PatientRuns(runs).run(plan("kind: crash, repair-after: 4s", "[P4]", "require: AL3"));

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(Files.readString(new PatientRuns(runs).last().events()))
                .contains("\"type\":\"serving\"")
                .contains("(container shop-p1)");
        assertEverythingRuns();
    }

    @Tag("beside")
    @Test
    void aHarnessKilledInMidFaultGivesThemBackWithoutAnybodysHelp() throws Exception {
        ExampleInContainers.stand(engine, cluster, true, "no");
        harness = HarnessProcess.start(runs, plan("kind: crash", "[P4]", "require: AL3"));
        HarnessProcess.awaitEvent(runs, "\"type\":\"fault\"");
        assertThat(engine.state("shop-p1")).isEqualTo("exited");

        harness.destroyForcibly().waitFor();

        await().atMost(60, SECONDS).until(() -> engine.state("shop-p1").equals("running"));
        assertEverythingRuns();
        String run = RunFolders.below(runs).get(0).path().toString();
        await().atMost(30, SECONDS)
                .until(() -> Files.readString(
                                RunFolders.below(runs).get(0).elements().resolve("keeper.log"))
                        .contains("undone: p1: container"));
        assertThat(Ringdown.run(List.of("heal", run))).isEqualTo(Exit.PASS);
        assertThat(Ringdown.run(List.of("check", run))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Tag("long")
    @Test
    void anInterruptedRunGivesThemBackBeforeItEnds() throws Exception {
        ExampleInContainers.stand(engine, cluster, true, "no");
        harness = HarnessProcess.start(runs, plan("kind: hang", "[P4]", "require: AL3"));
        HarnessProcess.awaitEvent(runs, "\"type\":\"fault\"");
        String begun = engine.startedAt("shop-p1");

        harness.destroy();

        assertThat(harness.waitFor(60, SECONDS)).isTrue();
        assertEverythingRuns();
        assertThat(engine.startedAt("shop-p1")).as("it hung, and runs on").isEqualTo(begun);
    }

    @Tag("long")
    @Test
    void oneThatIsRemovedBehindOurBackEndsTheRun() throws Exception {
        ExampleInContainers.stand(engine, cluster, true, "no");
        harness = HarnessProcess.start(runs, plan("kind: crash", "[P4]", "require: AL3"));
        HarnessProcess.awaitEvent(runs, "\"type\":\"fault\"");

        engine.does(Deed.REMOVE, "shop-p2");

        assertThat(harness.waitFor(120, SECONDS)).isTrue();
        assertThat(HarnessProcess.said(runs))
                .content()
                .containsPattern("failed +p2: container shop-p2: it (was removed|has ended.*), and not by Ringdown")
                .doesNotContain("PASS ")
                .doesNotContain("\tat ");
        assertThat(harness.exitValue()).isIn(Exit.INCONCLUSIVE, Exit.FAIL);
        assertThat(engine.state("shop-p1")).isEqualTo("running");
    }

    @Tag("long")
    @Tag("beside")
    @Test
    void whatCannotBeUsedIsRefusedBeforeAnythingIsDone() throws Exception {
        Path topology = ExampleInContainers.stand(engine, cluster, true, "no");
        Path plan = plan("kind: crash", "[P4]", "require: AL3");
        assertThat(Ringdown.run(List.of("doctor", "--topology", topology.toString())))
                .isEqualTo(Exit.PASS);
        engine.does(Deed.PAUSE, "shop-p2");
        assertThat(Ringdown.run(List.of("doctor", "--topology", topology.toString())))
                .isEqualTo(Exit.FAIL);

        harness = HarnessProcess.start(runs, plan);

        assertThat(harness.waitFor()).isEqualTo(Exit.USAGE);
        assertThat(HarnessProcess.said(runs))
                .content()
                .contains("cluster.yaml: container shop-p2: paused; ", "docker unpause shop-p2")
                .doesNotContain("\tat ");
        assertThat(RunFolders.below(runs)).isEmpty();
        harness = HarnessProcess.foretell(runs, plan);
        assertThat(harness.waitFor()).isEqualTo(Exit.PASS);
        assertThat(HarnessProcess.said(runs))
                .content()
                .containsPattern("stand +in Docker's engine .*, and run on afterwards")
                .contains("m1: container shop-p1", "redis: nothing");
    }

    private void assertEverythingRuns() throws IOException {
        for (String container : ExampleInContainers.CONTAINERS) {
            assertThat(engine.state(container)).as(container).isEqualTo("running");
        }
        assertThat(engine.containers()).hasSameSizeAs(ExampleInContainers.CONTAINERS);
    }

    private Path plan(String fault, String phases, String demand) throws IOException {
        return Files.writeString(cluster.resolve("plan.yaml"), """
                name: shop
                cluster: {topology: cluster.yaml}
                workload: {t1: 250ms, phases: %s, calls-per-phase: 100, fill-rate: 300, set-up-probes: 150, detection-probes: 250, baseline: 3s, tail: 8s}
                faults:
                  - {machine: m1, %s}
                %s
                bound: 10%%
                """.formatted(phases, fault, demand));
    }
}
