package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RecordedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs whose clusters stand in containers of a real {@code dockerd}. */
@Tag("long")
class DockerHostsIT extends DockerRuns {
    @Override
    Path start() throws Exception {
        Dockerd dockerd = Dockerd.start(Files.createDirectory(folder.resolve("engine")));
        engines.put("", dockerd);
        return dockerd.inventory(LEASE);
    }

    /** On this machine, from which the engine's bridge leads to the containers. */
    @Test
    void twoLoadHostsMayCallIt() throws Exception {
        Path plan = new ShortPlan("shared", CLUSTER, "250ms", "crash", "never", "4s", 70, "expect: AL4").write(folder);
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {load-hosts: 2, "));
        var runs = new PatientRuns(folder);

        Verdict verdict = runs.run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(RecordedRun.read(runs.last()).loadHosts())
                .hasSize(2)
                .allMatch(LoadHost::complete)
                .flatExtracting(LoadHost::sources)
                .allMatch(source -> source.startsWith("198.18.8.1:"));
        assertNothingIsLeft();
    }

    @Test
    void wallClocksThatJumpThereReadAsOnThisMachine() throws Exception {
        ClockJumpIT.assumeSettable();
        Path plan = ClockJumpIT.plan(folder, "clock", CLUSTER, "1h", "3s", "expect: AL4");

        Verdict verdict = new PatientRuns(folder).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P2-P4, P5");
        assertNothingIsLeft();
    }
}
