package io.ringdown.pages;

import io.ringdown.judge.verdict.CapacityResult;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.judge.verdict.Extent;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.LatencyRow;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.judge.verdict.RetransmissionLaw;
import io.ringdown.judge.verdict.SelfCheck;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Window;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.judge.verdict.WitnessStep;
import io.ringdown.judge.verdict.Witnesses;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Calibration;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan.Demand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;

/** Verdicts as the judge would give them on a {@link SyntheticRun}, so that the pages are tested apart from judging. */
final class SyntheticVerdict {
    private SyntheticVerdict() {}

    static Verdict pass(RecordedRun run) {
        return verdict(
                run,
                Conclusion.PASS,
                "AL4 over P1-P6",
                AvailabilityLevel.AL4,
                List.of("All 7 phases transparent: 0 harmed of 2,103 exposed calls, each phase below 1 %."),
                0,
                witnesses(0));
    }

    static Verdict fail(RecordedRun run) {
        return verdict(
                run,
                Conclusion.FAIL,
                "AL2 over P1-P6",
                AvailabilityLevel.AL2,
                List.of(
                        "118 calls were LOST; AL4 is required.",
                        "P4: 118 of 301 exposed calls harmed, at least 34.5 %.",
                        "The generator's self-checks are clean: the witnesses stand."),
                118,
                witnesses(118));
    }

    /** Of a run that was killed early: nothing is known. */
    static Verdict unknown(RecordedRun run) {
        return new Verdict(
                Verdict.FORMAT,
                run.plan().name(),
                run.plan().description(),
                run.plan().seed(),
                Conclusion.INCONCLUSIVE,
                "no level could be found",
                Demand.REQUIRE,
                AvailabilityLevel.AL4,
                null,
                "",
                List.of("The harness was killed before the fault was injected."),
                List.of(new Criterion(
                        "ended", "the run ended by itself", Finding.INCONCLUSIVE, "No end was recorded.")),
                true,
                null,
                null,
                0,
                0,
                null,
                List.of(),
                List.of(),
                List.of(fault(run, false)),
                null,
                List.of(),
                List.of(),
                null,
                new SipMetrics(List.of(), List.of()),
                null,
                new Witnesses(0, List.of()),
                List.of(),
                null,
                List.of(),
                run.provenance());
    }

    /** Of a run with one call, which is a witness by the given Call-ID. */
    static Verdict witnessed(RecordedRun run, String callId) {
        var hostile = new Witness(callId, 0, "P4", Fate.LOST, "owner", "Lost: " + callId, steps(0, callId));
        return new Verdict(
                Verdict.FORMAT,
                callId,
                callId,
                1,
                Conclusion.FAIL,
                callId,
                Demand.NONE,
                null,
                null,
                "",
                List.of(callId, callId),
                List.of(new Criterion(callId, callId, Finding.REFUTED, callId)),
                true,
                null,
                null,
                1,
                1,
                extent(run),
                List.of(),
                List.of(new MatrixRow("P4", new FateCounts(0, 0, 0, 0, 0, 0, 1))),
                List.of(),
                null,
                List.of(),
                List.of(new ElementLoad(callId, callId, false, 1, 2)),
                null,
                hostileMetrics(callId),
                null,
                new Witnesses(1, List.of(hostile)),
                List.of(new SelfCheck(callId, callId, callId, false)),
                null,
                List.of(callId),
                run.provenance());
    }

    private static Extent extent(RecordedRun run) {
        var instants = new LongSummaryStatistics();
        try {
            run.readOperations(new OperationLogReader.Visitor() {
                @Override
                public void call(Call call) {}

                @Override
                public void operation(Operation op) {
                    instants.accept(op.intended());
                    instants.accept(Math.max(op.intended(), op.end()));
                }

                @Override
                public void incident(Incident incident) {}
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return instants.getCount() == 0 ? null : new Extent(instants.getMin(), instants.getMax());
    }

    private static SipMetrics hostileMetrics(String text) {
        return new SipMetrics(
                List.of(new SipMetrics.Delay(
                        text, text, SipMetrics.Of.SUCCESS, Window.BEFORE, 0, 1, null, null, null, null, null)),
                List.of(new SipMetrics.Ratio(text, text, Window.BEFORE, 0, 0, 0, null)));
    }

    /** Of a search whose words are the given text. */
    static Verdict searched(RecordedRun run, String text, CapacityResult capacity) {
        return new Verdict(
                Verdict.FORMAT,
                text,
                text,
                1,
                Conclusion.PASS,
                text,
                Demand.REQUIRE,
                null,
                null,
                "",
                List.of(text),
                List.of(new Criterion("demand", text, Finding.CONFIRMED, text)),
                true,
                null,
                null,
                1,
                1,
                extent(run),
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                null,
                hostileMetrics(text),
                capacity,
                new Witnesses(0, List.of()),
                List.of(),
                null,
                List.of(),
                run.provenance());
    }

    /** Three trials, one of each outcome. */
    static CapacityResult search(String text) {
        return new CapacityResult(
                text,
                "UDP",
                50,
                0,
                2_000_000,
                110,
                false,
                100,
                150,
                List.of(
                        trial(0, CapacityResult.Outcome.WARM_UP, 50, text),
                        trial(1, CapacityResult.Outcome.SUCCEEDED, 100, text),
                        trial(2, CapacityResult.Outcome.SUCCEEDED, 110, text),
                        trial(3, CapacityResult.Outcome.FAILED, 121, text),
                        trial(4, CapacityResult.Outcome.UNCLEAR, 108, text)));
    }

    private static CapacityResult.TrialResult trial(int number, CapacityResult.Outcome outcome, int rate, String text) {
        boolean failed = outcome == CapacityResult.Outcome.FAILED;
        return new CapacityResult.TrialResult(
                number,
                outcome,
                rate,
                50,
                rate - 0.5,
                text,
                failed ? 47 : 50,
                failed ? 3 : 0,
                0,
                failed ? 12 : 0,
                1_100L,
                6_400L,
                failed ? 2_100_000L : 9_000L,
                400,
                -1,
                0,
                0);
    }

    private static SipMetrics metrics() {
        var delays = new ArrayList<SipMetrics.Delay>();
        var ratios = new ArrayList<SipMetrics.Ratio>();
        for (Window window : Window.values()) {
            delays.add(new SipMetrics.Delay(
                    "SRD", "4.3.1", SipMetrics.Of.SUCCESS, window, 900, 30, 900L, 800L, 1_300L, 5_200L, 44_000L));
            delays.add(new SipMetrics.Delay(
                    "SRD", "4.3.2", SipMetrics.Of.FAILURE, window, 0, 0, null, null, null, null, null));
            ratios.add(new SipMetrics.Ratio("SER", "4.6", window, 900, 1_000, 2, 90.0));
            ratios.add(new SipMetrics.Ratio("IRA", "4.2", window, 0, 0, 0, null));
        }
        return new SipMetrics(delays, ratios);
    }

    private static Verdict verdict(
            RecordedRun run,
            Conclusion conclusion,
            String headline,
            AvailabilityLevel level,
            List<String> reasons,
            int lost,
            Witnesses witnesses) {
        return new Verdict(
                Verdict.FORMAT,
                run.plan().name(),
                run.plan().description(),
                run.plan().seed(),
                conclusion,
                headline,
                Demand.REQUIRE,
                AvailabilityLevel.AL4,
                new LevelRange(level, level),
                "P1-P6",
                reasons,
                criteria(lost),
                false,
                SyntheticRun.STRIKE,
                SyntheticRun.STRIKE + 4_000_000,
                7_001,
                25_312,
                extent(run),
                phases(lost),
                matrix(lost),
                List.of(fault(run, true)),
                outage(),
                latencies(),
                loads(),
                new RetransmissionLaw(
                        Finding.CONFIRMED,
                        131,
                        131,
                        "131 of 131 requests that were sent into the gap were answered when RFC 3261's retransmissions predict."),
                metrics(),
                null,
                witnesses,
                List.of(
                        new SelfCheck("lateness, 99th percentile", "310 µs", "10 ms", true),
                        new SelfCheck("longest stall", "4.2 ms", "100 ms", true),
                        new SelfCheck("datagrams dropped by the kernel", "0", "0", true),
                        new SelfCheck("send errors", "0", "0", true),
                        new SelfCheck("saturated", "no", "no", true)),
                new Calibration(1_700_000_000_000_000L, "Linux, 2 processors", 9_100, 4_100_000, 310_000),
                List.of("P0 is outside the plan's phases: the level says nothing about requests sent into the gap."),
                run.provenance());
    }

    private static SetUpOutage outage() {
        return new SetUpOutage(
                SetUpOutage.State.KEPT,
                SyntheticRun.STRIKE,
                SyntheticRun.STRIKE + SyntheticRun.seconds(0.77),
                0,
                2_200,
                2_123);
    }

    private static FaultResult fault(RecordedRun run, boolean injected) {
        var order = run.plan().faults().get(0);
        return new FaultResult(
                0,
                "machine r2m1 fell silent (2 elements frozen)",
                "machine",
                "silent",
                order.targets(),
                order.elements(),
                injected,
                injected ? Long.valueOf(SyntheticRun.STRIKE) : null,
                injected ? Long.valueOf(SyntheticRun.STRIKE + 4_000_000) : null,
                null,
                null,
                injected,
                injected ? SyntheticRun.fault().proof() : List.of(),
                injected
                        ? new Rerouting(
                                SyntheticRun.REROUTING,
                                1_000_000L,
                                true,
                                5_000,
                                191,
                                702_000_000L,
                                38_000_000L,
                                15_000_000L)
                        : null,
                injected ? outage() : null);
    }

    private static List<Criterion> criteria(int lost) {
        var criteria = new ArrayList<Criterion>();
        criteria.add(new Criterion(
                "demand",
                "AL4 or better",
                lost > 0 ? Finding.REFUTED : Finding.CONFIRMED,
                lost > 0 ? "Found AL2." : "Found AL4 over P1-P6."));
        criteria.add(new Criterion(
                "fate.lost",
                "no call is LOST",
                lost > 0 ? Finding.REFUTED : Finding.CONFIRMED,
                lost + " of 7,001 calls."));
        for (Phase phase : SyntheticRun.PHASES) {
            boolean bad = phase == Phase.P4 && lost > 0;
            criteria.add(new Criterion(
                    "phase." + phase,
                    "P4".equals(phase.name()) ? "idle calls survive" : Words.state(phase.name()) + ": transparent",
                    bad ? Finding.REFUTED : phase == Phase.P3 ? Finding.INCONCLUSIVE : Finding.CONFIRMED,
                    bad
                            ? "118 of 301 exposed calls harmed: at least 34.5 %."
                            : "0 of 301 exposed calls harmed: below 0.99 % at 95 %."));
        }
        criteria.add(new Criterion(
                "fault.0.proven", "the fault took effect", Finding.CONFIRMED, "2 elements stopped within 4 ms."));
        return criteria;
    }

    private static List<PhaseResult> phases(int lost) {
        var phases = new ArrayList<PhaseResult>();
        for (Phase phase : SyntheticRun.PHASES) {
            int bad = phase == Phase.P4 ? lost : 0;
            int of = phase == Phase.P3 ? 211 : 301 + 7 * phase.ordinal();
            double upper = bad == 0 ? 1 - Math.pow(0.05, 1.0 / of) : 0.44;
            Finding finding = bad > 0 ? Finding.REFUTED : upper < 0.01 ? Finding.CONFIRMED : Finding.INCONCLUSIVE;
            var test = new ZeroTest(bad, 0, of, bad == 0 ? 0 : 0.345, upper, 0.01, finding);
            phases.add(new PhaseResult(
                    phase,
                    true,
                    600,
                    600,
                    of,
                    150,
                    of - 150,
                    0,
                    3,
                    600 - of - 3,
                    new FateCounts(of - bad, 0, 0, 0, 0, 0, bad),
                    new FateCounts(3, 0, 0, 0, 0, 0, 0),
                    new FateCounts(597 - of, 0, 0, 0, 0, 0, 0),
                    test,
                    test));
        }
        return phases;
    }

    private static List<MatrixRow> matrix(int lost) {
        var rows = new ArrayList<MatrixRow>();
        for (Phase phase : SyntheticRun.PHASES) {
            int bad = phase == Phase.P4 ? lost : 0;
            int late = phase == Phase.P2 && lost > 0 ? 2 : 0;
            rows.add(new MatrixRow(phase.name(), new FateCounts(600 - bad - late, 0, late, 0, 0, 0, bad)));
        }
        rows.add(new MatrixRow("probes", new FateCounts(2_198, 1, 0, 0, lost > 0 ? 1 : 0, 0, 0)));
        rows.add(new MatrixRow("none", new FateCounts(600, 0, 0, 0, 0, 0, 0)));
        return rows;
    }

    private static Witnesses witnesses(int total) {
        var shown = new ArrayList<Witness>();
        for (int i = 0; i < Math.min(total, Witnesses.MOST); i++) {
            shown.add(new Witness(
                    SyntheticRun.id(i),
                    i,
                    "P4",
                    Fate.LOST,
                    "owner",
                    "The INFO sent 412 ms after the fault met 481: the call's dialog is gone.",
                    steps(i, "")));
        }
        return new Witnesses(total, shown);
    }

    private static List<WitnessStep> steps(int i, String detail) {
        var steps = new ArrayList<WitnessStep>();
        steps.add(step("SETUP", 1, -SyntheticRun.seconds(11 + i * 0.01), 200, "r2m1-engine", -1, false, 0));
        steps.add(step("INFO", 2, -SyntheticRun.seconds(8), 200, "r2m1-engine", 1, false, 0));
        steps.add(step("INFO", 3, SyntheticRun.seconds(0.412), i % 3 == 2 ? 0 : 481, "r2m2-engine", -1, true, 1));
        if (i % 3 == 1) {
            steps.add(new WitnessStep(
                    "UNSCRIPTED_BYE",
                    "",
                    0,
                    null,
                    null,
                    null,
                    null,
                    SyntheticRun.seconds(1.2),
                    null,
                    null,
                    "",
                    0,
                    0,
                    "",
                    -1,
                    -1,
                    detail,
                    true));
        }
        return steps;
    }

    private static WitnessStep step(
            String intent,
            int cseq,
            long at,
            int status,
            String node,
            long counter,
            boolean decisive,
            int retransmissions) {
        boolean invite = intent.equals("SETUP");
        long end = status == 0 ? at + SyntheticRun.seconds(32) : at + 800_000 + retransmissions * 500_000_000L;
        return new WitnessStep(
                intent,
                "FIRST",
                cseq,
                at,
                at + 20_000,
                invite ? Long.valueOf(at + 400_000) : null,
                invite ? Long.valueOf(at + 500_000) : null,
                end,
                invite ? Long.valueOf(at + 900_000) : null,
                null,
                status == 200 ? "OK" : "FAILED",
                status,
                retransmissions,
                node,
                counter,
                -1,
                "",
                decisive);
    }

    private static List<ElementLoad> loads() {
        return List.of(
                new ElementLoad("r1m1-engine", "r1m1", false, 171.2, 228.9),
                new ElementLoad("r1m2-engine", "r1m2", false, 168.8, 224.1),
                new ElementLoad("r2m1-engine", "r2m1", true, 170.4, 0),
                new ElementLoad("r2m2-engine", "r2m2", false, 169.9, 227.3));
    }

    private static List<LatencyRow> latencies() {
        var rows = new ArrayList<LatencyRow>();
        for (Window window : Window.values()) {
            rows.add(new LatencyRow(
                    "INVITE to 18x",
                    Intent.SETUP,
                    window,
                    2_100,
                    0,
                    350,
                    760,
                    1_400,
                    3_900,
                    window == Window.DURING ? 1_501_000 : 5_200));
            rows.add(new LatencyRow(
                    "BYE to 2xx",
                    Intent.RELEASE,
                    window,
                    1_900,
                    4,
                    360,
                    770,
                    1_500,
                    4_000,
                    window == Window.DURING ? 1_502_000 : 5_100));
            rows.add(new LatencyRow("INFO", Intent.INFO, window, 900, 0, 350, 750, 1_300, 3_800, 4_900));
        }
        return rows;
    }
}
