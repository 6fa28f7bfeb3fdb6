package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Receiver;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The callee: accepts every call, keeps the holds that the caller asks for, counts INFOs, and answers nothing inside a dialog that does not go on with
 * it as it was, so that no server that was born again can feign a call. Records each request that it received once, when it has been answered (an
 * INVITE: acknowledged). Runs on its wire's thread.
 */
final class CalledAgent implements Receiver {
    private static final String SDP = "v=0\r\no=callee 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=audio 9 RTP/AVP 0\r\na=inactive\r\n";
    private static final String OFFER =
            "Content-Type: application/sdp\r\nContent-Length: " + SDP.length() + "\r\n\r\n" + SDP;

    private final UserAgent agent;
    private final Wire wire;
    private final RunClock clock;
    private final CallRecorder recorder;
    private final AtomicInteger numbers;
    private final ServerTransactions transactions;
    private final CalleesUser user;
    private final String run;
    private final String contact;
    private final long forgetAfter;
    private final Map<String, Leg> legs = new HashMap<>();
    /** Of legs that are over and want nothing more: number of the record, and how many operations it has. */
    private final Remembered finished;

    private volatile long strays;

    /**
     * Makes one.
     *
     * @param agent what sends its own requests, from the same wire
     * @param run a word that sets its tags apart from those of other runs, and of one that was there before
     * @param numbers of its records
     */
    CalledAgent(UserAgent agent, RunClock clock, CallRecorder recorder, String run, AtomicInteger numbers) {
        this.agent = agent;
        this.clock = clock;
        this.recorder = recorder;
        this.run = run;
        this.numbers = numbers;
        wire = agent.wire;
        transactions = new ServerTransactions(wire, agent.settings.t1());
        user = new CalleesUser(agent);
        contact = "Contact: <" + agent.contact("callee") + ">\r\n";
        forgetAfter = 64 * agent.settings.t1();
        finished = new Remembered(forgetAfter);
    }

    @Override
    public void received(byte[] data, int length, InetSocketAddress from) {
        if (Message.keepAlive(data, length)) {
            return;
        }
        Message message = Message.read(data, length, agent.settings.nodeHeader());
        if (message == null) {
            strays++;
        } else if (!message.request()) {
            agent.responded(message);
        } else if (message.method().equals("ACK")) {
            acknowledged(message);
        } else if (!transactions.again(message, from)) {
            requested(message, from);
        }
    }

    private void requested(Message request, InetSocketAddress from) {
        boolean begins = request.toTag().isEmpty();
        Intent intent = Asked.intent(request);
        if (intent == null) {
            refuse(request, from, "501 Not Implemented");
            return;
        }
        Leg leg = leg(request.callId());
        if (intent == Intent.CANCEL) {
            cancel(request, from);
        } else if (intent == Intent.SETUP) {
            setUp(leg, request, from);
        } else if (begins && intent == Intent.OPTIONS) {
            refuse(request, from, "200 OK");
        } else if (leg == null) {
            strays++;
            refuse(request, from, "481 Call/Transaction Does Not Exist");
        } else {
            within(leg, transactions.begin(intent, request, from));
        }
    }

    /** Answers what belongs to no call, and keeps nothing of it. */
    private void refuse(Message request, InetSocketAddress from, String status) {
        wire.send(Responses.plain(request, from, status, ""), Responses.destination(request, from));
    }

    private void setUp(Leg known, Message request, InetSocketAddress from) {
        ServerTransaction invite = transactions.begin(Intent.SETUP, request, from);
        if (known != null && !known.over) {
            // The same call by another way (RFC 3261 section 8.2.2.2).
            known.open++;
            answer(known, invite, "482 Loop Detected", Responses.NO_BODY);
            return;
        }
        int number = numbers.getAndIncrement();
        String tag = Integer.toString(number, 36) + run;
        Asked asked = asked(request);
        var leg = new Leg(number, tag, request, user.dialog(number, tag, request), asked);
        leg.setUp = invite;
        leg.open++;
        legs.put(leg.callId, leg);
        String told = request.other(GeneratorSettings.CALL_HEADER);
        String callersId = told.isEmpty() ? leg.callId : told;
        recorder.call(new Call(number, callersId, CallRole.FAR_SIDE, Phase.NONE, false, -1));
        hold(invite, asked);
        if (asked.ring() > wire.nanos()) {
            transactions.provisional(
                    invite, 100, Responses.of(invite.request, from, "100 Trying", "", false, Responses.NO_BODY));
            invite.timer = wire.at(asked.ring(), () -> ring(leg));
        } else {
            ring(leg);
        }
    }

    private Asked asked(Message request) {
        return Asked.of(
                request.other(GeneratorSettings.HOLD_HEADER),
                request.toTag().isEmpty() ? request.other(GeneratorSettings.OPERATE_HEADER) : "",
                millis -> clock.fromEpochMicros(1_000 * millis));
    }

    private void hold(ServerTransaction transaction, Asked asked) {
        transaction.hold18x = asked.ring();
        transaction.holdFinal = asked.answer();
        if (Math.max(asked.ring(), asked.answer()) > wire.nanos()) {
            transaction.keep();
        }
    }

    private void ring(Leg leg) {
        ServerTransaction invite = leg.setUp;
        byte[] ringing =
                Responses.of(invite.request, invite.from, "180 Ringing", leg.tag, true, contact + Responses.NO_BODY);
        transactions.provisional(invite, 180, ringing);
        whenDue(invite, () -> accept(leg));
    }

    private void whenDue(ServerTransaction transaction, Runnable answer) {
        if (transaction.holdFinal > wire.nanos()) {
            transaction.timer = wire.at(transaction.holdFinal, answer);
        } else {
            answer.run();
        }
    }

    private void accept(Leg leg) {
        leg.accepted = true;
        leg.setUp.setups = 1;
        accept(leg, leg.setUp, contact + "X-Ringdown-Setups: 1\r\n" + OFFER);
    }

    private void accept(Leg leg, ServerTransaction invite, String rest) {
        leg.unacknowledged = invite;
        byte[] ok = Responses.of(invite.request, invite.from, "200 OK", leg.tag, true, rest);
        transactions.answer(invite, 200, ok, () -> unacknowledged(leg, invite));
    }

    private void acknowledged(Message ack) {
        ServerTransaction refused = transactions.invite(ack);
        if (refused != null && refused.status >= 300) {
            transactions.acknowledged(refused);
            return;
        }
        Leg leg = legs.get(ack.callId());
        ServerTransaction invite = leg == null ? null : leg.unacknowledged;
        if (invite == null || invite.cseq != ack.cseq() || !leg.has(ack)) {
            return;
        }
        leg.unacknowledged = null;
        transactions.acknowledged(invite);
        record(leg, invite);
        if (invite == leg.setUp) {
            leg.confirmed = true;
            if (!leg.over) {
                user.use(leg, () -> over(leg));
            }
        }
    }

    /** Nobody acknowledged the 2xx: the dialog is there, and is ended (section 13.3.1.4). */
    private void unacknowledged(Leg leg, ServerTransaction invite) {
        record(leg, invite);
        leg.unacknowledged = null;
        if (!leg.over) {
            recorder.incident(
                    new Incident(leg.number, wire.nanos(), Incident.Kind.UNACKNOWLEDGED, "no ACK came to its 2xx"));
            user.hangUp(leg);
            over(leg);
        }
    }

    private void cancel(Message cancel, InetSocketAddress from) {
        ServerTransaction invite = transactions.invite(cancel);
        Leg leg = invite == null && !transactions.established(cancel) ? null : leg(cancel.callId());
        if (leg == null) {
            refuse(cancel, from, "481 Call/Transaction Does Not Exist");
            return;
        }
        leg.open++;
        answer(leg, transactions.begin(Intent.CANCEL, cancel, from), "200 OK", Responses.NO_BODY);
        if (invite != null && !invite.answered()) {
            if (invite == leg.setUp) {
                over(leg);
            }
            answer(leg, invite, "487 Request Terminated", Responses.NO_BODY);
        }
    }

    private void within(Leg leg, ServerTransaction transaction) {
        Message request = transaction.request;
        leg.open++;
        if (leg.over || !leg.has(request)) {
            answer(leg, transaction, "481 Call/Transaction Does Not Exist", Responses.NO_BODY);
        } else if (request.cseq() < leg.remoteCseq || transaction.invite() && leg.unacknowledged != null) {
            answer(leg, transaction, "500 Server Internal Error", "Retry-After: 1\r\n" + Responses.NO_BODY);
        } else if (transaction.invite() && user.modifying(leg)) {
            answer(leg, transaction, "491 Request Pending", Responses.NO_BODY);
        } else {
            // The same request by another address has the same number (RFC 3263 section 4.3), and counts once.
            boolean first = request.cseq() > leg.remoteCseq;
            leg.remoteCseq = request.cseq();
            if (leg.dialog != null && (transaction.invite() || transaction.intent == Intent.UPDATE)) {
                leg.dialog.target(request.contact());
            }
            hold(transaction, asked(request));
            operate(leg, transaction, first);
        }
    }

    private void operate(Leg leg, ServerTransaction transaction, boolean first) {
        switch (transaction.intent) {
            case MODIFY -> {
                if (transaction.holdFinal > wire.nanos()) {
                    transactions.provisional(
                            transaction, 100, Responses.plain(transaction.request, transaction.from, "100 Trying", ""));
                }
                whenDue(transaction, () -> accept(leg, transaction, contact + OFFER));
            }
            case INFO -> {
                leg.informed += first ? 1 : 0;
                whenDue(transaction, () -> counted(leg, transaction));
            }
            case RELEASE -> {
                over(leg);
                whenDue(transaction, () -> counted(leg, transaction));
            }
            default -> whenDue(transaction, () -> answer(leg, transaction, "200 OK", contact + Responses.NO_BODY));
        }
    }

    private void counted(Leg leg, ServerTransaction transaction) {
        transactions.count(transaction, leg.informed);
        record(leg, transaction);
    }

    /** Answers what needs no ACK, or is refused, and records it. */
    private void answer(Leg leg, ServerTransaction transaction, String status, String rest) {
        byte[] response = Responses.of(transaction.request, transaction.from, status, leg.tag, false, rest);
        int code = Integer.parseInt(status, 0, 3, 10);
        transactions.answer(transaction, code, response, () -> {});
        record(leg, transaction);
    }

    private void record(Leg leg, ServerTransaction transaction) {
        recorder.operation(transaction.operation(leg.number, leg.transactions++));
        leg.open--;
        if (leg.settled()) {
            leg.forgetting.cancel();
            legs.remove(leg.callId);
            finished.put(leg.callId, (long) leg.number << 32 | leg.transactions, wire.nanos());
        }
    }

    /** A leg that is known, or has been for not too long. */
    private Leg leg(String callId) {
        Leg known = legs.get(callId);
        long told = known == null ? finished.get(callId, wire.nanos()) : Remembered.NOTHING;
        if (told == Remembered.NOTHING) {
            return known;
        }
        var over = new Leg((int) (told >>> 32), callId, (int) told);
        legs.put(callId, over);
        forget(over);
        return over;
    }

    private void forget(Leg leg) {
        leg.forgetting = wire.after(wire.nanos(), forgetAfter, () -> legs.remove(leg.callId, leg));
    }

    /** The call is over; what is sent again may still come for a while. */
    private void over(Leg leg) {
        if (!leg.over) {
            leg.over = true;
            if (leg.dialog != null) {
                leg.dialog.endedRemotely = true;
            }
            forget(leg);
        }
    }

    /** Messages that were none, or belonged to no call. */
    long strays() {
        return strays + agent.malformed();
    }

    /** Records what is still open. After the wire has ended. */
    void close() {
        for (Leg leg : legs.values()) {
            if (leg.early() || leg.unacknowledged != null) {
                record(leg, leg.unacknowledged != null ? leg.unacknowledged : leg.setUp);
            }
            if (!leg.over) {
                String how = leg.confirmed ? "established" : leg.accepted ? "accepted" : "ringing";
                recorder.incident(new Incident(leg.number, wire.nanos(), Incident.Kind.OPEN_LEG, how));
            }
        }
        agent.close();
    }
}
