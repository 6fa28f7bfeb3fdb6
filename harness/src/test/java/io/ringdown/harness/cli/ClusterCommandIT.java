package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cluster up} with real elements. */
@Tag("beside")
class ClusterCommandIT {
    @TempDir
    private Path folder;

    private Process command;

    @AfterEach
    void end() {
        if (command != null) {
            command.destroyForcibly();
        }
        Ringdown.run(List.of("cluster", "down", "--dir", cluster().toString()));
    }

    @Test
    void anInterruptedStartLeavesNothing() throws Exception {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"), "name: small\ncluster: {network: 7, machines-per-rack: 1}\n");
        command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dringdown.home=" + System.getProperty("ringdown.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ringdown.class.getName(),
                        "cluster",
                        "up",
                        plan.toString(),
                        "--dir",
                        cluster().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("command.txt").toFile())
                .start();
        Path ledger = cluster().resolve("ledger.jsonl");
        await().atMost(60, SECONDS)
                .until(() -> Files.exists(ledger) && Files.readString(ledger).contains("\"undo\":\"kill\""));

        command.destroy();

        assertThat(command.waitFor()).isEqualTo(Exit.INTERRUPTED);
        assertThat(open(ledger)).isZero();
    }

    @Test
    void aFolderWhereNothingWasStartedIsReplacedAndTheClusterCanBeStopped() throws Exception {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"), "name: small\ncluster: {network: 7, arrangement: single}\n");
        List<String> up =
                List.of("cluster", "up", plan.toString(), "--dir", cluster().toString());
        assertThat(Ringdown.run(up)).isZero();
        assertThat(Ringdown.run(List.of("cluster", "down", "--dir", cluster().toString())))
                .isZero();
        Files.delete(cluster().resolve("ledger.jsonl"));

        assertThat(Ringdown.run(up)).isZero();
        assertThat(open(cluster().resolve("ledger.jsonl"))).isOne();
    }

    @Test
    void anUnknownArrangementIsRefusedBeforeAnythingIsStarted() {
        assertThat(Ringdown.run(List.of(
                        "cluster",
                        "up",
                        "--arrangement",
                        "mms",
                        "--dir",
                        cluster().toString())))
                .isEqualTo(Exit.USAGE);
        assertThat(Ringdown.run(List.of(
                        "cluster",
                        "up",
                        "no-fault",
                        "--arrangement",
                        "mss",
                        "--dir",
                        cluster().toString())))
                .isEqualTo(Exit.USAGE);
        assertThat(cluster()).doesNotExist();
    }

    @Test
    void elementsAreDrainedRestartedAndAdded() throws Exception {
        Path plan = Files.writeString(
                folder.resolve("plan.yaml"), "name: small\ncluster: {network: 7, machines-per-rack: 1, spares: 2}\n");
        assertThat(cluster("up", plan.toString())).isZero();
        int started = open(cluster().resolve("ledger.jsonl"));

        assertThat(cluster("drain", "r1m1")).isZero();
        assertThat(cluster("status")).isEqualTo(Exit.FAIL);
        assertThat(cluster("drain", "r2m1-engine")).as("nobody else is left").isEqualTo(Exit.FAIL);
        assertThat(cluster("undrain", "r1m1")).isZero();
        assertThat(cluster("restart", "r2m1")).isZero();
        assertThat(cluster("add", "r1m2-engine")).isZero();
        assertThat(cluster("add", "r1m2", "r2m2")).as("a partition").isZero();
        assertThat(cluster("status")).isZero();
        assertThat(open(cluster().resolve("ledger.jsonl"))).isEqualTo(started + 4);

        killed("r2m1-engine");
        assertThat(cluster("status")).isEqualTo(Exit.FAIL);
        assertThat(cluster("add", "r2m1")).as("it died").isZero();
        assertThat(cluster("status")).isZero();
        assertThat(open(cluster().resolve("ledger.jsonl"))).isEqualTo(started + 4);

        assertThat(cluster("add", "r1m2")).as("it runs already").isEqualTo(Exit.USAGE);
        assertThat(cluster("drain", "r1m1-replica")).as("it serves no calls").isEqualTo(Exit.USAGE);
        assertThat(cluster("restart", "r1m3")).isEqualTo(Exit.USAGE);
    }

    private void killed(String element) throws IOException {
        ProcessIdentity process;
        try (Ledger ledger = Ledger.open(cluster().resolve("ledger.jsonl"))) {
            process = ledger.open().values().stream()
                    .filter(undo -> undo.element().equals(element))
                    .map(undo -> ((Undo.Kill) undo).process())
                    .findFirst()
                    .orElseThrow();
        }
        LinuxProcesses.kill(process);
        await().until(() -> LinuxProcesses.observe(element, process).state() == Observation.State.GONE);
    }

    private int cluster(String... arguments) {
        var all = new ArrayList<>(List.of("cluster"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", cluster().toString()));
        return Ringdown.run(all);
    }

    private Path cluster() {
        return folder.resolve("cluster");
    }

    private static int open(Path ledger) throws IOException {
        try (Ledger left = Ledger.open(ledger)) {
            return left.open().size();
        }
    }
}
