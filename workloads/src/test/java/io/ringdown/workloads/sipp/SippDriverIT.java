package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.RecordedCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIPp as the driver, against SIPp as the callee: what is told of the calls is right where SIPp's exit status is not. */
class SippDriverIT {
    private static final long T1_MILLIS = 50;
    private static final int CALLS = 20;
    private static final int MOST = CALLS * 3 / 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private final RealSipp programs = new RealSipp();
    private InetSocketAddress service;
    private SippCallee callee;
    private final FarSideRecords farSide = new FarSideRecords();

    @BeforeEach
    void answer() throws IOException {
        RealSipp.need();
        service = RealSipp.freeAddress();
        callee = new SippCallee(
                RealSipp.PROGRAM, "callee", service, T1_MILLIS, folder.resolve("callee"), programs, farSide, clock);
        callee.start();
    }

    @AfterEach
    void stop() throws IOException {
        callee.close();
        programs.close();
    }

    private static Workload workload(List<Phase> phases, int probes, Sipp sipp) {
        return new Workload(
                        Duration.ofMillis(T1_MILLIS),
                        phases,
                        CALLS,
                        200,
                        probes,
                        0,
                        Duration.ZERO,
                        Duration.ofSeconds(1))
                .by(sipp);
    }

    private SippDriver driver(RecordedCalls run, Workload workload, InetSocketAddress to) throws IOException {
        return driver(run, workload, List.of(to));
    }

    private SippDriver driver(RecordedCalls run, Workload workload, List<InetSocketAddress> to) throws IOException {
        var settings = new SippSettings(
                RealSipp.PROGRAM, to, InetAddress.getByName("127.0.0.1"), workload, "", folder.resolve("sipp"));
        return new SippDriver(settings, programs, run.recorder(), clock);
    }

    private RecordedCalls recorded(Workload workload) throws IOException {
        return new RecordedCalls(folder.resolve("run"), clock, workload);
    }

    private long begin(SippDriver driver) throws IOException {
        long strike = clock.nanos() + driver.timeToFill() + 300_000_000;
        driver.start(strike, 1);
        return strike;
    }

    private static void awaitEnd(SippDriver driver) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> driver.openCalls() == 0 && driver.openProbes() == 0 || driver.failure() != null);
    }

    private record Struck(RecordedCalls run, long strike) {
        /** How many calls were in their phase, of the phase that had the fewest. */
        long fewest(List<Phase> phases) {
            return phases.stream()
                    .mapToLong(phase -> run.inPhase(phase, strike))
                    .min()
                    .orElseThrow();
        }
    }

    private Struck struck(List<Phase> phases, int attempt) throws IOException {
        Workload workload = workload(phases, 50, new Sipp(1));
        Path own = Files.createDirectories(folder.resolve("attempt" + attempt));
        var run = new RecordedCalls(own.resolve("run"), clock, workload);
        var settings = new SippSettings(
                RealSipp.PROGRAM,
                List.of(service),
                InetAddress.getByName("127.0.0.1"),
                workload,
                "",
                own.resolve("sipp"));
        long strike;
        try (run;
                var driver = new SippDriver(settings, programs, run.recorder(), clock)) {
            strike = begin(driver);
            await().atMost(Duration.ofSeconds(30)).until(() -> driver.openCalls() == 0 || driver.failure() != null);
            driver.stopProbing();
            awaitEnd(driver);
            assertThat(driver.failure()).isNull();
            assertThat(driver.setUpSuccesses()).isGreaterThan(50);
            assertThat(driver.selfChecks().kernelDrops()).isZero();
            assertThat(driver.selfChecks().malformed()).isZero();
            assertThat(driver.selfChecks().lostLines()).isZero();
        }
        run.read();
        return new Struck(run, strike);
    }

    /** What a busy machine delays past the strike shows nothing of the scripts: then it is tried again. */
    @Test
    void everyPhaseIsFullAtTheStrikeAndEveryCallSeenToItsEnd() throws IOException {
        List<Phase> phases = List.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
        Struck struck = struck(phases, 1);
        int calls = struck.run().calls.size();
        for (int attempt = 2; attempt <= 5 && struck.fewest(phases) < MOST; attempt++) {
            struck = struck(phases, attempt);
            calls += struck.run().calls.size();
        }
        assertThat(callee.selfChecks().lostLines()).isZero();
        callee.close();
        RecordedCalls run = struck.run();
        long strike = struck.strike();

        assertThat(run.operations).filteredOn(op -> op.outcome() != Outcome.OK).isEmpty();
        assertThat(run.incidents).isEmpty();
        assertThat(struck.fewest(phases)).isGreaterThanOrEqualTo(MOST);
        assertThat(run.of(Phase.P4F))
                .filteredOn(op -> op.intent() == Intent.INFO)
                .allMatch(op -> op.counter() > 0);
        assertThat(run.of(Phase.P3))
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .allMatch(op -> op.answersAgain() > 0 && op.acked() > strike);
        assertThat(run.of(Phase.P5))
                .filteredOn(op -> op.holdFinal() != Operation.NONE)
                .hasSize(CALLS)
                // SIPp begins to wait from when it last looked at the clock, which on a busy machine is some time ago.
                .allMatch(op -> op.end() >= op.holdFinal() - 50_000_000 && op.retransmissions() >= 0);
        assertThat(farSide.refused()).isEmpty();
        assertThat(farSide.incidents()).isEmpty();
        assertThat(farSide.accepted(Intent.RELEASE)).isEqualTo(farSide.accepted(Intent.SETUP));
        assertThat(farSide.calls()).hasSize(calls);
    }

    @Test
    void aPeerThatIsDeadFromTheStartFailsEveryCall() throws IOException {
        Workload workload = workload(List.of(Phase.P4), 20, new Sipp(2));
        RecordedCalls run = recorded(workload);
        try (run;
                SippDriver driver = driver(run, workload, RealSipp.freeAddress())) {
            begin(driver);
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> driver.setUpFailures() > 20 && driver.openCalls() == 0 || driver.failure() != null);
            assertThat(driver.failure()).isNull();
            assertThat(driver.setUpSuccesses()).isZero();
        }
        run.read();

        List<Operation> setUps = run.of(Phase.P4);
        assertThat(setUps).hasSizeGreaterThanOrEqualTo(2 * CALLS);
        assertThat(setUps)
                .filteredOn(op -> op.outcome() != Outcome.INDETERMINATE)
                .allSatisfy(op -> {
                    assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(op.status()).isZero();
                    assertThat(op.retransmissions()).isEqualTo(5);
                    assertThat(op.end() - op.sent()).isBetween(62 * T1_MILLIS * 1_000_000, 80 * T1_MILLIS * 1_000_000);
                });
        assertThat(run.calls.values()).filteredOn(call -> call.redialOf() >= 0).isNotEmpty();
    }

    @Test
    void aDialogWhosePeerFallsSilentGoesOnAtTheOtherAddress() throws IOException {
        Workload workload = workload(List.of(Phase.P4F), 0, new Sipp(1));
        RecordedCalls run = recorded(workload);
        try (var peer = new TwoAddresses();
                run;
                SippDriver driver = driver(run, workload, peer.addresses())) {
            begin(driver);
            awaitEnd(driver);
            assertThat(driver.failure()).isNull();
        }
        run.read();

        List<Operation> infos = run.of(Phase.P4F).stream()
                .filter(op -> op.intent() == Intent.INFO)
                .toList();
        assertThat(infos).filteredOn(op -> op.call() % 2 == 0).isNotEmpty().allMatch(op -> op.outcome() == Outcome.OK);
        assertThat(infos)
                .filteredOn(op -> op.call() % 2 == 1 && op.attempt() == AttemptKind.FIRST)
                .filteredOn(op -> op.outcome() != Outcome.OK)
                .isNotEmpty()
                .allMatch(op -> op.outcome() == Outcome.INDETERMINATE && op.retransmissions() == 4);
        assertThat(infos)
                .filteredOn(op -> op.attempt() == AttemptKind.REPEAT)
                .isNotEmpty()
                .allMatch(op -> op.outcome() == Outcome.OK);
        assertThat(run.of(Phase.P4F))
                .filteredOn(op -> op.intent() == Intent.RELEASE)
                .hasSizeGreaterThanOrEqualTo(CALLS)
                .allMatch(op -> op.outcome() == Outcome.OK);
    }

    @Test
    void whatIsNoResponseThoughSippTookItForOneIsTold() throws IOException {
        Workload workload = workload(List.of(Phase.P4), 20, new Sipp(1));
        RecordedCalls run = recorded(workload);
        try (var peer = new Nonsense();
                run;
                SippDriver driver = driver(run, workload, peer.address())) {
            begin(driver);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> driver.selfChecks().malformed() > 0 || driver.failure() != null);
            assertThat(driver.failure()).isNull();
            assertThat(driver.selfChecks().lostLines()).isZero();
        }
    }

    @Test
    void sippThatIsTerminatedWithCallsOpenIsNotBelieved() throws Exception {
        diesInMidRun(Process::destroy);
    }

    @Test
    void whatSippLoggedBeforeItWasKilledCounts() throws Exception {
        diesInMidRun(Process::destroyForcibly);
    }

    private void diesInMidRun(java.util.function.Consumer<Process> end) throws Exception {
        Workload workload = workload(List.of(Phase.P4), 0, new Sipp(1));
        RecordedCalls run = recorded(workload);
        try (run;
                SippDriver driver = driver(run, workload, service)) {
            begin(driver);
            // Before the first of them is released.
            await().atMost(Duration.ofSeconds(20)).until(() -> farSide.accepted(Intent.SETUP) == CALLS);
            end.accept(programs.process("P4"));
            await().atMost(Duration.ofSeconds(10)).until(() -> driver.failure() != null);
            assertThat(driver.failure()).hasMessageContaining("SIPp (P4) ended with " + CALLS + " of its calls open");
            assertThat(programs.process("P4").waitFor()).isNotNegative();
            assertThat(driver.selfChecks().lostLines()).isZero();
        }
        run.read();

        assertThat(run.of(Phase.P4))
                .filteredOn(op -> op.intent() == Intent.SETUP && op.outcome() == Outcome.OK)
                .hasSize(CALLS);
        assertThat(run.of(Phase.P4))
                .filteredOn(op -> op.intent() == Intent.RELEASE)
                .isEmpty();
    }

    @Test
    void aLoadThatSippCannotOfferIsSaturation() throws IOException {
        var sipp = new Sipp(1, standardCaller().toString(), 50_000, 1_000_000);
        Workload workload = workload(List.of(Phase.P4), 0, sipp);
        RecordedCalls run = recorded(workload);
        SippDriver driver = driver(run, workload, service);
        try (run;
                driver) {
            begin(driver);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> driver.selfChecks().saturated() || driver.failure() != null);
            assertThat(driver.failure()).isNull();
        }
        // Though what it has not made by now is due no more.
        assertThat(driver.selfChecks().saturated()).isTrue();
    }

    @Test
    void aScenarioOfTheUsersOwnIsJudgedByItsMessages() throws IOException {
        var sipp = new Sipp(2, standardCaller().toString(), 100, 50);
        Workload workload = workload(List.of(Phase.P4), 0, sipp);
        RecordedCalls run = recorded(workload);
        try (run;
                SippDriver driver = driver(run, workload, service)) {
            begin(driver);
            awaitEnd(driver);
            assertThat(driver.failure()).isNull();
            assertThat(driver.selfChecks().saturated()).isFalse();
        }
        run.read();

        assertThat(run.calls.values()).hasSize(50).allMatch(call -> call.role() == CallRole.POPULATION);
        assertThat(run.operations).hasSize(100).allMatch(op -> op.outcome() == Outcome.OK);
        assertThat(run.operations).filteredOn(op -> op.intent() == Intent.SETUP).allMatch(op -> op.acked() > op.end());
    }

    /** SIPp's own caller, as it prints it. */
    private Path standardCaller() throws IOException {
        Path file = folder.resolve("caller.xml");
        Process process = new ProcessBuilder(RealSipp.PROGRAM, "-sd", "uac")
                .redirectOutput(file.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return file;
    }

    @Test
    void aMistakeInAScenarioIsToldInSippsWords() throws IOException {
        Path caller = standardCaller();
        assertThat(ScenarioCheck.complaint(RealSipp.PROGRAM, caller)).isEmpty();

        Path bad = folder.resolve("bad.xml");
        Files.writeString(bad, Files.readString(caller).replaceFirst("<pause/>", "<pasue/>"));
        assertThat(ScenarioCheck.complaint(RealSipp.PROGRAM, bad))
                .hasValue("Unknown element 'pasue' in xml scenario file");

        Files.writeString(bad, CalleeScenario.text(500));
        assertThat(ScenarioCheck.complaint(RealSipp.PROGRAM, bad)).isPresent();
    }
}
