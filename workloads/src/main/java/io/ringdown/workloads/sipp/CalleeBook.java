package io.ringdown.workloads.sipp;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.Asked;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.sip.Message;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes records of what SIPp's callee received and answered, from its messages alone: what its scenario took a request for does not matter. A request
 * is known by branch and method, as RFC 3261 section 17.2.3 wants it, since SIPp itself takes one with another branch for the same. For one thread.
 */
final class CalleeBook {
    private final CallRecorder recorder;
    private final RunClock clock;
    /** By their Call-IDs. */
    private final Map<String, Leg> legs = new HashMap<>();

    private long strays;
    private long latest;

    CalleeBook(CallRecorder recorder, RunClock clock) {
        this.recorder = recorder;
        this.clock = clock;
    }

    /** One dialog. */
    private static final class Leg {
        private final int number;
        private final Map<String, Received> requests = new LinkedHashMap<>();
        private Received setUp;

        Leg(int number) {
            this.number = number;
        }

        private boolean has(Intent intent) {
            return requests.values().stream().anyMatch(each -> each.intent == intent && each.status < 300);
        }

        /** Whether somebody has ended it, or it never came about. */
        boolean over() {
            return has(Intent.RELEASE) || setUp.status >= 300 || !setUp.answered() && has(Intent.CANCEL);
        }

        /** Whether no other request could be the same to SIPp, which answers but one of these in time. */
        boolean alone(Received request) {
            return requests.values().stream()
                    .noneMatch(each -> each != request && each.cseq == request.cseq && each.intent == request.intent);
        }

        /** The INVITE that an ACK to a 2xx is for, or null. */
        Received accepted(int cseq) {
            for (Received each : requests.values()) {
                if (each.invite() && each.cseq == cseq && each.accepted() && each.acked == Operation.NONE) {
                    return each;
                }
            }
            return null;
        }
    }

    /** One request that came, and what was answered. */
    private static final class Received {
        private final Intent intent;
        private final int index;
        private final int cseq;
        private final long at;
        private final Asked asked;
        /** When it came last. */
        private long last;

        private long trying = Operation.NONE;
        private long ringing = Operation.NONE;
        private long end = Operation.NONE;
        private long acked = Operation.NONE;
        private int status;
        private int again;
        private int answersAgain;
        private long lastAnswer = Operation.NONE;
        private long counter = -1;
        private int setups = -1;
        private boolean recorded;

        Received(Intent intent, int index, int cseq, long at, Asked asked) {
            this.intent = intent;
            this.index = index;
            this.cseq = cseq;
            this.at = at;
            last = at;
            this.asked = asked;
        }

        boolean invite() {
            return intent == Intent.SETUP || intent == Intent.MODIFY;
        }

        boolean answered() {
            return status >= 200;
        }

        boolean accepted() {
            return answered() && status < 300;
        }

        void cameAgain(long when) {
            last = when;
            again += recorded ? 0 : 1;
        }

        /** Whether SIPp had nothing to do for it but to wait for an instant. */
        boolean waited() {
            return asked.answer() != Operation.NONE && asked.answer() > last;
        }

        Operation operation(int call) {
            Outcome outcome = accepted() ? Outcome.OK : answered() ? Outcome.FAILED : Outcome.INDETERMINATE;
            return new Operation(
                    call,
                    intent,
                    index,
                    AttemptKind.RECEIVED,
                    cseq,
                    at,
                    at,
                    trying,
                    ringing,
                    end,
                    acked,
                    asked.ring(),
                    asked.answer(),
                    outcome,
                    status,
                    again,
                    "",
                    counter,
                    setups,
                    answersAgain,
                    lastAnswer);
        }
    }

    /** Takes up a datagram. */
    void logged(MessageLog.Logged datagram) {
        byte[] bytes = datagram.bytes();
        if (Message.keepAlive(bytes, bytes.length)) {
            return;
        }
        Message message = Message.read(bytes, bytes.length, "");
        long at = clock.fromEpochMicros(datagram.epochMicros());
        if (message == null) {
            strays++;
        } else if (datagram.sent() && !message.request()) {
            answered(message, at);
        } else if (!datagram.sent() && message.request()) {
            requested(message, at);
        } else {
            // SIPp sends no request, so that no response can be to one.
            strays++;
        }
    }

    private void requested(Message request, long at) {
        Leg leg = legs.get(request.callId());
        if (request.method().equals("ACK")) {
            acknowledged(leg, request, at);
            return;
        }
        boolean begins = request.toTag().isEmpty();
        if (leg == null && !(begins && request.method().equals("INVITE"))) {
            strays++;
            return;
        }
        if (leg == null) {
            leg = begin(request);
        }
        Received known = leg.requests.get(key(request));
        if (known != null) {
            known.cameAgain(at);
            return;
        }
        Intent intent = Asked.intent(request);
        if (intent == null) {
            strays++;
            return;
        }
        var received = new Received(intent, leg.requests.size(), request.cseq(), at, asked(request));
        leg.requests.put(key(request), received);
        leg.setUp = leg.setUp == null ? received : leg.setUp;
    }

    private Leg begin(Message invite) {
        var leg = new Leg(legs.size());
        legs.put(invite.callId(), leg);
        String told = invite.other(GeneratorSettings.CALL_HEADER);
        String callersId = told.isEmpty() ? invite.callId() : told;
        recorder.call(new Call(leg.number, callersId, CallRole.FAR_SIDE, Phase.NONE, false, -1));
        return leg;
    }

    private static String key(Message message) {
        return message.branch() + ' ' + message.method();
    }

    private Asked asked(Message request) {
        return Asked.of(
                request.other(GeneratorSettings.HOLD_HEADER), "", millis -> clock.fromEpochMicros(1_000 * millis));
    }

    private void acknowledged(Leg leg, Message ack, long at) {
        Received invite = leg == null ? null : leg.accepted(ack.cseq());
        if (invite != null) {
            invite.acked = at;
            record(leg, invite);
        }
    }

    private void answered(Message response, long at) {
        Leg leg = legs.get(response.callId());
        Received request = leg == null ? null : leg.requests.get(key(response));
        if (request == null || request.recorded) {
            return;
        }
        int status = response.status();
        if (status == 100) {
            request.trying = request.trying == Operation.NONE ? at : request.trying;
        } else if (status < 200) {
            request.ringing = request.ringing == Operation.NONE ? at : request.ringing;
        } else if (!request.answered()) {
            answered(leg, request, response, at);
        } else if (status == request.status) {
            request.answersAgain++;
            request.lastAnswer = at;
        }
    }

    private void answered(Leg leg, Received request, Message response, long at) {
        request.status = response.status();
        request.end = at;
        request.counter = response.counter();
        request.setups = response.setups();
        if (request.waited() && leg.alone(request)) {
            latest = Math.max(latest, at - request.asked.answer());
        }
        if (!request.invite() || !request.accepted()) {
            record(leg, request);
        }
    }

    private void record(Leg leg, Received request) {
        if (!request.recorded) {
            request.recorded = true;
            recorder.operation(request.operation(leg.number));
        }
    }

    /** SIPp is gone: records what it left open. */
    void close(long at) {
        for (Leg leg : legs.values()) {
            leg.requests.values().forEach(each -> record(leg, each));
            if (!leg.over()) {
                Received setUp = leg.setUp;
                String how = setUp.acked != Operation.NONE ? "established" : setUp.accepted() ? "accepted" : "ringing";
                recorder.incident(new Incident(leg.number, at, Incident.Kind.OPEN_LEG, how));
            }
        }
    }

    /** Messages that were none, or belonged to no call. */
    long strays() {
        return strays;
    }

    /** How much later than the instant until which it was held an answer left at the most, in nanoseconds. */
    long latest() {
        return latest;
    }
}
