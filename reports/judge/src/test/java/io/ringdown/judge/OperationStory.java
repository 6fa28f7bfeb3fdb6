package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/** One attempt of a story. Times are milliseconds from the fault; negative ones lie before it. */
final class OperationStory {
    private final CallStory call;
    private final Intent intent;
    private final int index;
    private final int cseq;
    private AttemptKind attempt = AttemptKind.FIRST;
    private final long intended;
    private long sent;
    private long trying = NONE;
    private long ringing = NONE;
    private long end = NONE;
    private long acked = NONE;
    private long hold18x = NONE;
    private long holdFinal = NONE;
    private Outcome outcome = Outcome.INDETERMINATE;
    private int status;
    private int retransmissions;
    private String node = "";
    private long counter = -1;
    private int setups = -1;
    private int answersAgain;
    private long lastAnswer = NONE;

    OperationStory(CallStory call, Intent intent, int index, int cseq, double at) {
        this.call = call;
        this.intent = intent;
        this.index = index;
        this.cseq = cseq;
        intended = RunStory.instant(at);
        sent = intended;
    }

    OperationStory as(AttemptKind kind) {
        attempt = kind;
        return this;
    }

    /** The generator sent it later than intended. */
    OperationStory sentAt(double at) {
        sent = RunStory.instant(at);
        return this;
    }

    OperationStory trying(double at) {
        trying = RunStory.instant(at);
        return this;
    }

    OperationStory ringing(double at) {
        ringing = RunStory.instant(at);
        return this;
    }

    OperationStory hold18x(double until) {
        hold18x = RunStory.instant(until);
        return this;
    }

    OperationStory hold(double until) {
        holdFinal = RunStory.instant(until);
        return this;
    }

    OperationStory retransmitted(int times) {
        retransmissions = times;
        return this;
    }

    OperationStory counter(long value) {
        counter = value;
        return this;
    }

    OperationStory setups(int accepted) {
        setups = accepted;
        return this;
    }

    /** The 2xx came again, last at an instant. */
    OperationStory answeredAgain(int times, double last) {
        answersAgain = times;
        lastAnswer = RunStory.instant(last);
        return this;
    }

    OperationStory by(String element) {
        node = element;
        return this;
    }

    OperationStory acked(double at) {
        acked = RunStory.instant(at);
        return this;
    }

    /** A 2xx comes; an INVITE's is acknowledged at once. */
    CallStory ok(double at) {
        end = RunStory.instant(at);
        status = 200;
        outcome = Outcome.OK;
        if (acked == NONE && (intent == Intent.SETUP || intent == Intent.MODIFY)) {
            acked = end;
        }
        return answered();
    }

    /** Another final response comes. */
    CallStory gets(int finalStatus, double at) {
        end = RunStory.instant(at);
        status = finalStatus;
        outcome = Outcome.FAILED;
        return answered();
    }

    /** Timer B or F expires. */
    CallStory timesOut(double at) {
        end = RunStory.instant(at);
        outcome = Outcome.FAILED;
        return call;
    }

    /** The harness stops with it open. */
    CallStory staysOpen() {
        return call;
    }

    private CallStory answered() {
        if (node.isEmpty()) {
            node = end < RunStory.instant(0) ? call.owner() : call.heir();
        }
        return call;
    }

    Operation build(int number) {
        return new Operation(
                number,
                intent,
                index,
                attempt,
                cseq,
                intended,
                sent,
                trying,
                ringing,
                end,
                acked,
                hold18x,
                holdFinal,
                outcome,
                status,
                retransmissions,
                node,
                counter,
                setups,
                answersAgain,
                lastAnswer);
    }
}
