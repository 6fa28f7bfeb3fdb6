package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.cluster.Cluster;
import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.run.Relaying.Defect;
import io.ringdown.judge.Judge;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.Provenance;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Callee;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import io.ringdown.workloads.calls.GeneratorSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A trial of calls that are relayed, by the real generator and the real callee, with somebody between them who makes every call succeed for its caller. */
@Execution(ExecutionMode.CONCURRENT)
class CapacitySearchTest {
    private static final int SESSIONS = 5;

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();

    /** One that rests at once, and is whole before its first trial only. */
    private static final class NoElements implements Cluster {
        private int asked;

        @Override
        public void awaitReturn(Collection<String> names, Pause between, Consumer<String> serving) throws IOException {
            if (asked++ > 0) {
                throw new IOException("one trial is enough");
            }
        }

        @Override
        public Optional<OwnerSnapshot> owners(String purpose, RunClock clock) {
            return Optional.of(new OwnerSnapshot(purpose, 0, 0, Map.of("e", List.of()), Map.of(), List.of()));
        }

        @Override
        public void up() {
            // it has no elements
        }

        @Override
        public void stop() {
            // it has none
        }

        @Override
        public List<String> keepLogs() {
            return List.of();
        }

        @Override
        public List<Quotas.Reading> quotas() {
            return List.of();
        }

        @Override
        public Map<String, Double> loads() {
            return Map.of();
        }

        @Override
        public List<RunEvent.ClusterEvent> events(List<String> silent, RunClock now) {
            return List.of();
        }
    }

    /** On a machine that is busy with other things a trial tells nothing, and is made again. */
    @ParameterizedTest
    @EnumSource
    void aTrialSucceedsOnlyIfItDidForTheCalleeAsWell(Defect defect) throws Exception {
        TrialResult trial = trial(defect, 0);
        for (int attempt = 1; attempt < 5 && trial.outcome() == Outcome.UNCLEAR; attempt++) {
            trial = trial(defect, attempt);
        }

        assertThat(trial.outcome())
                .as(trial.why())
                .isEqualTo(defect == Defect.NONE ? Outcome.SUCCEEDED : Outcome.FAILED);
        assertThat(trial.failed()).isEqualTo(defect == Defect.NONE ? 0 : SESSIONS);
        String words = switch (defect) {
            case NONE -> "every session succeeded";
            case SECOND_LEG, SECOND_INVITE, SECOND_BYE -> "reached it with more than was sent";
            case ANSWERS_ITSELF -> "never reached the callee";
            case KEEPS_ACKS -> "without an ACK";
            case KEEPS_BYES -> "without a BYE";
        };
        assertThat(trial.why()).contains(words);
    }

    private TrialResult trial(Defect defect, int attempt) throws Exception {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var timers = new Workload(Duration.ofMillis(50), List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO);
        var tally = new CalleesTally();
        RunFolder run = RunFolder.create(folder.resolve("run" + attempt));
        try (var callee = new io.ringdown.workloads.calls.Callee(here, List.of(), List.of(), timers, "", tally, clock);
                var between = new Relaying(callee.address(), defect)) {
            callee.start();
            Workload workload = timers.to(new Callee(text(callee.address()), 0, null));
            search(run, plan(workload), between, callee, tally);
        }
        return Judge.judge(RecordedRun.read(run)).capacity().trials().get(0);
    }

    private void search(
            RunFolder run,
            ResolvedPlan plan,
            Relaying between,
            io.ringdown.workloads.calls.Callee callee,
            CalleesTally tally)
            throws Exception {
        InetSocketAddress service = between.address();
        var topology = new Topology("relaying", text(service), "", List.of());
        var provenance = new Provenance(Provenance.FORMAT, "", clock.originEpochMicros(), "", "", 1, List.of());
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var settings = new GeneratorSettings(service, here, plan.workload(), "");
        var nobody = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);
        try (var recorder = new RunRecorder(run, clock, provenance, plan, topology)) {
            new CapacitySearch(
                            plan,
                            topology,
                            Driving.byGenerators(settings, recorder, clock),
                            recorder,
                            clock,
                            new NoElements(),
                            nobody,
                            between::awaitMessage,
                            List::of,
                            callee,
                            tally)
                    .run();
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static ResolvedPlan plan(Workload workload) {
        var capacity = new Capacity(
                CallType.INVITE_BYE,
                SESSIONS,
                SESSIONS,
                Duration.ZERO,
                Duration.ofMillis(100),
                Duration.ZERO,
                Duration.ofMillis(100),
                null);
        return new ResolvedPlan(
                "search",
                "",
                1,
                Map.of(),
                workload,
                List.of(),
                new Criteria(Demand.NONE, null, List.of(), 0.01),
                capacity);
    }
}
