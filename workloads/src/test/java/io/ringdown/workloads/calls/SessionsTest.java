package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.Arrivals;
import io.ringdown.record.CallRole;
import io.ringdown.record.Caller;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of a trial, and short calls by their arrivals, against a real callee over real sockets. */
class SessionsTest {
    private static final int FIRST = 700;
    private static final long HOLD = 120_000_000;
    private static final Duration THRESHOLD = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private AnsweringCallee callee;

    @BeforeEach
    void answer() throws IOException {
        callee = new AnsweringCallee(50);
    }

    @AfterEach
    void hangUp() {
        callee.close();
    }

    private static Workload workload(Arrivals arrivals) {
        return new Workload(
                Duration.ofMillis(50),
                List.of(),
                1,
                1,
                100,
                0,
                Duration.ofMillis(100),
                Duration.ZERO,
                arrivals,
                Caller.PLAIN,
                null);
    }

    private GeneratorSettings settings(Workload workload) {
        return new GeneratorSettings(
                callee.address(), new InetSocketAddress("127.0.0.1", 0), workload, "X-Ringdown-Node");
    }

    private RecordedCalls offer(int sessions, Arrivals arrivals, Duration hold) throws IOException {
        Workload workload = workload(arrivals);
        var run = new RecordedCalls(folder.resolve("run"), clock, workload);
        try (var generator = new Generator(settings(workload), run.recorder(), clock)) {
            generator.offer(sessions, arrivals, hold, THRESHOLD, FIRST);
            await().atMost(Duration.ofSeconds(20)).until(() -> generator.endedSessions() == sessions);
        }
        run.close();
        return run.read();
    }

    @Test
    void asManyAsAreAskedForAreSetUpHeldAndReleased() throws IOException {
        RecordedCalls run = offer(20, new Arrivals.Constant(200), Duration.ofNanos(HOLD));

        assertThat(run.calls.keySet()).hasSize(20).contains(FIRST, FIRST + 19);
        assertThat(run.calls.values())
                .allSatisfy(call -> assertThat(call.role()).isEqualTo(CallRole.SESSION));
        assertThat(run.operations)
                .hasSize(40)
                .allSatisfy(op -> assertThat(op.outcome()).isEqualTo(Outcome.OK));
        for (int call : run.calls.keySet()) {
            assertThat(intended(run, call, Intent.RELEASE) - end(run, call)).isBetween(HOLD, HOLD + 50_000_000);
        }
        // Open loop: the instants are the process's, to the nanosecond.
        for (int i = 1; i < 20; i++) {
            assertThat(intended(run, FIRST + i, Intent.SETUP) - intended(run, FIRST, Intent.SETUP))
                    .isEqualTo(i * 5_000_000L);
        }
    }

    private static Operation of(RecordedCalls run, int call, Intent intent) {
        return run.operations.stream()
                .filter(op -> op.call() == call && op.intent() == intent)
                .findFirst()
                .orElseThrow();
    }

    private static long intended(RecordedCalls run, int call, Intent intent) {
        return of(run, call, intent).intended();
    }

    private static long end(RecordedCalls run, int call) {
        return of(run, call, Intent.SETUP).end();
    }

    @Test
    void aSessionThatIsRefusedEndsAndIsNotTriedAgain() throws IOException {
        callee.refuses = request -> request.method().equals("INVITE") ? 503 : 0;

        RecordedCalls run = offer(5, new Arrivals.Burst(5, Duration.ofSeconds(1)), Duration.ZERO);

        assertThat(run.operations)
                .hasSize(5)
                .allSatisfy(op -> assertThat(op.status()).isEqualTo(503));
    }

    /** Longer than a user's patience, which ends after 400 ms here: who may take so long is waited for. */
    @Test
    void aSessionIsNotGivenUpBeforeItsThreshold() throws IOException {
        long answers = clock.nanos() + 700_000_000;
        callee.rewrites = (request, response) -> List.of(
                request.method().equals("INVITE") && clock.nanos() < answers
                        ? response.replaceFirst(" 200 ", " 180 ")
                        : response);

        RecordedCalls run = offer(1, new Arrivals.Constant(100), Duration.ZERO);

        assertThat(run.operations).extracting(Operation::intent).containsExactly(Intent.SETUP, Intent.RELEASE);
        assertThat(run.operations).allSatisfy(op -> assertThat(op.outcome()).isEqualTo(Outcome.OK));
    }

    @Test
    void aSessionThatNobodyAnswersEndsWithTimerB() throws IOException {
        callee.drops = request -> true;

        RecordedCalls run = offer(2, new Arrivals.Constant(100), Duration.ZERO);

        assertThat(run.operations).hasSize(2).allSatisfy(op -> {
            assertThat(op.status()).isZero();
            assertThat(op.retransmissions()).isEqualTo(6);
        });
    }

    @Test
    void setUpProbesComeAsTheyArrive() throws IOException {
        Workload workload = workload(new Arrivals.Burst(7, Duration.ofMillis(50)));
        var run = new RecordedCalls(folder.resolve("run"), clock, workload);
        try (var generator = new Generator(settings(workload), run.recorder(), clock)) {
            generator.start(clock.nanos() + 1_000_000_000L, 1);
            await().atMost(Duration.ofSeconds(20)).until(() -> generator.setUpSuccesses() >= 21);
            generator.stopProbing();
            await().atMost(Duration.ofSeconds(20)).until(() -> generator.openProbes() == 0);
        }
        run.close();
        run.read();

        List<Long> instants = run.operations.stream()
                .filter(op -> op.intent() == Intent.SETUP)
                .map(Operation::intended)
                .sorted()
                .toList();
        assertThat(instants.get(6)).isEqualTo(instants.get(0));
        assertThat(instants.get(7) - instants.get(6)).isEqualTo(50_000_000);
        assertThat(instants.get(14) - instants.get(13)).isEqualTo(50_000_000);
        assertThat(run.calls.values())
                .allSatisfy(call -> assertThat(call.phase()).isEqualTo(Phase.NONE));
    }
}
