package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialogUserTest extends ManualCaller {
    private DialogUser user() {
        establish();
        return new DialogUser(agent, dialog, () -> done++);
    }

    @Test
    void aRefusedRequestIsRepeatedTwiceInItsDialogThenTheCallIsReleased() throws IOException {
        DialogUser user = user();
        user.operate(Intent.INFO, wire.nanos(), Operation.NONE);
        for (int i = 0; i < 3; i++) {
            receive(last("INFO"), 500, "theirs");
            wire.advanceTo(wire.nanos() + 2 * T1);
        }
        assertThat(wire.sent("INFO")).extracting(s -> s.header("CSeq")).containsExactly("2 INFO", "3 INFO", "4 INFO");
        assertThat(wire.sent("INFO").stream().map(Sent::branch).distinct()).hasSize(3);
        assertThat(wire.sent("INFO").stream().map(s -> s.header("Call-ID")).distinct())
                .hasSize(1);
        receive(last("BYE"), 200, "theirs");
        assertThat(done).isOne();
        List<Operation> infos =
                operations().stream().filter(op -> op.intent() == Intent.INFO).toList();
        assertThat(infos.stream().map(Operation::intentIndex).distinct()).containsExactly(1);
        assertThat(infos).extracting(op -> op.attempt().name()).containsExactly("FIRST", "REPEAT", "REPEAT");
    }

    @Test
    void aRequestPendingIsFollowedUpAndNoRepeat() throws IOException {
        DialogUser user = user();
        user.operate(Intent.MODIFY, wire.nanos(), Operation.NONE);
        receive(last("INVITE"), 491, "theirs");
        wire.advanceTo(6 * T1);
        receive(last("INVITE"), 200, "theirs");
        assertThat(operations()).extracting(op -> op.attempt().name()).containsExactly("FIRST", "FIRST", "FOLLOW_UP");
    }

    @Test
    void whoseFarSideIsGoneHangsUp() {
        DialogUser user = user();
        user.operate(Intent.INFO, wire.nanos(), Operation.NONE);
        receive(last("INFO"), 481, "theirs");
        assertThat(wire.sent("BYE")).hasSize(1);
        receive(last("BYE"), 481, "theirs");
        assertThat(done).isOne();
    }

    @Test
    void aByeThatNobodyAnswersEndsTheCallAfter64T1() {
        DialogUser user = user();
        user.release(wire.nanos());
        wire.advanceTo(64 * T1);
        assertThat(done).isOne();
        assertThat(wire.sent("BYE").stream().map(Sent::branch).distinct()).hasSize(1);
    }

    @Test
    void nothingOvertakesAnOpenRequestAndTheByeWaitsForIt() {
        DialogUser user = user();
        user.operate(Intent.INFO, wire.nanos(), Operation.NONE);
        user.operate(Intent.INFO, wire.nanos(), Operation.NONE);
        user.release(wire.nanos());
        assertThat(wire.sent("INFO")).hasSize(1);
        assertThat(wire.sent("BYE")).isEmpty();
        receive(last("INFO"), 200, "theirs", "X-Ringdown-Counter: 1");
        assertThat(wire.sent("BYE")).hasSize(1);
    }

    @Test
    void aCallThatTheFarSideEndedIsOverWhenItsUserWantsSomething() {
        DialogUser user = user();
        dialog.endedRemotely = true;
        user.operate(Intent.RELEASE, wire.nanos(), Operation.NONE);
        user.release(wire.nanos());
        assertThat(wire.sent("BYE")).isEmpty();
        assertThat(done).isOne();
    }

    @Test
    void aStuckReInviteIsCancelledAndRepeated() throws IOException {
        DialogUser user = user();
        user.operate(Intent.MODIFY, wire.nanos(), Operation.NONE);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(8 * T1);
        assertThat(last("CANCEL").header("To")).endsWith(";tag=theirs");
        receive(last("INVITE"), 487, "theirs");
        wire.advanceTo(11 * T1);
        assertThat(last("INVITE").header("CSeq")).isEqualTo("3 INVITE");
        receive(last("INVITE"), 200, "theirs");
        assertThat(operations()).extracting(op -> op.attempt().name()).containsExactly("FIRST", "FIRST", "REPEAT");
    }

    private Operation release() throws IOException {
        receive(last("BYE"), 200, "theirs");
        List<Operation> operations = operations();
        return operations.get(operations.size() - 1);
    }

    /** Sends an INFO, hangs up while it is open, and answers it. */
    private Operation deferred(long infoLate, long hold, long release, long answered) throws IOException {
        DialogUser user = user();
        long start = wire.nanos();
        wire.advanceTo(start + infoLate);
        user.operate(Intent.INFO, start, hold == Operation.NONE ? hold : start + hold);
        wire.advanceTo(start + release);
        user.release(start + release);
        assertThat(wire.sent("BYE")).isEmpty();
        wire.advanceTo(start + answered);
        receive(last("INFO"), 200, "theirs");
        Operation bye = release();
        assertThat(bye.sent()).isEqualTo(start + answered);
        return bye;
    }

    @Test
    void aReleaseThatTheClusterHeldUpCountsFromWhenItBecamePossible() throws IOException {
        Operation bye = deferred(0, Operation.NONE, 4 * T1, 6 * T1);
        assertThat(bye.intended()).isEqualTo(bye.sent());
        assertThat(agent.lateness().otherwise().getMaxValue()).isZero();
    }

    @Test
    void aReleaseThatTheGeneratorHeldUpCountsFromItsScriptedInstant() throws IOException {
        Operation bye = deferred(3 * T1, Operation.NONE, 4 * T1, 5 * T1);
        assertThat(bye.intended()).isEqualTo(4 * T1);
    }

    @Test
    void ofAReleaseThatBothHeldUpTheGeneratorBearsItsShare() throws IOException {
        Operation bye = deferred(T1, Operation.NONE, 4 * T1, 6 * T1);
        assertThat(bye.intended()).isEqualTo(5 * T1);
    }

    @Test
    void aHoldEndsAtItsInstantHoweverLateItWasAskedFor() throws IOException {
        Operation bye = deferred(T1, 5 * T1, 4 * T1, 6 * T1);
        assertThat(bye.intended()).isEqualTo(6 * T1);
    }
}
