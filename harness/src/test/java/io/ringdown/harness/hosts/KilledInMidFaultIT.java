package io.ringdown.harness.hosts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.LinuxNetwork;
import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fault is in force when the harness is killed: processes, rules and queues are soon as they were before. */
class KilledInMidFaultIT {
    @TempDir
    private Path folder;

    private Process harness;

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "DRAIN")
    void nothingOutlivesTheHarness(Kind kind) throws Exception {
        String refusal = kind.ofNetwork() ? new LinuxNetwork().refusal(kind) : "";
        if (kind.exhausts() && !System.getProperty("user.name").equals("root")) {
            refusal = "machines of this host are given what is theirs by root alone";
        }
        boolean must = "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")) && !refusal.contains("netem");
        assumeTrue(refusal.isEmpty() || must, refusal);
        List<String> before = state();
        strike(kind);

        harness.destroyForcibly().waitFor();

        await().atMost(10, SECONDS).untilAsserted(() -> assertThat(state()).isEqualTo(before));
        assertThat(heal().complete()).isTrue();
    }

    /** Its keeper dies with it: then whoever heals by the ledger has all to do. */
    @Test
    void whatTheKeeperCannotUndoHealingDoes() throws Exception {
        String refusal = new LinuxNetwork().refusal(Kind.ISOLATE);
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);
        List<String> before = state();
        strike(Kind.ISOLATE);
        assertThat(state()).isNotEqualTo(before);

        harness.children().forEach(child -> {
            if (child.info().commandLine().orElse("").contains(Keeper.class.getName())) {
                child.destroyForcibly();
            }
        });
        harness.destroyForcibly().waitFor();

        assertThat(heal().complete()).isTrue();
        await().untilAsserted(() -> assertThat(state()).isEqualTo(before));
    }

    private void strike(Kind kind) throws IOException {
        Files.createDirectories(folder.resolve("elements"));
        Path said = folder.resolve("said.txt");
        harness = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MidFault.class.getName(),
                        folder.toString(),
                        kind.name())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        await().atMost(30, SECONDS).until(() -> Files.readString(said).contains("struck ") || !harness.isAlive());
        assertThat(Files.readString(said)).contains("struck ");
    }

    private Healer.Report heal() throws IOException {
        return Healer.heal(folder.resolve("ledger.jsonl"));
    }

    /** Processes of this folder's elements, rules, queues: those of nobody else's. */
    private List<String> state() throws Exception {
        var state = new ArrayList<String>();
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .matches(".*(sleep " + MidFault.SECONDS + "|kill -0 .*done|dd if=/dev/zero bs=\\d+ count=1)"))
                .forEach(process -> state.add("process " + process.pid()));
        said("iptables-save", "-t", "filter")
                .lines()
                .filter(line -> line.contains("RINGDOWN-"))
                .forEach(state::add);
        state.add(said("tc", "qdisc", "show", "dev", "lo", "root"));
        Files.readString(Path.of("/proc/self/mounts"))
                .lines()
                .filter(line -> line.contains(folder.toString()))
                .forEach(state::add);
        for (Optional<ControlGroups> groups : List.of(ControlGroups.find(), ControlGroups.findMemory())) {
            if (groups.isPresent()) {
                try (Stream<Path> all = Files.list(groups.get().place("any").getParent())) {
                    all.filter(group -> group.getFileName().toString().matches("ringdown-\\w+-a"))
                            .forEach(group -> state.add(group.toString()));
                }
            }
        }
        return state;
    }

    private static String said(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException e) {
            return "";
        }
    }
}
