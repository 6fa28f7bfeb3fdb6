package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.ssh.SwitchedMachine;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A whole run in which the power of a host of the example is cut: its proof is complete when healing has put it on. */
@ResourceLock(ExampleElsewhere.STORE)
class PowerElsewhereIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Map<String, SwitchedMachine> machines;
    private Path inventory;

    @BeforeEach
    void putOn() throws Exception {
        new KamailioIT().needsKamailioAndRedis();
        machines = SwitchedMachine.all(folder, ExampleElsewhere.HOSTS);
        inventory = SwitchedMachine.inventory(
                machines.values(), folder.resolve("hosts.yaml"), folder.resolve("there"), "60s");
    }

    @AfterEach
    void putOff() throws Exception {
        for (SwitchedMachine machine : machines == null ? List.<SwitchedMachine>of() : machines.values()) {
            machine.close();
        }
    }

    @Tag("long")
    @Test
    void callsGoOnWithoutTheHostThatIsOff() throws Exception {
        Path runs = Files.createDirectory(folder.resolve("kept"));

        Verdict verdict = new PatientRuns(runs).run(plan("off", "on"), "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        assertThat(machines.get(ExampleElsewhere.HOSTS.get(0)).isOn()).isTrue();
        assertThat(new PatientRuns(runs).last().elements().resolve("redis.log"))
                .as("stopped by its own command")
                .content()
                .contains("User requested shutdown");
        assertThat(new PatientRuns(runs).last().elements().resolve("redis.logs"))
                .as("printed there")
                .content()
                .startsWith("redis in " + folder.resolve("there"));
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(folder.resolve("there/runs")).isEmptyDirectory());
    }

    /** Suspended, a host is as silent as one that is off, and is found out when it is put on. */
    @Tag("long")
    @Tag("beside")
    @Test
    void aHostThatWasOnlySuspendedShowsNothing() throws Exception {
        Path plan = plan("suspend", "resume");

        int status = Ringdown.run(
                List.of("run", plan.toString(), "--runs", folder.toString(), "--hosts", inventory.toString()));

        assertThat(status).isEqualTo(Exit.INCONCLUSIVE);
        Verdict verdict =
                VerdictJson.read(Files.readString(new PatientRuns(folder).last().verdict()));
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("m1 was not off: its agent has lived on"));
    }

    /** Of a run that cuts the first host's power. */
    private Path plan(String off, String on) throws IOException {
        Path example = Files.createDirectory(folder.resolve("example"));
        SwitchedMachine victim = machines.get(ExampleElsewhere.HOSTS.get(0));
        ExampleElsewhere.copy(
                example,
                machine -> machine > 0
                        ? List.of()
                        : List.of("power: {off: [" + words(victim, off) + "], on: [" + words(victim, on) + "]}"));
        Path topology = example.resolve("shared.yaml");
        Files.writeString(
                topology,
                ExampleElsewhere.withLogs(Files.readString(topology))
                        .replace("may: [crash,", "may: [power-off, crash,"));
        return Files.writeString(example.resolve("off.yaml"), """
                name: power
                cluster: {topology: shared.yaml}
                workload: {t1: 150ms, phases: [P4], calls-per-phase: 140, fill-rate: 300, set-up-probes: 150, detection-probes: 250, baseline: 3s, tail: 3s}
                faults:
                  - {machine: m1, kind: power-off}
                require: AL3
                bound: 10%
                """);
    }

    private static String words(SwitchedMachine machine, String what) {
        return String.join(", ", machine.command(what));
    }
}
