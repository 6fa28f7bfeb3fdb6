package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.run.Redirecting.Defect;
import io.ringdown.judge.Judge;
import io.ringdown.judge.TrialTally;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Arrivals;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Phase;
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
import io.ringdown.record.Trial;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A null run, and a trial, by the real generator and the real callee, against a cluster that redirects every request outside a dialog to an element of its. */
class RedirectingClusterIT {
    private static final int CALLS = 12;
    private static final int SESSIONS = 50;
    private static final int RATE = 10;
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();

    private static Workload workload() {
        return new Workload(
                Duration.ofMillis(100),
                List.of(Phase.P2, Phase.P4, Phase.P5),
                CALLS,
                100,
                20,
                20,
                Duration.ofMillis(200),
                Duration.ZERO);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static Topology topology(Redirecting dispatcher) {
        return new Topology("redirecting", text(dispatcher.address()), "", List.of());
    }

    private Provenance provenance() {
        return new Provenance(Provenance.FORMAT, "", clock.originEpochMicros(), "", "", 1, List.of());
    }

    private static GeneratorSettings settings(Redirecting dispatcher, InetSocketAddress element, Workload workload) {
        return new GeneratorSettings(dispatcher.address(), HERE, workload, "").with(List.of(element));
    }

    private Verdict judged(Defect defect) throws IOException {
        RunFolder run = RunFolder.create(folder.resolve("run"));
        var at = new InetSocketAddress(HERE.getAddress(), freePort());
        try (var dispatcher = new Redirecting(at, defect)) {
            Workload workload = workload().to(new Callee(text(at), 0, null));
            var plan = new ResolvedPlan(
                    "redirected",
                    "",
                    1,
                    Map.of(),
                    workload,
                    List.of(),
                    new Criteria(Demand.NONE, null, workload.phases(), 0.01));
            try (var recorder = new RunRecorder(run, clock, provenance(), plan, topology(dispatcher))) {
                call(recorder, dispatcher, at, workload);
            }
            assertThat(dispatcher.strangers()).as("what left the cluster").isZero();
        }
        RunRecorder.seal(run);
        return Judge.judge(RecordedRun.read(run));
    }

    private static int freePort() throws IOException {
        try (var socket = new DatagramSocket(HERE)) {
            return socket.getLocalPort();
        }
    }

    private void call(RunRecorder recorder, Redirecting dispatcher, InetSocketAddress at, Workload workload)
            throws IOException {
        try (var callee = new io.ringdown.workloads.calls.Callee(
                        at, List.of(), List.of(), workload, "", recorder.farSide(), clock);
                var generator = new Generator(settings(dispatcher, at, workload), recorder, clock)) {
            callee.start();
            long strike = clock.nanos() + Generator.timeToFill(workload) + 500_000_000;
            generator.start(strike, 1);
            recorder.event(new RunEvent.Strike(strike));
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> generator.failure() != null || generator.openCalls() == 0);
            generator.stopProbing();
            await().atMost(Duration.ofSeconds(60)).until(() -> generator.openProbes() == 0);
            assertThat(generator.failure()).isNull();
            recorder.selfChecks(generator.selfChecks());
        }
        recorder.event(new RunEvent.Healed(clock.nanos(), true, ""));
        recorder.event(new RunEvent.Ended(clock.nanos(), RunEvent.Ending.COMPLETED, ""));
    }

    private static long count(Verdict verdict, Fate fate) {
        return verdict.matrix().stream().mapToLong(row -> row.fates().of(fate)).sum();
    }

    /** On a busy machine some of them are late, or nobody can tell; none of them is anything worse that they are not. */
    @ParameterizedTest
    @EnumSource(names = {"NONE", "ACCEPTS"})
    void isTransparentUnlessItDoesMoreThanThat(Defect defect) throws Exception {
        assertReadsAsItIs(defect);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"NONE", "ACCEPTS"})
    void isFoundOutWhereverElseItLeads(Defect defect) throws Exception {
        assertReadsAsItIs(defect);
    }

    private void assertReadsAsItIs(Defect defect) throws IOException {
        Verdict verdict = judged(defect);

        boolean follows = defect == Defect.NONE;
        boolean twice = defect == Defect.FORWARDS || defect == Defect.ACCEPTS;
        String what = defect + ": " + verdict.reasons() + verdict.notes();
        assertThat(count(verdict, Fate.LOST)).as(what).isZero();
        if (follows) {
            assertThat(count(verdict, Fate.GHOST) + count(verdict, Fate.REPEATED) + count(verdict, Fate.FAILED))
                    .as(what)
                    .isZero();
            assertThat(count(verdict, Fate.TRANSPARENT)).as(what).isGreaterThan(CALLS);
            assertThat(verdict.metrics().ratios())
                    .filteredOn(ratio -> ratio.metric().equals("SER"))
                    .allSatisfy(ratio -> assertThat(ratio.numerator()).isEqualTo(ratio.denominator()));
        } else {
            assertThat(count(verdict, twice ? Fate.GHOST : Fate.FAILED))
                    .as(what)
                    .isGreaterThanOrEqualTo(3 * CALLS);
            assertThat(count(verdict, Fate.TRANSPARENT)).as(what).isZero();
        }
        if (!follows && !twice) {
            assertThat(verdict.notes())
                    .anyMatch(
                            note -> note.matches("Nobody could go on with .*: 302 to .* not followed: sip:answer@.*"));
        }
    }

    /** One that is redirected is a session as any other; one that is led nowhere has failed. */
    @Tag("long")
    @ParameterizedTest
    @EnumSource(names = {"NONE", "LEADS_BACK"})
    void itsSessionsSucceedUnlessTheyAreLedNowhere(Defect defect) throws Exception {
        var capacity = new Capacity(
                CallType.INVITE_BYE,
                SESSIONS,
                RATE,
                Duration.ZERO,
                Duration.ofMillis(500),
                Duration.ZERO,
                Duration.ofMillis(100),
                null);
        TrialResult result = null;
        // On a machine that is busy with other things a trial tells nothing, and is made again.
        for (int attempt = 0; attempt < 5 && (result == null || result.outcome() == Outcome.UNCLEAR); attempt++) {
            result = trial(defect, capacity, attempt);
        }
        assertThat(result.outcome())
                .as(result.why())
                .isEqualTo(defect == Defect.NONE ? Outcome.SUCCEEDED : Outcome.FAILED);
        assertThat(result.failed()).isEqualTo(defect == Defect.NONE ? 0 : SESSIONS);
    }

    private TrialResult trial(Defect defect, Capacity capacity, int attempt) throws IOException {
        RunFolder run = RunFolder.create(folder.resolve("trial" + attempt));
        Workload workload = new Workload(Duration.ofMillis(500), List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO);
        var at = new InetSocketAddress(HERE.getAddress(), freePort());
        var plan = new ResolvedPlan(
                "search",
                "",
                1,
                Map.of(),
                workload,
                List.of(),
                new Criteria(Demand.NONE, null, List.of(), 0.01),
                capacity);
        var tally = new TrialTally(capacity, 0, SESSIONS);
        try (var dispatcher = new Redirecting(at, defect);
                var callee = new io.ringdown.workloads.calls.Callee(
                        at, List.of(), List.of(), workload, "", CallRecorder.NOBODY, clock);
                var recorder = new RunRecorder(run, clock, provenance(), plan, topology(dispatcher))) {
            callee.start();
            recorder.watch(tally);
            var generator = new Generator(settings(dispatcher, at, workload), recorder, clock);
            try (generator) {
                generator.offer(SESSIONS, new Arrivals.Constant(RATE), Duration.ZERO, capacity.threshold(), 0);
                await().atMost(Duration.ofSeconds(60)).until(() -> generator.endedSessions() == SESSIONS);
            }
            return tally.result(
                    new Trial(
                            1,
                            false,
                            RATE,
                            SESSIONS,
                            0,
                            SESSIONS,
                            0,
                            1,
                            generator.selfChecks(),
                            0,
                            null,
                            null,
                            0,
                            List.of()),
                    workload);
        }
    }
}
