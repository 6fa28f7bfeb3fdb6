package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import java.util.ArrayList;
import java.util.List;

/** A call as its callee saw it. Times are milliseconds from the fault. */
final class LegStory {
    private final String callId;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private int intents;

    LegStory(String callId) {
        this.callId = callId;
    }

    /** All that the caller sent and got an answer to has reached the callee, and been answered so. */
    static LegStory agreeing(CallStory call) {
        var leg = new LegStory(call.callId());
        for (OperationStory story : call.operations()) {
            Operation op = story.build(0);
            if (op.end() != NONE && op.status() != 0) {
                leg.add(
                        AttemptKind.RECEIVED,
                        op.intent(),
                        op.cseq(),
                        op.sent() + 100_000,
                        op.end() - 100_000,
                        op.status());
            }
        }
        return leg;
    }

    private LegStory add(AttemptKind kind, Intent intent, int cseq, long sent, long end, int status) {
        Outcome outcome = status == 0 ? Outcome.FAILED : status < 300 ? Outcome.OK : Outcome.FAILED;
        boolean acked = status >= 200 && status < 300 && (intent == Intent.SETUP || intent == Intent.MODIFY);
        operations.add(new Operation(
                0,
                intent,
                intents++,
                kind,
                cseq,
                sent,
                sent,
                NONE,
                NONE,
                end,
                acked ? end : NONE,
                NONE,
                NONE,
                outcome,
                status,
                0,
                "",
                -1,
                -1,
                0,
                NONE));
        return this;
    }

    LegStory received(Intent intent, int cseq, double at, int status) {
        return add(AttemptKind.RECEIVED, intent, cseq, RunStory.instant(at), RunStory.instant(at + 1), status);
    }

    /** No ACK came to its 2xx to the set-up, which it sent again, last at an instant. */
    LegStory unacknowledged(double lastAnswer) {
        operations.replaceAll(
                op -> op.intent() == Intent.SETUP ? copy(op, op.call(), NONE, 9, RunStory.instant(lastAnswer)) : op);
        return this;
    }

    /** A request of the callee's own, answered after a millisecond. */
    LegStory sent(Intent intent, int cseq, double at, int status) {
        return add(AttemptKind.FIRST, intent, cseq, RunStory.instant(at), RunStory.instant(at + 1), status);
    }

    /** Nothing of an intent reached it. */
    LegStory without(Intent intent) {
        operations.removeIf(op -> op.intent() == intent && op.attempt() == AttemptKind.RECEIVED);
        return this;
    }

    LegStory incident(Incident.Kind kind, double at, String detail) {
        incidents.add(new Incident(0, RunStory.instant(at), kind, detail));
        return this;
    }

    void write(CallRecorder recorder, int number) {
        recorder.call(new Call(number, callId, CallRole.FAR_SIDE, Phase.NONE, false, -1));
        operations.forEach(op -> recorder.operation(copy(op, number, op.acked(), op.answersAgain(), op.lastAnswer())));
        incidents.forEach(each -> recorder.incident(new Incident(number, each.at(), each.kind(), each.detail())));
    }

    private static Operation copy(Operation op, int number, long acked, int answersAgain, long lastAnswer) {
        return new Operation(
                number,
                op.intent(),
                op.intentIndex(),
                op.attempt(),
                op.cseq(),
                op.intended(),
                op.sent(),
                op.trying(),
                op.ringing(),
                op.end(),
                acked,
                op.hold18x(),
                op.holdFinal(),
                op.outcome(),
                op.status(),
                op.retransmissions(),
                op.node(),
                op.counter(),
                op.setups(),
                answersAgain,
                lastAnswer);
    }
}
