package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
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
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The generator against a real callee over real sockets, at a tenth of the RFC's T1. */
@Execution(ExecutionMode.CONCURRENT)
class GeneratorTest {
    private static final int T1_MILLIS = 50;
    private static final List<Phase> PHASES =
            List.of(Phase.P0, Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);

    @TempDir
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private AnsweringCallee callee;
    private RecordedCalls run;
    private long strike;

    @BeforeEach
    void answer() throws IOException {
        callee = new AnsweringCallee(T1_MILLIS);
    }

    @AfterEach
    void hangUp() {
        callee.close();
    }

    private static Workload workload(List<Phase> phases, int calls, int setUpProbes, int detectionProbes) {
        return new Workload(
                Duration.ofMillis(T1_MILLIS),
                phases,
                calls,
                400,
                setUpProbes,
                detectionProbes,
                Duration.ofMillis(500),
                Duration.ZERO);
    }

    private GeneratorSettings settings(Workload workload) {
        return new GeneratorSettings(
                callee.address(), new InetSocketAddress("127.0.0.1", 0), workload, "X-Ringdown-Node");
    }

    private interface Meanwhile {
        void happens(Generator generator) throws IOException;
    }

    /** Makes all calls, each to its end. */
    private void call(Workload workload, Meanwhile meanwhile) throws IOException {
        run = new RecordedCalls(folder.resolve("run"), clock, workload);
        try (var generator = new Generator(settings(workload), run.recorder(), clock)) {
            strike = clock.nanos() + Generator.timeToFill(workload) + 1_000_000_000;
            generator.start(strike, 1);
            meanwhile.happens(generator);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> generator.failure() != null || generator.openCalls() == 0);
            assertThat(generator.failure()).isNull();
            assertThat(generator.selfChecks().kernelDrops()).isLessThanOrEqualTo(0);
            assertThat(generator.selfChecks().sendErrors()).isZero();
        }
        run.close();
        run.read();
    }

    private void call(Workload workload) throws IOException {
        call(workload, generator -> {});
    }

    /** Which phase it is in at the strike is for {@link PopulationCallTest}: there is no busy machine in its time. */
    @Test
    void everyCallOfEveryPhaseIsMadeAndComesToItsEnd() throws IOException {
        int calls = 40;
        call(workload(PHASES, calls, 100, 1_000));
        for (Phase phase : PHASES) {
            assertThat(run.calls.values())
                    .filteredOn(call ->
                            call.role() == CallRole.POPULATION && call.phase() == phase && call.redialOf() == -1)
                    .as("calls for " + phase)
                    .hasSize(phase == Phase.P4F ? calls + 12 : calls);
        }
        assertThat(run.operations).allSatisfy(op -> assertThat(op.outcome()).isNotEqualTo(Outcome.INDETERMINATE));
        Set<String> callIds = new HashSet<>();
        callee.received("OPTIONS").forEach(options -> callIds.add(options.header("Call-ID")));
        assertThat(callIds).hasSameSizeAs(callee.received("OPTIONS")).hasSizeGreaterThan(1_000);
        assertThat(run.calls.values())
                .filteredOn(call -> call.role() == CallRole.DETECTION_PROBE)
                .hasSize(1);
    }

    private void countersAreContinuous() {
        run.operations.stream()
                .filter(op -> op.intent() == Intent.INFO || op.intent() == Intent.RELEASE)
                .collect(Collectors.groupingBy(Operation::call))
                .values()
                .forEach(operations -> {
                    long infos = 0;
                    for (Operation op : operations) {
                        infos += op.intent() == Intent.INFO ? 1 : 0;
                        assertThat(op.counter()).isEqualTo(infos);
                    }
                });
        assertThat(run.operations)
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .allSatisfy(op -> assertThat(op.setups()).isOne());
    }

    @Test
    void lostDatagramsAreRetransmittedAndCostNoCall() throws IOException {
        var random = new Random(2);
        callee.drops = request -> random.nextInt(8) == 0;
        callee.rewrites = (request, response) -> random.nextInt(8) == 0 ? List.of() : List.of(response);
        call(workload(List.of(Phase.P2, Phase.P3, Phase.P4, Phase.P5, Phase.P6), 20, 20, 0));

        assertThat(run.operations)
                .filteredOn(op -> op.attempt() != AttemptKind.FIRST || op.outcome() != Outcome.OK)
                .isEmpty();
        assertThat(run.operations).anyMatch(op -> op.retransmissions() > 0);
        assertThat(run.incidents).isEmpty();
        countersAreContinuous();
    }

    @Test
    void aSilentCalleeMakesEveryLatencyCountFromTheIntendedInstant() throws IOException {
        // Whoever is silent for 300 ms is 300 ms late for the first of them and less for each that comes after.
        long[] silence = new long[2];
        callee.drops = request -> clock.nanos() > silence[0] && clock.nanos() < silence[1];
        call(workload(List.of(Phase.P4), 2, 200, 0), generator -> {
            silence[0] = clock.nanos() + 300_000_000;
            silence[1] = silence[0] + 300_000_000;
        });

        List<Operation> struck = run.operations.stream()
                .filter(op -> op.intent() == Intent.SETUP && op.intended() > silence[0] && op.intended() < silence[1])
                .toList();
        // Open loop: the probes went out all the while, 5 ms apart.
        assertThat(struck).hasSizeGreaterThan(50);
        assertThat(struck).allSatisfy(op -> {
            assertThat(op.end()).isGreaterThan(silence[1]);
        });
    }

    @Test
    void aRefusedSetUpIsDialledAgainUnderANewCallId() throws IOException {
        Set<String> refused = ConcurrentHashMap.newKeySet();
        callee.refuses = request -> {
            boolean first = request.method().equals("INVITE") && refused.isEmpty();
            return first && refused.add(request.header("Call-ID")) ? 503 : 0;
        };
        call(workload(List.of(Phase.P4), 4, 0, 0));

        List<Operation> redials = run.operations.stream()
                .filter(op -> op.attempt() == AttemptKind.REDIAL)
                .toList();
        assertThat(redials).hasSize(1).allSatisfy(op -> {
            Call again = run.calls.get(op.call());
            Call first = run.calls.get(again.redialOf());
            assertThat(refused).contains(first.callId()).doesNotContain(again.callId());
            assertThat(op.outcome()).isEqualTo(Outcome.OK);
        });
        assertThat(run.operations)
                .filteredOn(op -> op.intent() == Intent.RELEASE)
                .hasSize(4);
    }

    @Test
    void aSetUpThatHangsAfterItsFirst1xxIsCancelledAndDialledAgain() throws IOException {
        callee.mute = true;
        call(workload(List.of(Phase.P4), 3, 0, 0), generator -> {
            await().until(() -> callee.received("CANCEL").size() >= 3);
            callee.mute = false;
        });

        assertThat(run.operations)
                .filteredOn(op -> op.intent() == Intent.SETUP && op.attempt() == AttemptKind.FIRST)
                .hasSize(3)
                .allSatisfy(op -> {
                    assertThat(op.status()).isEqualTo(487);
                    // 4 s at the RFC's T1 after its answer was due.
                    assertThat(op.end()).isGreaterThan(op.intended() + 400_000_000);
                });
        assertThat(run.operations)
                .filteredOn(op -> op.attempt() == AttemptKind.REDIAL && op.outcome() == Outcome.OK)
                .hasSize(3);
    }

    @Test
    void aByeOfTheCalleesIsRecordedAndEndsTheCall() throws IOException {
        call(workload(List.of(Phase.P4), 3, 0, 0), generator -> {
            await().until(() -> callee.received("ACK").size() >= 3);
            callee.hangUp(callee.received("INVITE").get(0));
        });
        assertThat(run.incidents).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.UNSCRIPTED_BYE);
            assertThat(run.operations)
                    .filteredOn(op -> op.call() == incident.call())
                    .noneSatisfy(op -> assertThat(op.intent()).isEqualTo(Intent.RELEASE));
        });
    }

    @Test
    void closingRecordsWhatIsOpenAsIndeterminate() throws IOException {
        callee.drops = request -> true;
        Workload workload = workload(List.of(Phase.P4), 3, 0, 0);
        run = new RecordedCalls(folder.resolve("run"), clock, workload);
        try (var generator = new Generator(settings(workload), run.recorder(), clock)) {
            generator.start(clock.nanos() + Generator.timeToFill(workload), 1);
            await().until(() -> generator.selfChecks().strikeLatenessMaxNanos() > 0);
        }
        run.close();
        assertThat(run.read().operations)
                .isNotEmpty()
                .allSatisfy(op -> assertThat(op.outcome()).isEqualTo(Outcome.INDETERMINATE));
    }

    @Test
    void theSameSeedGivesTheSameScripts() {
        var population = new Population(settings(workload(PHASES, 30, 0, 0)));
        assertThat(population.scripts(1_000_000_000_000L, new Random(7)))
                .isEqualTo(population.scripts(1_000_000_000_000L, new Random(7)))
                .isNotEqualTo(population.scripts(1_000_000_000_000L, new Random(8)));
    }

    @Test
    void aPopulationThatCouldNotBeHeldIsRefusedWithTheRateItNeeds() {
        Workload workload = workload(PHASES, 1_440, 0, 0);
        assertThatThrownBy(() -> new Population(settings(workload)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fill-rate must be at least 5455");
    }
}
