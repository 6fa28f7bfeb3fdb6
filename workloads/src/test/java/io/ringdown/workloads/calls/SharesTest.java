package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.CallRole;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
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
