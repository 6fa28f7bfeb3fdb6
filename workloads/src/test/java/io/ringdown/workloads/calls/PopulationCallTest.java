package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.Receiver;
import io.ringdown.workloads.sip.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of a population from their first request to their last, against the callee, in a time of their own: no machine is late. */
class PopulationCallTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long ON_THE_WAY = 100_000;
    private static final int CALLS = 40;
    private static final Workload WORKLOAD = new Workload(
            Duration.ofMillis(500),
            List.of(Phase.P0, Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6),
            CALLS,
            400,
            0,
            0,
            Duration.ZERO,
            Duration.ZERO);

    @TempDir
    private Path folder;

    private ManualWire time;
    private final long strike = Generator.timeToFill(WORKLOAD) + SECOND;
    private RecordedCalls run;

    /** One side of a network that needs a tenth of a millisecond and loses nothing. */
    private final class Side implements Wire {
        private final InetSocketAddress local;
        private Receiver other;

        Side(int port) {
            local = new InetSocketAddress("127.0.0.1", port);
        }

        @Override
        public long nanos() {
            return time.nanos();
        }

        @Override
        public Timer at(long instant, Runnable task) {
            return time.at(instant, task);
        }

        @Override
        public void send(byte[] data, InetSocketAddress to) {
            at(nanos() + ON_THE_WAY, () -> other.received(data, data.length, local));
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }
    }

    @BeforeEach
    void callEverybody() throws IOException {
        callEverybody("run", new Room(CALLS));
    }

    private void callEverybody(String name, Room fresh) throws IOException {
        time = new ManualWire();
        var clock = new RunClock(0, 0);
        var callers = new Side(5070);
        var callees = new Side(5060);
        var settings = new GeneratorSettings(callees.local, callers.local, WORKLOAD, "");
        run = new RecordedCalls(folder.resolve(name), clock, WORKLOAD);
        var caller = new UserAgent(settings, callers, run.recorder(), clock, "run");
        var numbers = new AtomicInteger();
        var answering = new UserAgent(
                settings, callees, CallRecorder.NOBODY, clock, "callee", numbers::getAndIncrement, "callee");
        callers.other = new CalledAgent(answering, clock, CallRecorder.NOBODY, "callee", numbers);
        callees.other = caller;
        List<Script> scripts = new Population(settings).scripts(strike, new Random(1));
        var open = new AtomicInteger(scripts.size());
        scripts.forEach(script -> new PopulationCall(caller, script, fresh, open::decrementAndGet).begin());
        time.advanceTo(strike + 60 * SECOND);
        assertThat(open).hasValue(0);
        caller.close();
        run.close();
        run.read();
    }

    @Test
    void everyPhaseHoldsItsCallsAtTheStrike() {
        for (Phase phase : List.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P5, Phase.P6)) {
            assertThat(run.inPhase(phase, strike)).as("calls in " + phase).isEqualTo(CALLS);
        }
        assertThat(run.of(Phase.P4F))
                .filteredOn(op -> op.intent() == Intent.INFO
                        && op.intended() > strike - SECOND / 2
                        && op.intended() < strike + SECOND / 30)
                .hasSize(CALLS + 12);
        assertThat(run.inPhase(Phase.P4F, strike)).isGreaterThanOrEqualTo(CALLS);
    }

    @Test
    void eachCallEndsWell() {
        assertThat(run.operations).allSatisfy(op -> {
            assertThat(op.outcome()).isEqualTo(Outcome.OK);
            assertThat(op.attempt()).isEqualTo(AttemptKind.FIRST);
        });
        assertThat(run.incidents).isEmpty();
        assertThat(run.operations)
                .filteredOn(op -> op.intent() == Intent.RELEASE)
                .hasSameSizeAs(run.calls.values());
        assertThat(run.operations)
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .allSatisfy(op -> assertThat(op.setups()).isOne());
    }

    @Test
    void holdsEndAsTheCriteriaSay() {
        assertThat(run.operations)
                .filteredOn(op -> op.holdFinal() != Operation.NONE)
                .isNotEmpty()
                .allSatisfy(op -> {
                    assertThat(op.holdFinal()).isBetween(strike + SECOND, op.sent() + 20 * SECOND);
                    // The header counts in milliseconds.
                    assertThat(op.end()).isGreaterThan(op.holdFinal() - 2_000_000);
                });
    }

    /** Of 480 ms, in which an answer is on its way for 0.2 ms, nothing is left out; where there is no room, everything is. */
    @Test
    void whatTheClusterIsBehindWithIsNotAskedBeforeTheStrike() throws IOException {
        callEverybody("without room", new Room(0));
        assertThat(run.inPhase(Phase.P4F, strike)).isZero();
        assertThat(run.of(Phase.P4F))
                .filteredOn(op -> op.intent() == Intent.INFO)
                .hasSize(CALLS + 12)
                .allSatisfy(op -> assertThat(op.intended()).isGreaterThan(strike + 2 * SECOND));
    }

    @Test
    void halfOfTheIdleCallsAreProbed() {
        Map<Integer, Long> infos = run.of(Phase.P4).stream()
                .filter(op -> op.intent() == Intent.INFO && op.sent() > strike)
                .collect(Collectors.groupingBy(Operation::call, Collectors.counting()));
        List<Call> idle = run.calls.values().stream()
                .filter(call -> call.phase() == Phase.P4)
                .toList();
        assertThat(idle)
                .filteredOn(Call::probed)
                .hasSize(idle.size() / 2)
                .allSatisfy(call -> assertThat(infos.get(call.number())).isBetween(1L, 3L));
        assertThat(idle)
                .filteredOn(call -> !call.probed())
                .allSatisfy(call -> assertThat(infos).doesNotContainKey(call.number()));
    }

    @Test
    void countersAreContinuous() {
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
    }
}
