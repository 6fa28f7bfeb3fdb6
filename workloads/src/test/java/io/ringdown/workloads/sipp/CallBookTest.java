package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.Lateness;
import io.ringdown.workloads.calls.RecordedCalls;
import io.ringdown.workloads.calls.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of logged lines: calls, operations and incidents. Instants are milliseconds of the run. */
class CallBookTest {
    private static final String ID = "1-77@127.0.0.1";
    private static final long MILLI = 1_000_000;
    private static final long TIMEOUT = 32_000 * MILLI;

    @TempDir
    Path folder;

    private final RunClock clock = new RunClock(0, 1_795_548_061_000_000L);
    private RecordedCalls run;
    private CallBook book;
    private int numbers;

    @BeforeEach
    void record() throws IOException {
        var workload = new Workload(
                        Duration.ofMillis(500), List.of(Phase.P4), 1, 100, 1, 0, Duration.ZERO, Duration.ZERO)
                .by(new Sipp(1));
        run = new RecordedCalls(folder.resolve("run"), clock, workload);
    }

    /** Set up at 1 s, INFO at 2 s, released at 9 s. */
    private void population() {
        var script = new Script(
                Phase.P4,
                true,
                false,
                1_000 * MILLI,
                Operation.NONE,
                Operation.NONE,
                List.of(2_000 * MILLI),
                9_000 * MILLI);
        book(CallRole.POPULATION, "scenario", new Part.Plot() {
            @Override
            public long begin(int number) {
                return script.setUp();
            }

            @Override
            public Script script(int number) {
                return script;
            }
        });
    }

    private void book(CallRole role, String scenario, Part.Plot plot) {
        var part = new Part("part", role, Phase.P4, 0, 1, scenario, plot);
        book = new CallBook(part, run.recorder(), clock, new Lateness(0), () -> numbers++, TIMEOUT);
    }

    private void own() {
        book(CallRole.POPULATION, null, new Part.Plot() {
            @Override
            public long begin(int number) {
                return Operation.NONE;
            }

            @Override
            public Script script(int number) {
                return null;
            }
        });
    }

    private long micros(double millis) {
        return clock.originEpochMicros() + Math.round(millis * 1_000);
    }

    private void sent(double at, int cseq, String method) {
        book.wire(new WireLine(micros(at), true, ID, cseq, method.equals("ACK") ? "ACK" : method, 0, method));
    }

    private void received(double at, int cseq, String method, int status) {
        book.wire(new WireLine(micros(at), false, ID, cseq, method, status, ""));
    }

    private void asked(double at, String method) {
        book.wire(new WireLine(micros(at), false, ID, 1, method, 0, method));
    }

    private void note(NoteLine.Kind kind, double at, int cseq, String tag, long counter) {
        book.note(new NoteLine(kind, ID, cseq, micros(at), tag, "e1", counter, -1));
    }

    private void established() {
        sent(1_003, 1, "INVITE");
        received(1_004, 1, "INVITE", 180);
        note(NoteLine.Kind.RINGING, 1_004, 0, "t", -1);
        received(1_005, 1, "INVITE", 200);
        note(NoteLine.Kind.ANSWER, 1_006, 1, "t", -1);
        sent(1_007, 1, "ACK");
    }

    private List<Operation> operations() throws IOException {
        run.close();
        return run.read().operations;
    }

    @Test
    void aCallFromItsSetUpToItsEnd() throws IOException {
        population();
        established();
        sent(2_002, 20, "INFO");
        received(2_004, 20, "INFO", 200);
        note(NoteLine.Kind.ANSWER, 2_005, 20, "t", 1);
        sent(9_001, 90, "BYE");
        sent(9_501, 90, "BYE");
        received(9_502, 90, "BYE", 200);
        note(NoteLine.Kind.ANSWER, 9_503, 90, "t", 1);
        note(NoteLine.Kind.END, 9_504, 0, "", -1);

        List<Operation> all = operations();
        assertThat(all).extracting(Operation::intent).containsExactly(Intent.SETUP, Intent.INFO, Intent.RELEASE);
        assertThat(all).allMatch(op -> op.outcome() == Outcome.OK && op.attempt() == AttemptKind.FIRST);
        Operation setUp = all.get(0);
        assertThat(setUp.ringing()).isEqualTo(1_004 * MILLI);
        assertThat(setUp.end()).isEqualTo(1_005 * MILLI);
        assertThat(setUp.acked()).isEqualTo(1_007 * MILLI);
        // SIPp's tick is no delay of the cluster's.
        assertThat(setUp.intended()).isEqualTo(setUp.sent());
        assertThat(all.get(1).counter()).isEqualTo(1);
        assertThat(all.get(1).node()).isEqualTo("e1");
        assertThat(all.get(2).retransmissions()).isEqualTo(1);
        assertThat(book.begun()).isEqualTo(1);
        assertThat(book.ended()).isEqualTo(1);
        assertThat(run.incidents).isEmpty();
    }

    @Test
    void latencyCountsFromTheInstantThatSippMissed() throws IOException {
        population();
        sent(1_400, 1, "INVITE");
        received(1_405, 1, "INVITE", 486);
        note(NoteLine.Kind.ANSWER, 1_406, 1, "t", -1);
        note(NoteLine.Kind.END, 1_406, 0, "", -1);

        assertThat(operations())
                .singleElement()
                .satisfies(op -> assertThat(op.intended()).isEqualTo(1_000 * MILLI));
    }

    @Test
    void aTwoHundredThatComesAgainBeforeItsAckIsCounted() throws IOException {
        population();
        sent(1_000, 1, "INVITE");
        received(1_005, 1, "INVITE", 200);
        note(NoteLine.Kind.ANSWER, 1_006, 1, "t", -1);
        received(1_505, 1, "INVITE", 200);
        received(2_505, 1, "INVITE", 200);
        sent(3_000, 1, "ACK");
        received(3_100, 1, "INVITE", 200);
        book.close(4_000 * MILLI);

        assertThat(operations()).singleElement().satisfies(op -> {
            assertThat(op.answersAgain()).isEqualTo(2);
            assertThat(op.lastAnswer()).isEqualTo(2_505 * MILLI);
        });
    }

    @Test
    void whatIsRefusedIsRepeatedAndWhatIsPendingFollowedUp() throws IOException {
        population();
        established();
        sent(2_001, 20, "INFO");
        received(2_002, 20, "INFO", 503);
        note(NoteLine.Kind.ANSWER, 2_003, 20, "t", -1);
        sent(3_003, 21, "INFO");
        received(3_004, 21, "INFO", 200);
        note(NoteLine.Kind.ANSWER, 3_005, 21, "t", 1);
        book.close(4_000 * MILLI);

        List<Operation> infos =
                operations().stream().filter(op -> op.intent() == Intent.INFO).toList();
        assertThat(infos).extracting(Operation::attempt).containsExactly(AttemptKind.FIRST, AttemptKind.REPEAT);
        assertThat(infos).extracting(Operation::intentIndex).containsExactly(1, 1);
    }

    /** Three of them in a row would be a dialog lost; SIPp makes no third. */
    @Test
    void whatIsRefusedAsOftenAsSippAsksIsUndecided() throws IOException {
        population();
        established();
        for (int attempt = 0; attempt < 2; attempt++) {
            sent(2_001 + attempt, 20 + attempt, "INFO");
            received(2_001.5 + attempt, 20 + attempt, "INFO", 503);
            note(NoteLine.Kind.ANSWER, 2_001.6 + attempt, 20 + attempt, "t", -1);
        }
        book.close(4_000 * MILLI);

        assertThat(operations().stream().filter(op -> op.intent() == Intent.INFO))
                .extracting(Operation::outcome)
                .containsExactly(Outcome.FAILED, Outcome.INDETERMINATE);
    }

    @Test
    void aReDialIsACallOfItsOwn() throws IOException {
        population();
        sent(1_001, 1, "INVITE");
        received(1_002, 1, "INVITE", 500);
        note(NoteLine.Kind.ANSWER, 1_003, 1, "x", -1);
        sent(1_004, 1, "ACK");
        sent(1_005, 1_002, "INVITE");
        received(1_006, 1_002, "INVITE", 200);
        note(NoteLine.Kind.ANSWER, 1_007, 1_002, "t", -1);
        sent(1_008, 1_002, "ACK");
        book.close(4_000 * MILLI);

        assertThat(operations()).extracting(Operation::attempt).containsExactly(AttemptKind.FIRST, AttemptKind.REDIAL);
        assertThat(run.calls.get(1).redialOf()).isZero();
        assertThat(run.calls.get(1).callId()).isEqualTo("1.000000///" + ID);
    }

    /** Neither its answer came nor that to the CANCEL: its user has failed to set up a call, however early that is known. */
    @Test
    void aSetUpThatWasCancelledInVainHasFailed() throws IOException {
        population();
        sent(1_001, 1, "INVITE");
        received(1_002, 1, "INVITE", 100);
        note(NoteLine.Kind.GIVEN_UP, 5_002, 1, "", -1);
        sent(5_003, 1, "CANCEL");
        note(NoteLine.Kind.END, 9_005, 0, "", -1);

        assertThat(operations())
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .singleElement()
                .satisfies(op -> {
                    assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(op.status()).isZero();
                    assertThat(op.end()).isEqualTo(9_005 * MILLI);
                });
    }

    /** A SIPp that dies may have had its answer yet. */
    @Test
    void oneThatNobodyGoesOnWithoutHasNot() throws IOException {
        population();
        sent(1_001, 1, "INVITE");
        received(1_002, 1, "INVITE", 100);
        note(NoteLine.Kind.GIVEN_UP, 5_002, 1, "", -1);
        sent(5_003, 1, "CANCEL");
        book.close(6_000 * MILLI);

        assertThat(operations())
                .filteredOn(op -> op.intent() == Intent.SETUP)
                .extracting(Operation::outcome)
                .containsExactly(Outcome.INDETERMINATE);
    }

    /** Nobody acknowledges it, so that its server hangs up 64 T1 later, be it in the middle of the call that was dialled in its place or after it. */
    @ParameterizedTest
    @CsvSource({
        "6_000, 38_000, 50_000, INDETERMINATE",
        "6_000, 38_000, 20_000, INDETERMINATE",
        "21_000, 53_000, 20_000, FAILED"
    })
    void aReDialIsNotEndedByTheFarSideOfWhatItIsInPlaceOf(double late, double bye, double end, Outcome outcome)
            throws IOException {
        population();
        sent(1_001, 1, "INVITE");
        received(1_002, 1, "INVITE", 100);
        note(NoteLine.Kind.GIVEN_UP, 5_002, 1, "", -1);
        sent(5_003, 1, "CANCEL");
        sent(5_005, 1_002, "INVITE");
        received(5_006, 1_002, "INVITE", 200);
        note(NoteLine.Kind.ANSWER, 5_007, 1_002, "t", -1);
        sent(5_008, 1_002, "ACK");
        var later = new TreeMap<Double, Runnable>();
        later.put(late, () -> received(late, 1, "INVITE", 200));
        later.put(bye, () -> asked(bye, "BYE"));
        later.put(bye + 500, () -> asked(bye + 500, "BYE"));
        later.put(end, () -> note(NoteLine.Kind.END, end, 0, "", -1));
        later.values().forEach(Runnable::run);

        List<Operation> setUps =
                operations().stream().filter(op -> op.intent() == Intent.SETUP).toList();
        assertThat(setUps.get(1).outcome()).isEqualTo(outcome);
        assertThat(setUps.get(0).outcome()).isEqualTo(Outcome.OK);
        assertThat(run.incidents).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.UNSCRIPTED_BYE);
            assertThat(incident.call()).isZero();
        });
    }

    @Test
    void silenceIsAFailureAndAnAbandonedRequestUndecided() throws IOException {
        population();
        established();
        sent(2_001, 20, "INFO");
        note(NoteLine.Kind.GIVEN_UP, 10_000, 20, "", -1);
        sent(10_001, 21, "INFO");
        note(NoteLine.Kind.SILENCE, 42_000, 21, "", -1);
        sent(42_001, 90, "BYE");
        book.close(43_000 * MILLI);

        List<Operation> all = operations();
        assertThat(all.stream().filter(op -> op.cseq() == 20))
                .extracting(Operation::outcome)
                .containsExactly(Outcome.INDETERMINATE);
        assertThat(all.stream().filter(op -> op.cseq() == 21)).singleElement().satisfies(op -> {
            assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(op.status()).isZero();
            assertThat(op.end()).isEqualTo(42_000 * MILLI);
        });
        assertThat(all.stream().filter(op -> op.cseq() == 90))
                .extracting(Operation::outcome)
                .containsExactly(Outcome.INDETERMINATE);
    }

    @Test
    void theFarSidesByeAndAnotherTagAreIncidents() throws IOException {
        population();
        established();
        sent(2_001, 20, "INFO");
        received(2_002, 20, "INFO", 200);
        note(NoteLine.Kind.ANSWER, 2_003, 20, "another", 1);
        asked(2_500, "BYE");
        asked(3_000, "BYE");
        book.close(4_000 * MILLI);

        run.close();
        assertThat(run.read().incidents)
                .extracting(Incident::kind)
                .containsExactly(Incident.Kind.CHANGED_TAG, Incident.Kind.UNSCRIPTED_BYE);
    }

    @Test
    void ofTheUsersOwnScenarioTheMessagesTell() throws IOException {
        own();
        sent(100, 7, "INVITE");
        received(101, 7, "INVITE", 401);
        sent(102, 7, "ACK");
        sent(103, 8, "INVITE");
        received(104, 8, "INVITE", 200);
        sent(105, 8, "ACK");
        sent(200, 9, "INVITE");
        received(201, 9, "INVITE", 200);
        sent(202, 9, "ACK");
        sent(300, 10, "BYE");
        received(301, 10, "BYE", 200);

        List<Operation> all = operations();
        assertThat(all)
                .extracting(Operation::intent)
                .containsExactly(Intent.SETUP, Intent.SETUP, Intent.MODIFY, Intent.RELEASE);
        assertThat(all.get(1).attempt()).isEqualTo(AttemptKind.FOLLOW_UP);
        assertThat(all.get(1).intentIndex()).isEqualTo(all.get(0).intentIndex());
        assertThat(book.ended()).isEqualTo(1);
    }

    /** Timer B has ended with the 1xx (RFC 3261 section 17.1.1.2): who still rings after 64 T1 may yet answer. */
    @Test
    void anInviteOfOnesOwnScenarioThatRingsHasNotTimedOut() throws IOException {
        own();
        sent(100, 7, "INVITE");
        received(101, 7, "INVITE", 180);
        book.close(40_000 * MILLI);

        assertThat(operations()).extracting(Operation::outcome).containsExactly(Outcome.INDETERMINATE);
    }

    @Test
    void oneThatNobodyAnsweredHas() throws IOException {
        own();
        sent(100, 7, "INVITE");
        book.close(40_000 * MILLI);

        assertThat(operations()).extracting(Operation::outcome).containsExactly(Outcome.FAILED);
    }

    /** Where each is challenged, or only the first: what comes after its answer is another one. */
    @Test
    void whatComesAfterAFollowUpOfOnesOwnScenarioIsNone() throws IOException {
        own();
        sent(100, 7, "INVITE");
        received(101, 7, "INVITE", 200);
        sent(102, 7, "ACK");
        sent(200, 8, "INFO");
        received(201, 8, "INFO", 401);
        sent(202, 9, "INFO");
        received(203, 9, "INFO", 200);
        sent(300, 10, "INFO");
        received(301, 10, "INFO", 200);

        List<Operation> infos =
                operations().stream().filter(op -> op.intent() == Intent.INFO).toList();
        assertThat(infos)
                .extracting(Operation::attempt)
                .containsExactly(AttemptKind.FIRST, AttemptKind.FOLLOW_UP, AttemptKind.FIRST);
        assertThat(infos.get(1).intentIndex()).isEqualTo(infos.get(0).intentIndex());
        assertThat(infos.get(2).intentIndex()).isGreaterThan(infos.get(0).intentIndex());
    }

    @Test
    void aStrangersMessageIsCounted() {
        population();
        received(1, 1, "INVITE", 200);
        assertThat(book.strays()).isEqualTo(1);
    }

    /** RFC 3261 section 8.1.3.4 names no CSeq, and a scenario may leave it as it is: what leaves after a redirection is another request all the same. */
    @Test
    void whatFollowsARedirectionUpIsTheSameIntentWhateverItsCseq() throws IOException {
        for (int second : new int[] {1, 2}) {
            folder = folder.resolve("cseq" + second);
            record();
            own();
            sent(1_000, 1, "INVITE");
            sent(1_500, 1, "INVITE");
            received(1_501, 1, "INVITE", 302);
            sent(1_502, 1, "ACK");
            sent(1_503, second, "INVITE");
            received(1_504, second, "INVITE", 180);
            received(1_505, second, "INVITE", 200);
            sent(1_506, second, "ACK");
            sent(2_000, second + 1, "BYE");
            received(2_001, second + 1, "BYE", 200);
            List<Operation> operations = operations();
            assertThat(operations)
                    .extracting(Operation::attempt, Operation::intentIndex, Operation::status, Operation::outcome)
                    .containsExactly(
                            tuple(AttemptKind.FIRST, 0, 302, Outcome.FAILED),
                            tuple(AttemptKind.FOLLOW_UP, 0, 200, Outcome.OK),
                            tuple(AttemptKind.FIRST, 1, 200, Outcome.OK));
            assertThat(operations.get(0).retransmissions()).isEqualTo(1);
            assertThat(operations.get(1).acked()).isNotEqualTo(Operation.NONE);
        }
    }

    /** Whether it is lost three of them would tell. */
    @Test
    void aRedirectionInsideADialogThatIsNotFollowedLeavesOpenWhatBecameOfIt() throws IOException {
        own();
        sent(1_000, 1, "INVITE");
        received(1_001, 1, "INVITE", 200);
        sent(1_002, 1, "ACK");
        sent(2_000, 2, "INFO");
        received(2_001, 2, "INFO", 302);
        sent(3_000, 3, "BYE");
        received(3_001, 3, "BYE", 302);
        assertThat(operations())
                .extracting(Operation::status, Operation::outcome)
                .contains(tuple(302, Outcome.INDETERMINATE))
                .doesNotContain(tuple(302, Outcome.FAILED));
    }

    /** As the harness's own caller tells it: once, whether the call is over or not. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aSetUpThatIsAcceptedAfterItWasRefusedIsAcceptedTwice(boolean over) throws IOException {
        population();
        sent(1_000, 1, "INVITE");
        received(1_001, 1, "INVITE", 503);
        sent(1_002, 1, "ACK");
        note(NoteLine.Kind.ANSWER, 1_003, 1, "t", -1);
        if (over) {
            note(NoteLine.Kind.END, 1_004, 0, "", -1);
        }
        received(1_005, 1, "INVITE", 503);
        received(1_500, 1, "INVITE", 200);
        received(2_000, 1, "INVITE", 200);
        if (!over) {
            note(NoteLine.Kind.END, 2_001, 0, "", -1);
            received(3_000, 1, "INVITE", 200);
        }
        run.close();
        assertThat(run.read().incidents)
                .extracting(Incident::call, Incident::kind, Incident::detail)
                .containsExactly(tuple(0, Incident.Kind.FORKED_ANSWER, "2xx after a 503"));
    }
}
