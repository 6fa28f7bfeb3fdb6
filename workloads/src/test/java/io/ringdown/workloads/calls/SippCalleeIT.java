package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator against SIPp's own callee: an error that generator and test callee had in common would show here. */
class SippCalleeIT {
    private static final int CALLS = 30;
    /** What {@code -sn uas} knows: set-up and release. It answers neither INFO nor re-INVITE, and holds nothing. */
    private static final List<Phase> PHASES = List.of(Phase.P0, Phase.P3, Phase.P6);

    private static final Workload WORKLOAD = new Workload(
            Duration.ofMillis(50), PHASES, CALLS, 200, 50, 0, Duration.ofMillis(500), Duration.ofSeconds(1));

    @TempDir
    private Path folder;

    @Test
    void sippAndTheGeneratorAgreeOnEveryCall() throws IOException, InterruptedException {
        int port = freePort();
        Process sipp = start(sipp(), port);
        try {
            await().until(() -> listens(port) || !sipp.isAlive());
            assertThat(sipp.isAlive())
                    .as(Files.readString(folder.resolve("output")))
                    .isTrue();
            RecordedCalls run = call(new InetSocketAddress("127.0.0.1", port));

            assertThat(run.operations).allSatisfy(op -> {
                assertThat(op.outcome()).isEqualTo(Outcome.OK);
                assertThat(op.status()).isEqualTo(200);
                assertThat(op.attempt()).isEqualTo(AttemptKind.FIRST);
            });
            assertThat(run.incidents).isEmpty();
            assertThat(run.calls.values().stream().filter(call -> call.role() == CallRole.POPULATION))
                    .hasSize(PHASES.size() * CALLS);
            for (Intent intent : List.of(Intent.SETUP, Intent.RELEASE)) {
                assertThat(run.operations.stream().filter(op -> op.intent() == intent))
                        .hasSize(run.calls.size());
            }
            assertThat(run.of(Phase.P3).stream().filter(op -> op.intent() == Intent.SETUP))
                    .as("ACKs held over the strike")
                    .allSatisfy(op -> assertThat(op.acked() - op.end()).isGreaterThan(100_000_000));
            assertSippSawTheSame(run.calls.size());
        } finally {
            // With open calls SIPp obeys nothing less.
            sipp.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private RecordedCalls call(InetSocketAddress service) throws IOException {
        var clock = RunClock.startingNow();
        var run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        var settings = new GeneratorSettings(service, new InetSocketAddress("127.0.0.1", 0), WORKLOAD, "");
        try (run;
                var generator = new Generator(settings, run.recorder(), clock)) {
            generator.start(clock.nanos() + Generator.timeToFill(WORKLOAD) + 500_000_000, 1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> generator.openCalls() == 0 || generator.failure() != null);
            generator.stopProbing();
            await().until(() -> generator.openProbes() == 0 || generator.failure() != null);
            assertThat(generator.failure()).isNull();
            assertThat(generator.selfChecks().malformed()).isZero();
        }
        return run.read();
    }

    /** SIPp's exit status tells nothing; what it counted does. A call ends there 4 s after its BYE. */
    private void assertSippSawTheSame(int calls) throws IOException {
        await().atMost(Duration.ofSeconds(20)).until(() -> counted("SuccessfulCall(C)") >= calls);
        assertThat(counted("SuccessfulCall(C)")).isEqualTo(calls);
        assertThat(counted("TotalCallCreated")).isEqualTo(calls);
        assertThat(counted("FailedCall(C)")).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path errors : files.filter(file -> file.toString().endsWith("_errors.log"))
                    .toList()) {
                assertThat(errors).isEmptyFile();
            }
        }
    }

    private long counted(String column) throws IOException {
        List<String> rows = Files.readAllLines(folder.resolve("stat.csv"));
        if (rows.size() < 2) {
            return -1;
        }
        int at = Arrays.asList(rows.get(0).split(";")).indexOf(column);
        String[] last = rows.get(rows.size() - 1).split(";");
        return at < last.length ? Long.parseLong(last[at]) : -1;
    }

    private Process start(Path sipp, int port) throws IOException {
        var command = new ArrayList<>(List.of(sipp.toString(), "-sn", "uas", "-nostdin", "-i", "127.0.0.1"));
        command.addAll(List.of("-p", "" + port, "-ci", "127.0.0.1", "-cp", "" + freePort()));
        command.addAll(List.of("-buff_size", "4000000", "-trace_err", "-trace_stat", "-stf", "stat.csv", "-fd", "1"));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private static Path sipp() {
        for (String directory : System.getenv("PATH").split(":")) {
            Path sipp = Path.of(directory, "sipp");
            if (Files.isExecutable(sipp)) {
                return sipp;
            }
        }
        if ("1".equals(System.getenv("RINGDOWN_REQUIRE_REAL"))) {
            throw new AssertionError("RINGDOWN_REQUIRE_REAL=1, but there is no sipp on the PATH");
        }
        return abort("no sipp on the PATH (Debian: apt-get install sip-tester)");
    }

    private static int freePort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }

    /** Asked of the kernel: a datagram to try it would be SIPp's first error. */
    private static boolean listens(int port) throws IOException {
        String address = String.format(" 0100007F:%04X ", port);
        return Files.readAllLines(Path.of("/proc/net/udp")).stream().anyMatch(line -> line.contains(address));
    }
}
