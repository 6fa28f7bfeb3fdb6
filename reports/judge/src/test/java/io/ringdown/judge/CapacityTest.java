package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.CalleesView;
import io.ringdown.record.Caller;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.Intent;
import io.ringdown.record.LoadHost;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.Provenance;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Topology;
import io.ringdown.record.Trial;
import io.ringdown.record.TrialShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches whose outcome is known, written as run folders and judged from these alone. */
class CapacityTest {
    private static final int SESSIONS = 20;
    private static final long MILLI = 1_000_000;
    private static final SelfChecks CLEAN = new SelfChecks(MILLI, 2 * MILLI, 0, 0, false, 0, 0, MILLI, 0, 0);

    @TempDir
    Path folder;

    private Capacity capacity;
    private CallType type = CallType.INVITE_BYE;
    private Integer required;
    private Caller caller = Caller.PLAIN;
    private RunEvent.Ending ending = RunEvent.Ending.COMPLETED;
    /** Which trials' generators are late. */
    private IntPredicate lateTrials = trial -> false;
    /** What becomes of the sessions of a trial at a rate that is too high. */
    private UnaryOperator<Operation> harm = op -> op.intent() == Intent.SETUP ? failed(op, 503) : op;

    private boolean relays;
    /** How the callee sees trials at a rate that is too high. */
    private CalleesView differing;

    private int left;
    private int mostTrials = Integer.MAX_VALUE;
    private int fewer;
    /** From this trial on the cluster carries half. */
    private int tiredFrom = Integer.MAX_VALUE;

    private int calls;
    /** How load hosts fared that shared a trial; none: the harness called. */
    private IntFunction<List<TrialShare>> shares = trial -> List.of();
    /** Why the second load host was not there to the end. */
    private String gone = "";
    /** In which trials the second load host begins none of its sessions. */
    private IntPredicate halves = trial -> false;

    private static Operation operation(int call, Intent intent, long intended, long sent, long end) {
        return new Operation(
                call,
                intent,
                intent == Intent.SETUP ? 0 : 1,
                AttemptKind.FIRST,
                intent == Intent.SETUP ? 1 : 2,
                intended,
                sent,
                Operation.NONE,
                Operation.NONE,
                end,
                intent == Intent.SETUP ? end : Operation.NONE,
                Operation.NONE,
                Operation.NONE,
                io.ringdown.record.Outcome.OK,
                200,
                0,
                "r1m1-engine",
                0,
                -1,
                0,
                Operation.NONE);
    }

    private static Operation failed(Operation op, int status) {
        return ended(op, io.ringdown.record.Outcome.FAILED, status, op.end());
    }

    private static Operation ended(Operation op, io.ringdown.record.Outcome outcome, int status, long end) {
        return new Operation(
                op.call(),
                op.intent(),
                op.intentIndex(),
                op.attempt(),
                op.cseq(),
                op.intended(),
                op.sent(),
                op.trying(),
                op.ringing(),
                end,
                op.acked(),
                op.hold18x(),
                op.holdFinal(),
                outcome,
                status,
                op.retransmissions(),
                op.node(),
                op.counter(),
                op.setups(),
                op.answersAgain(),
                op.lastAnswer());
    }

    private RecordedRun search(int carries) throws IOException {
        Path path = Files.createTempDirectory(folder, "run").resolve("run");
        var run = RunFolder.create(path);
        var workload =
                new Workload(Duration.ofMillis(500), List.of(), 1, 1, 1, 0, Duration.ZERO, Duration.ZERO).by(caller);
        if (relays) {
            workload = workload.to(new ResolvedPlan.Callee("127.100.0.9:5060", 0, null));
        }
        calls = 0;
        capacity = new Capacity(
                type,
                SESSIONS,
                100,
                Duration.ZERO,
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                Duration.ZERO,
                required);
        var plan = new ResolvedPlan(
                "search",
                "told for a test",
                1,
                Map.of(),
                workload,
                List.of(),
                new Criteria(Demand.NONE, null, List.of(), 0.01),
                capacity);
        var provenance =
                new Provenance(Provenance.FORMAT, "0.1.0", 1_700_000_000_000_000L, "17", "Linux", 2, List.of());
        var topology = new Topology("single", "127.100.0.1:5060", "X-Ringdown-Node", List.of());
        try (var recorder = new RunRecorder(run, new RunClock(0, 1_700_000_000_000_000L), provenance, plan, topology)) {
            trial(recorder, 0, true, 50, Integer.MAX_VALUE);
            var search = new RateSearch(100);
            for (int number = 1; !search.complete() && number <= mostTrials; number++) {
                boolean late = lateTrials.test(number);
                int now = number < tiredFrom ? carries : carries / 2;
                trial(recorder, number, false, search.rate(), now);
                if (!late) {
                    search.took(search.rate() <= now);
                }
            }
            for (int host = 0; host < caller.loadHosts() && !caller.alone(); host++) {
                take(recorder, run, host);
            }
            recorder.event(new RunEvent.Ended(1, ending, ""));
        }
        RunRecorder.seal(run);
        return RecordedRun.read(RunFolder.open(path));
    }

    private void trial(RunRecorder recorder, int number, boolean warmUp, int rate, int carries) {
        long began = number * 1_000_000_000L;
        int first = calls;
        int sessions = capacity.sessionsAt(rate) - fewer;
        calls += sessions;
        for (int i = 0; i < sessions; i++) {
            long intended = began + Math.round(i * 1e9 / rate);
            int call = first + i;
            if (call % 2 == 1 && halves.test(number)) {
                continue;
            }
            recorder.call(new Call(call, call + "@search", CallRole.SESSION, Phase.NONE, false, -1));
            Operation invite = operation(call, Intent.SETUP, intended, intended + MILLI, intended + 3 * MILLI);
            Operation bye =
                    operation(call, Intent.RELEASE, intended + 3 * MILLI, intended + 3 * MILLI, intended + 4 * MILLI);
            // One of the sessions at most is harmed: any that fails fails the trial.
            boolean harmed = rate > carries && i == sessions - 2;
            if (type.registers()) {
                Operation register = operation(call, Intent.REGISTER, intended, intended + MILLI, intended + 3 * MILLI);
                recorder.operation(harmed ? harm.apply(register) : register);
                continue;
            }
            recorder.operation(harmed ? harm.apply(invite) : invite);
            if (!harmed || harm.apply(invite).equals(invite)) {
                recorder.operation(harmed ? harm.apply(bye) : bye);
            }
        }
        SelfChecks checks = lateTrials.test(number)
                ? new SelfChecks(400 * MILLI, 500 * MILLI, 0, 0, true, 0, 0, MILLI, 0, 0)
                : CLEAN;
        CalleesView seen = !relays || warmUp ? null : rate > carries ? differing : new CalleesView(0, 0, 0, 0);
        recorder.trial(new Trial(
                number,
                warmUp,
                rate,
                sessions,
                first,
                calls,
                began,
                began + 900 * MILLI,
                checks,
                0,
                null,
                seen,
                left,
                shares.apply(number)));
    }

    /** The run's log has their calls already. */
    private void take(RunRecorder recorder, RunFolder run, int host) throws IOException {
        RunFolder part = run.loadHost("load-" + (host + 1));
        Files.createDirectories(part.path());
        RunRecorder.ofLoadHost(part, new RunClock(0, 1_700_000_000_000_000L)).close();
        recorder.take(new LoadHost(
                "load-" + (host + 1),
                "",
                host,
                2,
                List.of("127.0.0.1:0"),
                0,
                new ClockOffset(0, 0, 40_000),
                List.of(),
                new ClockOffset(100 * 1_000_000_000L, 0, 40_000),
                host == 0 ? "" : gone,
                false,
                CLEAN));
    }

    private static TrialShare share(int host) {
        return new TrialShare("load-" + host, 0, 40_000, CLEAN, null, "");
    }

    private void byTwo(IntPredicate other, TrialShare second) {
        caller = new Caller(
                Transport.UDP, 1, List.of(), false, null, null, null, null, List.of(), null, 2, List.of(), false);
        shares = trial -> List.of(share(1), other.test(trial) ? second : share(2));
    }

    @Test
    void whatTwoLoadHostsOfferIsJudgedAsWhatOneDoes() throws IOException {
        required = 458;
        Verdict one = Judge.judge(search(460));
        byTwo(trial -> false, null);
        Verdict two = Judge.judge(search(460));

        assertThat(two.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(two.capacity()).isEqualTo(one.capacity());
        assertThat(two.criteria())
                .filteredOn(criterion -> criterion.id().equals("load-hosts"))
                .extracting(Criterion::text)
                .containsExactly("2 load hosts began together, their clocks known within 0.0 ms");
        assertThat(VerdictJsonTest.errors(VerdictJson.write(two))).isEmpty();
    }

    /** Its sessions fail in the trials of which one of the two cannot be believed; nothing of that is the cluster's failure. */
    @Test
    void aTrialTellsNothingOfWhichALoadHostCannotBeBelieved() throws IOException {
        var late = new SelfChecks(400 * MILLI, 500 * MILLI, 0, 0, false, 0, 0, MILLI, 0, 0);
        var stalled = new SelfChecks(MILLI, MILLI, 0, 0, false, 0, 0, 700 * MILLI, 0, 0);
        var dropped = new SelfChecks(MILLI, MILLI, 0, 0, false, 3, 0, MILLI, 0, 0);
        for (var second : Map.of(
                        new TrialShare("load-2", 0, 0, late, null, ""), "load-2 was late: p99 400.0 ms",
                        new TrialShare("load-2", 0, 0, stalled, null, ""), "load-2 stood still for 700.0 ms",
                        new TrialShare("load-2", 0, 0, dropped, null, ""),
                                "the kernel dropped 3 datagrams on its way to load-2",
                        new TrialShare("load-2", 300 * MILLI, 0, CLEAN, null, ""), "load-2 began 300.0 ms late",
                        new TrialShare("load-2", -1, 0, CLEAN, null, ""), "load-2 never began",
                        new TrialShare("load-2", 0, 80 * MILLI, CLEAN, null, ""),
                                "the clock of load-2 is known within 80.0 ms only",
                        new TrialShare("load-2", 0, 0, null, null, ""), "load-2 did not tell how it fared",
                        new TrialShare("load-2", 0, 0, CLEAN, 0.4, ""),
                                "others took 40.00 % of the processors of load-2 for a second")
                .entrySet()) {
            byTwo(trial -> trial >= 5, second.getKey());
            lateTrials = trial -> false;
            mostTrials = 5;
            Verdict verdict = Judge.judge(search(140));

            assertThat(verdict.capacity().trials().get(5).outcome())
                    .as(second.getValue())
                    .isEqualTo(Outcome.UNCLEAR);
            assertThat(verdict.capacity().trials().get(5).why()).isEqualTo(second.getValue());
            assertThat(verdict.capacity().rate()).isEqualTo(133);
            assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        }
    }

    @Test
    void othersOnALoadHostsMachineExcuseNoSuccess() throws IOException {
        byTwo(trial -> true, new TrialShare("load-2", 0, 0, CLEAN, 0.4, ""));
        mostTrials = 3;

        assertThat(count(Judge.judge(search(460)), Outcome.SUCCEEDED)).isEqualTo(3);
    }

    /** What was found before it died stands as a bound, and passes nothing: the run was not what the plan asked for. */
    @Test
    void aLoadHostThatDiedEndsTheSearchWithABound() throws IOException {
        byTwo(trial -> trial >= 5, new TrialShare("load-2", 0, 0, null, null, "its process ended"));
        gone = "its process ended";
        mostTrials = 5;
        for (Integer demand : new Integer[] {null, 100, 5_000}) {
            required = demand;
            Verdict verdict = Judge.judge(search(120));

            assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
            assertThat(verdict.headline()).isEqualTo("Capacity at least 110 sessions/s of invite-bye");
            assertThat(verdict.reasons())
                    .anyMatch(reason -> reason.equals("load-2 was not there to the end: its process ended"));
            assertThat(verdict.capacity().trials().get(5).outcome()).isEqualTo(Outcome.UNCLEAR);
        }
    }

    @Test
    void aTrialTellsNothingOfWhichALoadHostSaysNothing() throws IOException {
        byTwo(trial -> false, null);
        shares = trial -> trial < 3 ? List.of(share(1), share(2)) : List.of(share(1));
        mostTrials = 3;

        assertThat(Judge.judge(search(100)).capacity().trials().get(3))
                .extracting(TrialResult::outcome, TrialResult::why)
                .containsExactly(Outcome.UNCLEAR, "only 1 of 2 load hosts told of it");
    }

    /** Half the load at the same pace: what fails then says nothing of the rate that was asked for, and neither does what succeeds. */
    @Test
    void aTrialTellsNothingOfWhichAPartWasNotBegun() throws IOException {
        for (int carries : new int[] {100, 10_000}) {
            byTwo(trial -> false, null);
            halves = trial -> trial == 3;
            mostTrials = 3;

            assertThat(Judge.judge(search(carries)).capacity().trials().get(3))
                    .extracting(TrialResult::outcome, TrialResult::why)
                    .as("carries " + carries)
                    .satisfies(found -> assertThat(found.get(0)).isEqualTo(Outcome.UNCLEAR))
                    .satisfies(found -> assertThat((String) found.get(1)).endsWith("were begun"));
        }
    }

    private static long count(Verdict verdict, Outcome outcome) {
        return verdict.capacity().trials().stream()
                .filter(trial -> trial.outcome() == outcome)
                .count();
    }

    @Test
    void aRateHoldsForOneTransport() throws IOException {
        caller = new Caller(Transport.TCP, 2, List.of(), false, null, null, null, null, List.of(), null);
        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.headline()).isEqualTo("Capacity 458 sessions/s of invite-bye by TCP");
        assertThat(verdict.capacity().transport()).isEqualTo("TCP");
    }

    @Test
    void registrationsHaveARateAndWordsOfTheirOwn() throws IOException {
        harm = op -> failed(op, 500);
        required = 458;
        for (CallType registers : List.of(CallType.REGISTER, CallType.RE_REGISTER)) {
            type = registers;
            Verdict verdict = Judge.judge(search(460));

            String name = registers == CallType.REGISTER ? "Registration rate" : "Re-registration rate";
            assertThat(verdict.headline()).isEqualTo(name + " 458 registrations/s");
            assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
            assertThat(verdict.capacity().callType()).isEqualTo(registers.word());
            assertThat(verdict.reasons().get(0))
                    .startsWith("every registration succeeded at up to 458 registrations/s");
            assertThat(verdict.reasons()).noneMatch(reason -> reason.contains("session"));
            assertThat(verdict.capacity().trials())
                    .filteredOn(trial -> trial.outcome() == Outcome.FAILED)
                    .allSatisfy(trial -> assertThat(trial.why()).startsWith("1 registration of "));
            assertThat(verdict.metrics().delays())
                    .filteredOn(delay -> delay.metric().equals("RRD"))
                    .allSatisfy(delay -> assertThat(delay.count()).isPositive());
            assertThat(VerdictJsonTest.errors(VerdictJson.write(verdict))).isEmpty();
        }
    }

    @Test
    void aRegistrationMayFailInManyWays() throws IOException {
        type = CallType.REGISTER;
        for (UnaryOperator<Operation> way : List.<UnaryOperator<Operation>>of(
                op -> failed(op, 0),
                op -> failed(op, 423),
                op -> ended(op, io.ringdown.record.Outcome.OK, 200, op.sent() + 11 * MILLI))) {
            harm = way;
            Verdict verdict = Judge.judge(search(300));
            assertThat(verdict.capacity().rate()).isLessThanOrEqualTo(300).isGreaterThan(260);
            assertThat(count(verdict, Outcome.UNCLEAR)).isZero();
        }
        left = 2;
        assertThat(Judge.judge(search(300)).reasons().get(0)).contains("still kept 2 registrations");
    }

    /** The caller's word is half of it: what it had succeed may be none, or two, to whom it called. */
    @Test
    void aTrialFailsThatOnlyTheCalleeSawFail() throws IOException {
        relays = true;
        harm = op -> op;
        for (CalleesView view : List.of(
                new CalleesView(1, 0, 0, 0),
                new CalleesView(0, 1, 0, 0),
                new CalleesView(0, 0, 1, 0),
                new CalleesView(0, 0, 0, 1))) {
            differing = view;
            Verdict verdict = Judge.judge(search(300));
            assertThat(verdict.capacity().rate()).isLessThanOrEqualTo(300).isGreaterThan(260);
            assertThat(verdict.capacity().trials())
                    .filteredOn(trial -> trial.outcome() == Outcome.FAILED)
                    .isNotEmpty()
                    .allSatisfy(trial -> {
                        assertThat(trial.failed()).isEqualTo(1);
                        assertThat(trial.established()).isEqualTo(trial.sessions() - 1);
                        assertThat(trial.why()).contains("failed, though for no caller: 1 ");
                    });
        }
        differing = new CalleesView(0, 2, 0, 1);
        assertThat(Judge.judge(search(300)).reasons())
                .anyMatch(reason -> reason.endsWith(
                        "failed, though for no caller: 2 reached it with more than was sent, 1 without a BYE"));
    }

    @Test
    void aTrialTellsNothingWhoseCalleeWasNotAsked() throws IOException {
        relays = true;
        harm = op -> op;
        mostTrials = 6;
        Verdict verdict = Judge.judge(search(100));

        assertThat(verdict.capacity().trials())
                .filteredOn(trial -> trial.rate() > 100)
                .isNotEmpty()
                .allSatisfy(trial -> {
                    assertThat(trial.outcome()).isEqualTo(Outcome.UNCLEAR);
                    assertThat(trial.why()).isEqualTo("nobody knows how the callee saw it");
                });
    }

    @Test
    void theRfcsExampleIsFoundFromTheFolder() throws IOException {
        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("Capacity 458 sessions/s of invite-bye");
        assertThat(verdict.capacity().rate()).isEqualTo(458);
        assertThat(verdict.capacity().complete()).isTrue();
        assertThat(count(verdict, Outcome.SUCCEEDED) + count(verdict, Outcome.FAILED))
                .isEqualTo(38);
        assertThat(count(verdict, Outcome.WARM_UP)).isEqualTo(1);
        // Of 10 ms times 10 at 503 sessions a second.
        assertThat(verdict.capacity().trials()).anyMatch(trial -> trial.rate() == 503 && trial.sessions() == 51);
    }

    @Test
    void judgedAgainTheBytesAreTheSame() throws IOException {
        RecordedRun run = search(460);

        String once = VerdictJson.write(Judge.judge(run));

        assertThat(VerdictJson.write(
                        Judge.judge(RecordedRun.read(RunFolder.open(run.folder().path())))))
                .isEqualTo(once);
        assertThat(VerdictJson.write(VerdictJson.read(once))).isEqualTo(once);
    }

    @Test
    void aDemandIsMetOrNot() throws IOException {
        required = 458;
        assertThat(Judge.judge(search(460)).conclusion()).isEqualTo(Conclusion.PASS);
        required = 459;
        assertThat(Judge.judge(search(460)).conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Test
    void aClusterThatCarriesNothingFails() throws IOException {
        Verdict verdict = Judge.judge(search(0));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(verdict.headline()).isEqualTo("No rate was carried");
    }

    @Test
    void aSessionMayFailInManyWays() throws IOException {
        for (UnaryOperator<Operation> way : List.<UnaryOperator<Operation>>of(
                op -> op.intent() == Intent.SETUP ? failed(op, 0) : op,
                op -> op.intent() == Intent.RELEASE ? failed(op, 481) : op,
                op -> op.intent() == Intent.SETUP
                        ? ended(op, io.ringdown.record.Outcome.OK, 200, op.sent() + 11 * MILLI)
                        : op)) {
            harm = way;
            Verdict verdict = Judge.judge(search(300));
            assertThat(verdict.capacity().rate()).isLessThanOrEqualTo(300).isGreaterThan(260);
            assertThat(count(verdict, Outcome.UNCLEAR)).isZero();
        }
    }

    @Test
    void aLateGeneratorIsNeverTheClustersFailure() throws IOException {
        lateTrials = trial -> trial >= 5;
        mostTrials = 7;

        Verdict verdict = Judge.judge(search(110));

        assertThat(count(verdict, Outcome.UNCLEAR)).isEqualTo(3);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.headline()).isEqualTo("Capacity at least 110 sessions/s of invite-bye");
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("only a lower bound"));
    }

    @Test
    void aTrialThatToldNothingIsMadeAgainAndChangesNoResult() throws IOException {
        lateTrials = trial -> trial == 5 || trial == 20;

        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.capacity().rate()).isEqualTo(458);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
    }

    @Test
    void aLowerBoundMayBeEnough() throws IOException {
        mostTrials = 10;
        ending = RunEvent.Ending.COMPLETED;
        required = 150;
        assertThat(Judge.judge(search(10_000)).conclusion()).isEqualTo(Conclusion.PASS);
        required = 5_000;
        assertThat(Judge.judge(search(10_000)).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void anEndThatIsNotKnownDecidesNothing() throws IOException {
        harm = op -> ended(op, io.ringdown.record.Outcome.INDETERMINATE, 0, Operation.NONE);
        mostTrials = 5;

        Verdict verdict = Judge.judge(search(110));

        assertThat(verdict.capacity().trials().get(3).outcome()).isEqualTo(Outcome.UNCLEAR);
    }

    @Test
    void sessionsThatAreLeftBehindTakeAFailAway() throws IOException {
        left = 3;
        required = 500;

        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).contains("still kept 3 sessions");
    }

    @Test
    void trialsThatTheSearchDidNotAskForTellNothing() throws IOException {
        RecordedRun run = search(460);
        Path trials = run.folder().trials();
        Files.writeString(trials, Files.readString(trials).replace("\"rate\":110,", "\"rate\":111,"));
        RunRecorder.seal(run.folder());

        Verdict verdict = Judge.judge(RecordedRun.read(run.folder()));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).contains("not those that the search asks for");
    }

    /** The one that failed below the demand was not the last, but nobody would know. */
    @Test
    void trialsThatAreMissingHideNoFailure() throws IOException {
        tiredFrom = 19;
        required = 300;
        RecordedRun run = search(460);
        Path trials = run.folder().trials();
        String text = Files.readString(trials);
        Files.writeString(trials, text.lines().limit(18).collect(Collectors.joining("\n", "", "\n")));
        RunRecorder.seal(run.folder());

        Verdict verdict = Judge.judge(RecordedRun.read(run.folder()));

        assertThat(verdict.capacity().rate()).isGreaterThan(required);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).contains("of no trial");
    }

    @Test
    void aTrialThatIsTooShortToShowAnOverloadTellsNothing() throws IOException {
        fewer = 1;
        mostTrials = 1;

        assertThat(Judge.judge(search(460)).capacity().trials().get(1).outcome())
                .isEqualTo(Outcome.UNCLEAR);
    }

    @Test
    void whatWasCarriedOnceButNotAgainMeetsNoDemand() throws IOException {
        tiredFrom = 19;
        required = 300;

        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.capacity().rate()).isEqualTo(449);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("does not carry that in every trial"));
        required = 200;
        assertThat(Judge.judge(search(460)).conclusion()).isEqualTo(Conclusion.PASS);
    }

    @Test
    void followsTheVerdictsSchema() throws IOException {
        assertThat(VerdictJsonTest.errors(VerdictJson.write(Judge.judge(search(460)))))
                .isEmpty();
    }

    @Test
    void anInterruptedSearchIsABound() throws IOException {
        mostTrials = 4;
        ending = RunEvent.Ending.INTERRUPTED;

        Verdict verdict = Judge.judge(search(460));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.capacity().rate()).isEqualTo(133);
        assertThat(verdict.capacity().complete()).isFalse();
    }
}
