package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.TrialOrder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generators that share a workload make together the calls that one would, against a real callee over real sockets. */
class SharesTest {
    private static final int T1_MILLIS = 50;

    @TempDir
    Path folder;

    @Test
    void twoMakeTheCallsOfOne() throws Exception {
        var workload = new Workload(
                Duration.ofMillis(T1_MILLIS),
                List.of(Phase.P2, Phase.P4),
                21,
                400,
                50,
                100,
                Duration.ofMillis(500),
                Duration.ZERO);
        var clock = RunClock.startingNow();
        long begin = clock.nanos() + 200_000_000;
        long strike = begin + Generator.timeToFill(workload) + 200_000_000;
        try (var run = new RecordedCalls(folder.resolve("run"), clock, workload)) {
            call(run, workload, clock, begin, strike);
            run.recorder().flush();
            run.read();

            assertThat(run.calls.values())
                    .filteredOn(call -> call.role() == CallRole.POPULATION)
                    .hasSize(42)
                    .filteredOn(call -> call.number() % 2 == 0)
                    .hasSize(21);
            assertThat(run.operations)
                    .filteredOn(op -> run.calls.get(op.call()).role() == CallRole.DETECTION_PROBE)
                    .hasSizeGreaterThan(20)
                    .allMatch(op -> op.intentIndex() % 2 == op.call() % 2);
        }
    }

    /** Whatever the number of the trial's first call leaves when it is divided. */
    @Test
    void twoOfferTheSessionsOfOne() throws Exception {
        var workload = new Workload(Duration.ofMillis(T1_MILLIS), List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO);
        var clock = RunClock.startingNow();
        for (int first : new int[] {700, 1_701}) {
            try (var run = new RecordedCalls(folder.resolve("trial" + first), clock, workload)) {
                long begin = offer(run, workload, clock, first);
                run.recorder().flush();
                run.read();

                assertThat(run.calls.keySet()).hasSize(21).contains(first, first + 20);
                assertThat(run.operations).hasSize(42);
                assertThat(run.operations)
                        .filteredOn(op -> op.intent() == Intent.SETUP)
                        .hasSize(21)
                        .allSatisfy(
                                op -> assertThat(op.intended()).isEqualTo(begin + (op.call() - first) * 5_000_000L));
                assertThat(run.calls.values())
                        .filteredOn(call -> call.number() % 2 == 1)
                        .allMatch(call -> call.callId().contains("h1"));
            }
        }
    }

    private static long offer(RecordedCalls run, Workload workload, RunClock clock, int first) throws Exception {
        var capacity = new Capacity(
                CallType.INVITE_BYE, 21, 200, Duration.ZERO, Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO, null);
        try (var callee = new AnsweringCallee(T1_MILLIS);
                var even = generator(callee, workload, 0, run, clock);
                var odd = generator(callee, workload, 1, run, clock)) {
            long begin = clock.nanos() + 200_000_000;
            for (Generator each : List.of(even, odd)) {
                each.offer(new TrialOrder(3, capacity, 200, 21, first, 1), begin);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> even.endedSessions() + odd.endedSessions() == 21);
            assertThat(Math.min(even.offeredFrom(), odd.offeredFrom())).isEqualTo(begin);
            return begin;
        }
    }

    @Test
    void aShareOfVeryLittleMayBeNothing() {
        for (int from = 0; from < 9; from++) {
            for (int things = 0; things < 9; things++) {
                int all = 0;
                for (int index = 0; index < 4; index++) {
                    var share = new Share(index, 4);
                    all += share.count(from, things);
                    assertThat(share.has(share.first(from))).isTrue();
                    assertThat(share.first(from)).isBetween(from, from + 3);
                }
                assertThat(all).isEqualTo(things);
            }
        }
    }

    private static void call(RecordedCalls run, Workload workload, RunClock clock, long begin, long strike)
            throws Exception {
        try (var callee = new AnsweringCallee(T1_MILLIS);
                var even = generator(callee, workload, 0, run, clock);
                var odd = generator(callee, workload, 1, run, clock)) {
            even.start(strike, 1, begin);
            odd.start(strike, 1, begin);
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> even.openCalls() + odd.openCalls() == 0 && clock.nanos() > strike + 500_000_000L);
        }
    }

    private static Generator generator(
            AnsweringCallee callee, Workload workload, int index, RecordedCalls run, RunClock clock) throws Exception {
        return new Generator(
                new GeneratorSettings(
                        List.of(callee.address()),
                        List.of(new InetSocketAddress("127.0.0.1", 0)),
                        workload,
                        "X-Ringdown-Node",
                        null,
                        new Share(index, 2)),
                run.recorder(),
                clock);
    }
}
