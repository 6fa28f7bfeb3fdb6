package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.harness.hosts.Doctor;
import io.ringdown.record.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A harness that is killed or interrupted in the middle of a run leaves nothing behind, and its run can still be judged. */
@Tag("beside")
class KilledHarnessIT {
    private static final int NETWORK = 4;

    @TempDir
    private Path folder;

    private Process harness;
    private String driver = "";
    private String kind = "silent";

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROVISION", "\"type\":\"fault\""})
    void nothingOutlivesAKill(String moment) throws Exception {
        kill(moment);
    }

    /** So does {@link #sippDiesWithTheHarness()}. */
    @Tag("long")
    @Test
    void norDoesAnythingOutliveOneAmongCalls() throws Exception {
        kill("FILL");
    }

    private void kill(String moment) throws Exception {
        // The one kind that takes elements which serve: KilledInMidFaultIT has the others.
        kind = "drain";
        start();
        RunFolder run = HarnessProcess.awaitEvent(folder, moment);

        harness.destroyForcibly().waitFor();

        await().atMost(10, SECONDS).until(() -> elements(run).isEmpty());
        assertThat(Ringdown.run(List.of("heal", run.path().toString()))).isEqualTo(Exit.PASS);
        assertThat(Ringdown.run(List.of("check", run.path().toString()))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Test
    void sippDiesWithTheHarness() throws Exception {
        assumeTrue(
                Doctor.program("sipp").isPresent() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")),
                "no sipp on the PATH: " + Doctor.SIPP_REMEDY);
        driver = "driver: sipp, ";
        start();
        RunFolder run = HarnessProcess.awaitEvent(folder, "FILL");
        await().atMost(10, SECONDS).until(() -> !sipp(run).isEmpty());

        harness.destroyForcibly().waitFor();

        await().atMost(10, SECONDS)
                .until(() -> sipp(run).isEmpty() && elements(run).isEmpty());
        assertThat(Ringdown.run(List.of("heal", run.path().toString()))).isEqualTo(Exit.PASS);
        assertThat(Ringdown.run(List.of("check", run.path().toString()))).isEqualTo(Exit.INCONCLUSIVE);
    }

    private static List<ProcessHandle> sipp(RunFolder run) {
        String scenarios = run.sipp().toAbsolutePath().toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.startsWith(scenarios)))
                .toList();
    }

    @Test
    void anInterruptedRunHealsAndReports() throws Exception {
        start();
        RunFolder run = HarnessProcess.awaitEvent(folder, "\"type\":\"fault\"");

        harness.destroy();
        // Whoever is impatient changes nothing.
        harness.destroy();

        assertThat(harness.waitFor()).isEqualTo(Exit.INTERRUPTED);
        assertThat(elements(run)).isEmpty();
        assertThat(run.report()).exists();
        assertThat(Files.readString(run.events())).contains("INTERRUPTED");
    }

    private void start() throws Exception {
        Path plan = ShortPlan.toBeKilled("machines-per-rack: 1, depth: transactions", kind)
                .write(folder, NETWORK);
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {" + driver));
        harness = HarnessProcess.start(folder, plan);
    }

    /** Processes that were started with this run's configuration; a dead one that nobody has waited for has no arguments. */
    private static List<ProcessHandle> elements(RunFolder run) {
        String configuration =
                run.elements().resolve("cluster.properties").toAbsolutePath().toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains(configuration))
                .toList();
    }
}
