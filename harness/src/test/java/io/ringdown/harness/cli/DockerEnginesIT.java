package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.docker.Authority;
import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs whose racks stand on a real {@code dockerd} each: the left one is reached by its socket, the right one by TCP with TLS. */
class DockerEnginesIT extends DockerRuns {
    private static final int NETWORK = 6;
    private static final String ADDRESS = "127.39.3.1";

    @Override
    Path start() throws Exception {
        var authority = Authority.in(folder.resolve("authority"));
        engines.put("left", Dockerd.start(Files.createDirectory(folder.resolve("left"))));
        engines.put("right", Dockerd.listening(Files.createDirectory(folder.resolve("right")), ADDRESS, authority));
        return Dockerd.inventory(folder.resolve("engines.yaml"), LEASE, engines);
    }

    /** All machines of an engine, a dispatcher among them, whose address nobody takes over. */
    @Tag("long")
    @Test
    void aRackThatFailsIsAllThatAnEngineHas() throws Exception {
        Path plan = new ShortPlan("rack", CLUSTER, "100ms", "crash", "never", "2s", 70, "expect: AL1").write(folder);
        Files.writeString(plan, Files.readString(plan).replace("machine: any", "rack: r2"));

        Verdict verdict = new PatientRuns(folder).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).startsWith("AL1");
        assertNothingIsLeft();
    }

    @Tag("long")
    @Test
    void anEngineThatDiesEndsTheRunAndItsContainersAreRemovedWhenItIsBack() throws Exception {
        strike("silent");
        Dockerd right = engines.get("right");

        right.die();

        assertInconclusive();
        assertThat(engines.get("left").containers()).isEmpty();
        assertThat(engines.get("left").networks()).isEmpty();
        assertThat(heal()).isEqualTo(Exit.HARNESS_FAILED);
        right.start();
        assertThat(heal()).isEqualTo(Exit.PASS);
        assertNothingIsLeft();
    }

    /** So do others' certificates. What the other engine has made already is removed. */
    @Tag("long")
    @Tag("beside")
    @Test
    void anEngineThatIsNotThereEndsTheRunWithALineAndNothingIsLeft() throws Exception {
        Path plan = ShortPlan.toBeKilled(CLUSTER, "silent").write(folder, NETWORK);
        Dockerd right = engines.get("right");
        right.die();

        harness = HarnessProcess.start(folder, plan, "--hosts", inventory.toString());

        assertThat(harness.waitFor()).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(HarnessProcess.said(folder))
                .content()
                .containsPattern("(?m)^ringdown: .*: Docker engine right cannot be reached: .*Connection refused")
                .doesNotContain("\tat ");
        right.start();
        assertNothingIsLeft();
    }
}
