package io.ringdown.workloads.calls;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.SelfChecks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole run against a callee that answers as it should, judged by what was recorded. */
class GeneratorTest {
    private static final int CALLS = 40;
    private static final Workload WORKLOAD = new Workload(
            Duration.ofMillis(50),
            List.of(Phase.P0, Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6),
            CALLS,
            300,
            50,
            100,
            Duration.ofMillis(500),
            Duration.ofSeconds(1));

    private static RecordedCalls run;
    private static Callee callee;
    private static long strike;
    private static SelfChecks checks;

    @BeforeAll
    static void runOnce(@TempDir Path folder) throws IOException {
        var clock = RunClock.startingNow();
        run = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        callee = new Callee(50_000_000);
        try (var answering = callee;
                var recording = run;
                var generator = new Generator(settings(answering), recording.recorder(), clock)) {
            strike = clock.nanos() + Generator.timeToFill(WORKLOAD) + MILLISECONDS.toNanos(300);
            generator.start(strike, 1);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> clock.nanos() > strike && generator.openCalls() == 0 || generator.failure() != null);
            generator.stopProbing();
            await().until(() -> generator.openProbes() == 0 || generator.failure() != null);
            assertThat(generator.failure()).isNull();
            checks = generator.selfChecks();
        }
        run.read();
    }

    private static GeneratorSettings settings(Callee callee) {
        return new GeneratorSettings(
                callee.address(), new InetSocketAddress("127.0.0.1", 0), WORKLOAD, "X-Ringdown-Node");
    }

    @ParameterizedTest
    @EnumSource(names = {"P1", "P2", "P3", "P4", "P5", "P6"})
    void holdsEveryCallInItsPhaseAtTheStrike(Phase phase) {
        assertThat(run.inPhase(phase, strike)).isEqualTo(CALLS);
    }

    @Test
    void keepsFreshCallsFresh() {
        // Their INFOs end 4 ms before the strike at this T1: a busy machine may acknowledge the last of them after it.
        assertThat(run.inPhase(Phase.P4F, strike)).isGreaterThanOrEqualTo(CALLS * 3 / 4);
        assertThat(run.of(Phase.P4F).stream()
                        .filter(op -> op.intent() == Intent.INFO && op.intended() < strike)
                        .toList())
                .hasSize(CALLS)
                .allSatisfy(op -> assertThat(strike - op.intended()).isBetween(1_000_000L, 50_000_000L));
    }

    @Test
    void sendsSetUpsIntoTheGap() {
        assertThat(run.of(Phase.P0).stream().filter(op -> op.intent() == Intent.SETUP))
                .hasSize(CALLS)
                .allSatisfy(op -> assertThat(op.intended() - strike).isBetween(-2_000_000L, 100_000_000L));
    }

    @Test
    void everythingSucceedsAtTheFirstAttempt() {
        assertThat(run.operations.stream().filter(op -> role(op) != CallRole.DETECTION_PROBE))
                .hasSizeGreaterThan(2 * 8 * CALLS)
                .allSatisfy(op -> {
                    assertThat(op.outcome()).isEqualTo(Outcome.OK);
                    assertThat(op.status()).isEqualTo(200);
                    assertThat(op.attempt()).isEqualTo(AttemptKind.FIRST);
                    assertThat(op.node()).isEqualTo(Callee.NODE);
                });
        assertThat(run.incidents).isEmpty();
    }

    @Test
    void releasesEveryCallOnce() {
        for (Call call : run.calls.values()) {
            if (call.role() != CallRole.DETECTION_PROBE) {
                assertThat(run.operations.stream()
                                .filter(op -> op.call() == call.number() && op.intent() == Intent.RELEASE))
                        .hasSize(1);
            }
        }
    }

    @Test
    void probesHalfOfTheIdleCalls() {
        List<Call> idle = run.calls.values().stream()
                .filter(call -> call.role() == CallRole.POPULATION && call.phase() == Phase.P4)
                .toList();
        assertThat(idle).hasSize(CALLS);
        assertThat(idle.stream().filter(Call::probed)).hasSize(CALLS / 2);
        for (Call call : idle) {
            long before = infos(call, op -> op.intended() < strike);
            long after = infos(call, op -> op.intended() > strike);
            if (call.probed()) {
                assertThat(before).isOne();
                assertThat(after).isGreaterThanOrEqualTo(2);
            } else {
                assertThat(before + after).isZero();
            }
        }
    }

    private static long infos(Call call, java.util.function.Predicate<Operation> when) {
        return run.operations.stream()
                .filter(op -> op.call() == call.number() && op.intent() == Intent.INFO)
                .filter(when)
                .count();
    }

    @Test
    void countersRiseByOneAnInfo() {
        for (Call call : run.calls.values()) {
            List<Long> counters = run.operations.stream()
                    .filter(op -> op.call() == call.number() && op.intent() == Intent.INFO)
                    .sorted(java.util.Comparator.comparingInt(Operation::cseq))
                    .map(Operation::counter)
                    .toList();
            for (int i = 0; i < counters.size(); i++) {
                assertThat(counters.get(i)).isEqualTo(i + 1);
            }
        }
        assertThat(run.operations.stream().filter(op -> op.intent() == Intent.SETUP))
                .allSatisfy(op -> assertThat(op.setups()).isOne());
    }

    @Test
    void holdsNeverEndEarlyNorLastLong() {
        assertThat(run.operations.stream().filter(op -> op.holdFinal() != Operation.NONE))
                .hasSize(4 * CALLS)
                // The header counts in whole milliseconds.
                .allSatisfy(op -> assertThat(op.end()).isGreaterThan(op.holdFinal() - 2_000_000))
                .allSatisfy(op -> assertThat(op.holdFinal() - strike).isBetween(200_000_000L, 600_000_000L));
        assertThat(run.of(Phase.P3).stream().filter(op -> op.intent() == Intent.SETUP))
                .allSatisfy(op -> assertThat(op.acked() - strike).isGreaterThanOrEqualTo(200_000_000L));
    }

    @Test
    void setUpProbesAreIntendedAtAnEvenRate() {
        List<Long> intended = run.operations.stream()
                .filter(op -> role(op) == CallRole.SETUP_PROBE && op.intent() == Intent.SETUP)
                .map(Operation::intended)
                .sorted()
                .toList();
        for (int i = 1; i < intended.size(); i++) {
            assertThat(intended.get(i) - intended.get(i - 1)).isEqualTo(20_000_000);
        }
    }

    @Test
    void detectionProbesGoOnceEachAroundTheStrike() {
        List<Operation> probes = run.operations.stream()
                .filter(op -> role(op) == CallRole.DETECTION_PROBE)
                .toList();
        assertThat(probes).hasSizeGreaterThan(100).allSatisfy(op -> {
            assertThat(op.intended()).isGreaterThanOrEqualTo(strike - 1_000_000_000);
            assertThat(op.retransmissions()).isZero();
        });
        assertThat(callee.of("OPTIONS").stream().map(CalleeRequest::callId).distinct())
                .hasSizeGreaterThan(100);
    }

    @Test
    void everyInstantFollowsTheOneBefore() {
        assertThat(run.operations).allSatisfy(op -> {
            assertThat(op.sent()).isGreaterThanOrEqualTo(op.intended());
            if (op.outcome() == Outcome.OK) {
                assertThat(op.end()).isGreaterThanOrEqualTo(op.sent());
            }
            if (op.acked() != Operation.NONE) {
                assertThat(op.acked()).isGreaterThanOrEqualTo(op.end());
            }
        });
    }

    @Test
    void vouchesForItself() {
        assertThat(checks.malformed()).isZero();
        assertThat(checks.sendErrors()).isZero();
        assertThat(checks.kernelDrops()).isZero();
    }

    @Test
    void aGeneratorThatBeginsTooLateSaysSo(@TempDir Path folder) throws IOException {
        var clock = RunClock.startingNow();
        var late = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        long begun;
        try (var other = new Callee(50_000_000);
                late;
                var generator = new Generator(settings(other), late.recorder(), clock)) {
            begun = clock.nanos();
            generator.start(begun + MILLISECONDS.toNanos(100), 1);
            await().until(() ->
                    generator.setUpSuccesses() > 5 && other.of("INVITE").size() > 300);
            assertThat(generator.selfChecks().saturated()).isTrue();
            assertThat(generator.selfChecks().latenessMaxNanos()).isGreaterThan(500_000_000);
        }
        assertThat(late.read().operations.stream()
                        .filter(op -> op.intent() == Intent.SETUP && op.intended() < begun - 500_000_000)
                        .findFirst())
                .hasValueSatisfying(op -> assertThat(op.sent() - op.intended()).isGreaterThan(500_000_000));
    }

    private static CallRole role(Operation op) {
        return run.calls.get(op.call()).role();
    }
}
