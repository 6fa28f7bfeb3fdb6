package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;

/** One request that came, and what was answered (RFC 3261 section 17.2). */
final class ServerTransaction {
    final String key;
    final Intent intent;
    final int cseq;
    final InetSocketAddress from;
    final InetSocketAddress replyTo;
    /** The element that passed the request on, as it names itself; or empty. */
    final String node;

    /** The request, as long as it waits for a response; what it is read from may be used again unless it was {@link #keep kept}. */
    Message request;

    final long received;
    long trying = Operation.NONE;
    long ringing = Operation.NONE;
    long end = Operation.NONE;
    long acked = Operation.NONE;
    long hold18x = Operation.NONE;
    long holdFinal = Operation.NONE;
    int status;
    int again;
    int answersAgain;
    long lastAnswer = Operation.NONE;
    long counter = -1;
    int setups = -1;

    /** The last response, which whoever asks again is given; null: none yet. */
    byte[] response;

    /** What it does next by itself. */
    Wire.Timer timer;

    long wait;

    ServerTransaction(String key, Intent intent, Message request, InetSocketAddress from, long received) {
        this.key = key;
        this.intent = intent;
        this.request = request;
        this.from = from;
        this.received = received;
        cseq = request.cseq();
        node = request.node();
        replyTo = Responses.destination(request, from);
    }

    /** Has the request outlive the datagram that it came in. */
    void keep() {
        request = request.kept();
    }

    boolean invite() {
        return intent == Intent.SETUP || intent == Intent.MODIFY;
    }

    boolean answered() {
        return end != Operation.NONE;
    }

    boolean accepted() {
        return answered() && status < 300;
    }

    /** Whether its final response is sent again until an ACK comes. */
    boolean awaitsAck() {
        return invite() && answered() && acked == Operation.NONE;
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    Operation operation(int call, int index) {
        Outcome outcome = !answered() ? Outcome.INDETERMINATE : status < 300 ? Outcome.OK : Outcome.FAILED;
        return new Operation(
                call,
                intent,
                index,
                AttemptKind.RECEIVED,
                cseq,
                received,
                received,
                trying,
                ringing,
                end,
                acked,
                hold18x,
                holdFinal,
                outcome,
                status,
                again,
                node,
                counter,
                setups,
                answersAgain,
                lastAnswer);
    }
}
