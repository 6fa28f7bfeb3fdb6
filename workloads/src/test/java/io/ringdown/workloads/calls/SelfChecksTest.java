package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.AnsweringCallee.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A generator that is not to be believed says so. */
class SelfChecksTest {
    private static final long LATE = 2_000_000_000L;
    /** T1 in milliseconds: time enough for a busy machine to answer everything. */
    private static final int PATIENT = 150;

    private static final Workload WORKLOAD = new Workload(
            Duration.ofMillis(PATIENT), List.of(Phase.P4), 20, 200, 50, 0, Duration.ZERO, Duration.ofSeconds(1));

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();

    private Generator generator(AnsweringCallee callee, RecordedCalls run) throws IOException {
        var local = new InetSocketAddress("127.0.0.1", 0);
        return new Generator(
                new GeneratorSettings(callee.address(), local, WORKLOAD, "X-Ringdown-Node"), run.recorder(), clock);
    }

    @Test
    void whoCallsTooLateIsSaturatedAndItsLatenciesCountFromWhenItShouldHaveCalled() throws IOException {
        var run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        long begun;
        try (var callee = new AnsweringCallee(PATIENT);
                run;
                var generator = generator(callee, run)) {
            begun = clock.nanos();
            generator.start(begun - LATE, 1);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> generator.openCalls() == 0 || generator.failure() != null);
            assertThat(generator.failure()).isNull();
            assertThat(generator.selfChecks().saturated()).isTrue();
            assertThat(generator.selfChecks().latenessMaxNanos()).isGreaterThan(LATE);
            assertThat(generator.selfChecks().strikeLatenessMaxNanos()).isGreaterThan(LATE - 500_000_000L);
        }
        run.read();

        assertThat(run.of(Phase.P4).stream().filter(op -> op.intent() == Intent.SETUP))
                .hasSize(20)
                .allSatisfy(op -> {
                    assertThat(op.outcome()).isEqualTo(Outcome.OK);
                    assertThat(op.intended()).isLessThan(begun - LATE);
                    assertThat(op.sent()).isGreaterThanOrEqualTo(begun);
                });
        assertThat(longestMicros(run, Intent.SETUP)).isGreaterThan(LATE / 1_000);
    }

    private static long longestMicros(RecordedCalls run, Intent intent) throws IOException {
        long longest = 0;
        try (var reader = new HistogramLogReader(run.folder().latencies().toFile())) {
            for (EncodableHistogram next; (next = reader.nextIntervalHistogram()) != null; ) {
                if (intent.name().equals(next.getTag())) {
                    longest = Math.max(longest, ((Histogram) next).getMaxValue());
                }
            }
        }
        return longest;
    }

    @Test
    void garbageIsCountedAndCostsNoCall() throws IOException {
        var run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        try (var callee = new AnsweringCallee(PATIENT);
                run;
                var generator = generator(callee, run)) {
            callee.rewrites = (request, response) -> List.of(
                    "\0\1\2",
                    response.replace("SIP/2.0 ", "SIP/2.0 x"),
                    response.replace("CSeq: ", "CSeq: y"),
                    response.substring(0, response.length() / 2),
                    response);
            generator.start(clock.nanos() + Generator.timeToFill(WORKLOAD) + 300_000_000, 1);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> generator.openCalls() == 0 || generator.failure() != null);
            assertThat(generator.failure()).isNull();
            assertThat(generator.selfChecks().malformed()).isGreaterThanOrEqualTo(4 * 2 * 20);
        }
        run.read();

        assertThat(run.operations).allSatisfy(op -> assertThat(op.outcome()).isEqualTo(Outcome.OK));
        assertThat(run.incidents).isEmpty();
    }

    @Test
    void requestsOfStrangersAreAnsweredAndNoIncident() throws IOException {
        var run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        try (var callee = new AnsweringCallee(PATIENT);
                run;
                var generator = generator(callee, run)) {
            generator.start(clock.nanos() + Generator.timeToFill(WORKLOAD) + 300_000_000, 1);
            await().until(() -> !callee.received("INVITE").isEmpty());
            Request invite = callee.received("INVITE").get(0);
            for (String method : List.of("BYE", "INFO", "INVITE")) {
                callee.datagram(stranger(method, callee.address()).getBytes(ISO_8859_1), invite.from());
            }
            // The refusal of the INVITE comes again until its ACK, which never does.
            await().until(() -> callee.received("SIP/2.0").stream()
                            .map(answer -> answer.header("CSeq"))
                            .distinct()
                            .count()
                    == 3);
            assertThat(callee.received("SIP/2.0"))
                    .extracting(answer -> answer.text().substring(8, 9))
                    .containsOnly("4");
            assertThat(generator.failure()).isNull();
        }
        assertThat(run.read().incidents).isEmpty();
    }

    private static String stranger(String method, InetSocketAddress from) {
        return method + " sip:caller@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + from.getPort()
                + ";branch=z9hG4bKstranger" + method + "\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\n"
                + "Call-ID: stranger\r\nCSeq: 1 " + method + "\r\nContent-Length: 0\r\n\r\n";
    }
}
