package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator's set-ups, ACKs and BYEs as an independent SIP implementation takes them: SIPp's own UAS scenario. */
class SippIT {
    private static final Workload WORKLOAD = new Workload(
            Duration.ofMillis(500), List.of(Phase.P4), 1, 100, 200, 0, Duration.ofMillis(500), Duration.ofSeconds(1));

    @TempDir
    Path folder;

    private Process sipp;
    private InetSocketAddress address;

    @BeforeEach
    void answer() throws IOException {
        boolean required = "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL"));
        boolean present = Files.isExecutable(Path.of("/usr/bin/sipp"));
        assertThat(present || !required).as("sipp is required here").isTrue();
        assumeTrue(present, "no /usr/bin/sipp: apt-get install sip-tester");
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            address = (InetSocketAddress) free.getLocalSocketAddress();
        }
        sipp = new ProcessBuilder(
                        "/usr/bin/sipp",
                        "-sn",
                        "uas",
                        "-nostdin",
                        "-i",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(address.getPort()),
                        "-ci",
                        "127.0.0.1",
                        "-cp",
                        Integer.toString(address.getPort() + 1 > 65_535 ? 20_000 : address.getPort() + 1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sipp.out").toFile())
                .start();
        await().atMost(Duration.ofSeconds(10)).until(this::listens);
    }

    /** Whether the port is taken. */
    private boolean listens() throws IOException {
        try (var probe = new DatagramSocket(null)) {
            probe.bind(address);
            return false;
        } catch (java.net.BindException e) {
            return true;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (sipp != null) {
            sipp.destroyForcibly();
            sipp.waitFor(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void sippAcceptsAndReleasesEveryCall() throws IOException {
        var clock = RunClock.startingNow();
        var run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        var settings = new GeneratorSettings(address, new InetSocketAddress("127.0.0.1", 0), WORKLOAD, "");
        try (run;
                var generator = new Generator(settings, run.recorder(), clock)) {
            generator.start(clock.nanos() + Generator.timeToFill(WORKLOAD), 1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> generator.setUpSuccesses() >= 400 || generator.failure() != null);
            generator.stopProbing();
            await().atMost(Duration.ofSeconds(20)).until(() -> generator.openProbes() == 0);
            assertThat(generator.failure()).isNull();
            assertThat(generator.setUpFailures()).isZero();
            assertThat(generator.selfChecks().malformed()).isZero();
        }

        List<Operation> probes = run.read().operations.stream()
                .filter(op -> run.calls.get(op.call()).role() == CallRole.SETUP_PROBE)
                .toList();
        assertThat(probes)
                .filteredOn(op -> op.outcome() != Outcome.OK || op.attempt() != AttemptKind.FIRST)
                .isEmpty();
        assertThat(probes)
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .hasSizeGreaterThanOrEqualTo(400)
                .allMatch(op -> op.ringing() != Operation.NONE && op.acked() != Operation.NONE);
        assertThat(probes).filteredOn(op -> op.intent() == Intent.RELEASE).hasSizeGreaterThanOrEqualTo(400);
        assertThat(run.incidents).isEmpty();
        assertThat(sipp.isAlive()).isTrue();
    }
}
