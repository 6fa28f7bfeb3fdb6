package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.AddressCheck;
import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The example of a cluster of other makers, each machine of it a host behind a real {@code sshd}. */
@ResourceLock(ExampleElsewhere.STORE)
class OwnClusterElsewhereIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Path runs;
    private Path example;
    private Sshd sshd;
    private Path inventory;
    private Process harness;

    @BeforeEach
    void hosts() throws Exception {
        new KamailioIT().needsKamailioAndRedis();
        runs = Files.createDirectory(folder.resolve("kept"));
        sshd = Sshd.start(folder, ExampleElsewhere.HOSTS.toArray(String[]::new));
        inventory = sshd.inventory(folder.resolve("there"), "60s");
        example = Files.createDirectory(folder.resolve("example"));
        copyExample();
    }

    private void copyExample() throws IOException {
        ExampleElsewhere.copy(example, machine -> List.of());
        Path topology = example.resolve("shared.yaml");
        Files.writeString(topology, ExampleElsewhere.withLogs(Files.readString(topology)));
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
    void itReadsAsItDoesOnThisMachine() throws Exception {
        var patient = new PatientRuns(runs);
        // A phase of 150 ms wants a strike that is on time by milliseconds, which is not what is shown here.
        String plan = Files.readString(example.resolve("plan.yaml")).replace("P4, P4F, P6", "P4, P6");
        Path shared = Files.writeString(
                example.resolve("plan.yaml"),
                plan.replaceAll("(?s)  # Whoever.*", "")
                        + "  shared:\n    cluster: {topology: shared.yaml}\n    expect: AL3\n");

        Verdict verdict = patient.run(shared, "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        Path elements = patient.last().elements();
        assertThat(elements.resolve("redis.log"))
                .as("stopped by its own command")
                .content()
                .contains("User requested shutdown");
        assertThat(elements.resolve("redis.logs"))
                .as("printed there")
                .content()
                .startsWith("redis in " + folder.resolve("there"));
        await().atMost(10, SECONDS).until(() -> left().isEmpty());
        assertThat(folder.resolve("there/runs")).isEmptyDirectory();
    }

    /** The proxy that lives on, and the store, run here; who is struck is a host. */
    @Tag("long")
    @Test
    void itReadsTheSameWhereSomeMachinesAreThisOne() throws Exception {
        Path topology = example.resolve("shared.yaml");
        String mixed = Files.readString(topology)
                .replaceAll("        host: 127\\.153\\.(1\\.2|2\\.1)\n        folder: .*\n", "");
        assertThat(mixed.split("host: ")).hasSize(3);
        Files.writeString(topology, mixed);

        Verdict verdict = new PatientRuns(runs).run(plan("machine: m1, kind: crash"), "--hosts", inventory.toString());

        assertThat(verdict.conclusion()).as(verdict.reasons().toString()).isEqualTo(Conclusion.PASS);
        await().atMost(10, SECONDS).until(() -> left().isEmpty());
        assertThat(folder.resolve("there/runs")).isEmptyDirectory();
    }

    @Tag("long")
    @Tag("beside")
    @Test
    void aKilledHarnessLeavesNothingOnTheHostsOnceTheirLeasesHaveEnded() throws Exception {
        sshd.inventory(folder.resolve("there"), "8s");
        Path plan = plan("machine: m1, kind: silent");
        harness = HarnessProcess.start(runs, plan, "--hosts", inventory.toString());
        HarnessProcess.awaitEvent(runs, "\"type\":\"fault\"");
        assertThat(left())
                .anyMatch(line -> line.contains("kamailio"))
                .anyMatch(line -> line.contains(ExampleElsewhere.STORE));

        harness.destroyForcibly().waitFor();

        await().atMost(60, SECONDS).until(() -> left().isEmpty());
        String run = RunFolders.below(runs).get(0).path().toString();
        assertThat(Ringdown.run(List.of("heal", run))).isEqualTo(Exit.PASS);
        assertThat(folder.resolve("there/runs")).isEmptyDirectory();
        assertThat(Ringdown.run(List.of("check", run))).isEqualTo(Exit.INCONCLUSIVE);
    }

    @Tag("beside")
    @Test
    void anElementThatCannotBeStartedCostsALineThatNamesItsHost() throws Exception {
        Path topology = example.resolve("shared.yaml");
        Files.writeString(
                topology,
                Files.readString(topology)
                        .replaceFirst("(?s)(name: p2.*?)start: \\[kamailio, ", "$1start: [no-kamailio, "));

        harness = HarnessProcess.start(runs, plan("machine: m1, kind: crash"), "--hosts", inventory.toString());

        assertThat(harness.waitFor()).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(HarnessProcess.said(runs))
                .content()
                .containsPattern("failed +127\\.153\\.2\\.1 \\(.*\\): cannot start p2: no program no-kamailio\n")
                .doesNotContain("\tat ");
        await().atMost(10, SECONDS).until(() -> left().isEmpty());
        assertThat(folder.resolve("there/runs")).isEmptyDirectory();
    }

    @Tag("beside")
    @Test
    void thePlanTellsWhereEverythingWouldRun() throws Exception {
        Path plan = plan("machine: m1, kind: crash");
        harness = HarnessProcess.foretell(runs, plan, "--hosts", inventory.toString());

        assertThat(harness.waitFor()).isEqualTo(Exit.PASS);
        assertThat(HarnessProcess.said(runs))
                .content()
                .containsPattern("m3: 127\\.153\\.2\\.1 \\(.*\\), in " + example)
                .contains("-Y RUN/elements/p2 ")
                .contains("LIST=\"" + example + "/proxies.list\"");
    }

    private Path plan(String fault) throws IOException {
        return Files.writeString(example.resolve("short.yaml"), """
                name: elsewhere
                cluster: {topology: shared.yaml}
                workload: {t1: 150ms, phases: [P4], calls-per-phase: 100, fill-rate: 300, set-up-probes: 150, detection-probes: 250, baseline: 3s, tail: 20s}
                faults:
                  - {%s}
                require: AL3
                bound: 10%%
                """.formatted(fault));
    }

    /** Processes that work on the hosts, agents, what keeps for them, and elements; and the address of the store, which shows no arguments. */
    private List<String> left() {
        String there = folder.resolve("there").toString();
        Stream<String> processes = ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.contains(there)))
                .map(process -> process.info().commandLine().orElse("?"));
        return Stream.concat(
                        processes,
                        AddressCheck.problems(List.of(new Wanted(Transport.TCP, ExampleElsewhere.STORE))).stream())
                .toList();
    }
}
