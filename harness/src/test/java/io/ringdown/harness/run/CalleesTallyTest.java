package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.CalleesView;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import org.junit.jupiter.api.Test;

/** What a trial's callee is told of sessions 100 to 102, each of which succeeded for its caller. */
class CalleesTallyTest {
    private static final CalleesView ALIKE = new CalleesView(0, 0, 0, 0);

    private final CalleesTally tally = new CalleesTally();
    private int legs = 40;

    CalleesTallyTest() {
        tally.begin(100, 103);
    }

    private int leg(String caller) {
        tally.call(new Call(legs, caller, CallRole.FAR_SIDE, Phase.NONE, false, -1));
        return legs++;
    }

    private void received(int leg, Intent intent, Outcome outcome, int status) {
        boolean acked = intent == Intent.SETUP && outcome == Outcome.OK;
        tally.operation(operation(leg, intent, AttemptKind.RECEIVED, acked ? 9 : Operation.NONE, outcome, status));
    }

    private static Operation operation(
            int leg, Intent intent, AttemptKind attempt, long acked, Outcome outcome, int status) {
        return new Operation(
                leg,
                intent,
                0,
                attempt,
                1,
                1,
                1,
                Operation.NONE,
                Operation.NONE,
                2,
                acked,
                Operation.NONE,
                Operation.NONE,
                outcome,
                status,
                0,
                "",
                -1,
                -1,
                0,
                Operation.NONE);
    }

    private int whole(int session) {
        int leg = leg(session + "-run@host");
        received(leg, Intent.SETUP, Outcome.OK, 200);
        received(leg, Intent.RELEASE, Outcome.OK, 200);
        return leg;
    }

    @Test
    void whatReachedItOnceIsAsItsCallerSawIt() {
        assertThat(tally.decided()).isFalse();
        whole(100);
        whole(102);
        assertThat(tally.decided()).isFalse();
        int leg = whole(101);
        // The callee's own, and what changes nothing.
        tally.operation(operation(leg, Intent.RELEASE, AttemptKind.FIRST, Operation.NONE, Outcome.OK, 200));
        received(leg, Intent.OPTIONS, Outcome.OK, 200);
        assertThat(tally.decided()).isTrue();
        assertThat(tally.view()).isEqualTo(ALIKE);
    }

    @Test
    void whatIsMissingIsToldByItsEnd() {
        int leg = leg("101-run@host");
        assertThat(tally.view()).isEqualTo(new CalleesView(2, 0, 1, 0));
        received(leg, Intent.SETUP, Outcome.OK, 200);
        assertThat(tally.view()).isEqualTo(new CalleesView(2, 0, 0, 1));
        whole(100);
        received(leg("102-run@host"), Intent.RELEASE, Outcome.OK, 200);
        received(leg, Intent.RELEASE, Outcome.OK, 200);
        assertThat(tally.view()).isEqualTo(new CalleesView(0, 0, 1, 0));
        assertThat(tally.decided()).isFalse();
    }

    @Test
    void whatCameTwiceIsToldAtOnce() {
        whole(100);
        int leg = whole(101);
        // Another leg of the same call, another INVITE of the same leg, another BYE, and what nobody sent.
        whole(101);
        assertThat(tally.decided()).isTrue();
        assertThat(tally.view()).isEqualTo(new CalleesView(1, 1, 0, 0));
        for (Intent intent : new Intent[] {Intent.SETUP, Intent.RELEASE, Intent.MODIFY, Intent.INFO}) {
            tally.begin(100, 101);
            leg = whole(100);
            received(leg, intent, Outcome.FAILED, 481);
            assertThat(tally.view()).as("" + intent).isEqualTo(new CalleesView(0, 1, 0, 0));
        }
    }

    @Test
    void whatBelongsToAnotherTrialIsPassedOver() {
        int late = whole(102);
        tally.begin(103, 104);
        received(late, Intent.RELEASE, Outcome.OK, 200);
        whole(102);
        whole(104);
        leg("no number");
        leg("103");
        assertThat(tally.view()).isEqualTo(new CalleesView(1, 0, 0, 0));
        whole(103);
        assertThat(tally.view()).isEqualTo(ALIKE);
    }
}
