package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.UdpLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves a real socket when every datagram is lost (RFC 3261 section 17.1), however late the machine lets it run. */
class RetransmissionTest {
    private static final long T1 = 20_000_000;
    private static final List<Long> TIMER_A = List.of(0L, 1L, 3L, 7L, 15L, 31L, 63L);
    private static final List<Long> TIMER_E = List.of(0L, 1L, 3L, 7L, 15L, 23L, 31L, 39L, 47L, 55L, 63L);

    private final RunClock clock = RunClock.startingNow();
    private final Map<String, List<Long>> arrivals = new ConcurrentHashMap<>();

    @Test
    void silenceIsAnsweredBySendingAgainAndThenByATimeout(@TempDir Path folder) throws IOException {
        var workload =
                new Workload(Duration.ofNanos(T1), List.of(Phase.P4), 1, 100, 0, 0, Duration.ZERO, Duration.ZERO);
        var run = new RecordedCalls(folder.resolve("run"), clock, workload);
        var ended = new AtomicInteger();
        try (var callee = new AnsweringCallee(20);
                run;
                var loop = new UdpLoop(new InetSocketAddress("127.0.0.1", 0), clock::nanos)) {
            callee.drops = request -> arrivals.computeIfAbsent(request.method(), method -> new CopyOnWriteArrayList<>())
                    .add(clock.nanos());
            var settings = new GeneratorSettings(callee.address(), loop.local(), workload, "");
            var agent = new UserAgent(settings, loop, run.recorder(), clock, "run");
            loop.at(
                    0,
                    () -> List.of(Intent.SETUP, Intent.INFO).forEach(intent -> {
                        Dialog dialog = agent.newDialog();
                        agent.record(new Call(dialog.call, dialog.callId, CallRole.POPULATION, Phase.P4, false, -1));
                        Attempt attempt = Attempt.first(dialog, intent, clock.nanos());
                        attempt.ended = over -> ended.incrementAndGet();
                        agent.send(attempt);
                    }));
            loop.start(agent::received);
            await().until(() -> ended.get() == 2 || loop.failure() != null);
            assertThat(loop.failure()).isNull();
        }
        run.read();

        assertSent(TIMER_A, run.operations.get(0), arrivals.get("INVITE"));
        assertSent(TIMER_E, run.operations.get(1), arrivals.get("INFO"));
    }

    /** That none leaves early, and all leave before the timeout, fits no other schedule. */
    private static void assertSent(List<Long> schedule, Operation op, List<Long> arrivals) {
        assertThat(arrivals).hasSameSizeAs(schedule);
        for (int i = 0; i < schedule.size(); i++) {
            assertThat(arrivals.get(i) - op.sent()).as("send %s", i).isGreaterThanOrEqualTo(schedule.get(i) * T1);
        }
        assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(op.status()).isZero();
        assertThat(op.retransmissions()).isEqualTo(schedule.size() - 1);
        assertThat(op.end() - op.sent()).isGreaterThanOrEqualTo(64 * T1);
    }
}
