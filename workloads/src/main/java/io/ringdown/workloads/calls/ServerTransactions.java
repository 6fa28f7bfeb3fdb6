package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.RetransmissionTimer;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The server transactions of one address (RFC 3261 section 17.2): a request that comes again gets the same response again, and the final response to
 * an INVITE is sent again until its ACK comes, a 2xx as well (section 13.3.1.4).
 */
final class ServerTransactions {
    private final Wire wire;
    private final long t1;
    private final Map<String, ServerTransaction> all = new HashMap<>();
    /** Those of which no more need be known than that they were, and the counter that their 200 told. */
    private final Remembered settled;

    /** @param t1 timer T1 in nanoseconds */
    ServerTransactions(Wire wire, long t1) {
        this.wire = wire;
        this.t1 = t1;
        settled = new Remembered(64 * t1);
    }

    /** Takes what is no new request. @return whether it came again */
    boolean again(Message request, InetSocketAddress from) {
        String key = key(request, request.method());
        ServerTransaction known = all.get(key);
        if (known == null) {
            return settledAgain(key, request, from);
        }
        known.again++;
        if (known.response != null) {
            wire.send(known.response, known.replyTo);
        }
        return true;
    }

    private boolean settledAgain(String key, Message request, InetSocketAddress from) {
        long counter = settled.get(key, wire.nanos());
        // An INVITE that was acknowledged is absorbed.
        if (counter >= 0 && !request.method().equals("INVITE")) {
            wire.send(Responses.counted(request, from, counter), Responses.destination(request, from));
        }
        return counter >= 0;
    }

    /** Whether the INVITE that a CANCEL with the same branch belongs to has been accepted, and acknowledged. */
    boolean established(Message cancel) {
        return settled.get(key(cancel, "INVITE"), wire.nanos()) >= 0;
    }

    /** The transaction of the INVITE that an ACK or a CANCEL with the same branch belongs to (sections 9.2 and 17.1.1.3), or null. */
    ServerTransaction invite(Message request) {
        return all.get(key(request, "INVITE"));
    }

    /** Begins one that is to be answered. */
    ServerTransaction begin(Intent intent, Message request, InetSocketAddress from) {
        String key = key(request, request.method());
        var begun = new ServerTransaction(key, intent, request, from, wire.nanos());
        all.put(key, begun);
        return begun;
    }

    /** Section 17.2.3. */
    private static String key(Message request, String method) {
        return request.branch() + '@' + request.sentBy() + ' ' + method;
    }

    /** Sends a provisional response. */
    void provisional(ServerTransaction transaction, int status, byte[] response) {
        long now = wire.nanos();
        transaction.trying = status == 100 ? now : transaction.trying;
        transaction.ringing = status > 100 && transaction.ringing == Operation.NONE ? now : transaction.ringing;
        transaction.response = response;
        wire.send(response, transaction.replyTo);
    }

    /**
     * Sends the final response, and that to an INVITE again until it is acknowledged.
     *
     * @param unacknowledged what is to be done if it never is
     */
    void answer(ServerTransaction transaction, int status, byte[] response, Runnable unacknowledged) {
        transaction.stopTimer();
        transaction.status = status;
        transaction.end = wire.nanos();
        transaction.response = response;
        transaction.request = null;
        wire.send(response, transaction.replyTo);
        if (transaction.invite()) {
            transaction.wait = new RetransmissionTimer(t1, false).first();
            later(transaction, unacknowledged);
        } else {
            // Timer J: until then it may come again.
            wire.after(transaction.end, 64 * t1, () -> all.remove(transaction.key, transaction));
        }
    }

    /** Sends the 200 that tells a counter, of which no more need be kept. */
    void count(ServerTransaction transaction, int counter) {
        transaction.stopTimer();
        transaction.status = 200;
        transaction.end = wire.nanos();
        transaction.counter = counter;
        byte[] response = Responses.counted(transaction.request, transaction.from, counter);
        transaction.request = null;
        wire.send(response, transaction.replyTo);
        settle(transaction, counter, transaction.end);
    }

    private void settle(ServerTransaction transaction, int counter, long now) {
        all.remove(transaction.key, transaction);
        settled.put(transaction.key, counter, now);
    }

    private void later(ServerTransaction transaction, Runnable unacknowledged) {
        long now = wire.nanos();
        long givenUp = transaction.end + 64 * t1;
        if (now + transaction.wait >= givenUp) {
            transaction.timer = wire.at(givenUp, () -> {
                all.remove(transaction.key, transaction);
                unacknowledged.run();
            });
            return;
        }
        transaction.timer = wire.after(now, transaction.wait, () -> {
            transaction.answersAgain++;
            transaction.lastAnswer = wire.nanos();
            wire.send(transaction.response, transaction.replyTo);
            transaction.wait = new RetransmissionTimer(t1, false).next(transaction.wait, false);
            later(transaction, unacknowledged);
        });
    }

    /** The ACK to a final response came. @return whether it is the first */
    boolean acknowledged(ServerTransaction transaction) {
        if (!transaction.awaitsAck()) {
            return false;
        }
        transaction.stopTimer();
        transaction.acked = wire.nanos();
        // What comes again now is absorbed: timers I, and L of RFC 6026.
        transaction.response = null;
        settle(transaction, 0, transaction.acked);
        return true;
    }
}
