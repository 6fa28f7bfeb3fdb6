package io.ringdown.workloads.sipp;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.workloads.calls.Lateness;
import io.ringdown.workloads.sipp.Booked.Leg;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Makes calls and operations of what one SIPp process logs, and records them. The log of messages tells what was sent and received and when; the
 * generated scenarios' notes tell the rest. Of a scenario of the user's own only the first is there. For one thread.
 */
final class CallBook {
    /** SIPp's own timers are no finer: what it does within so long of an instant it does at it. */
    private static final long SIPP_TICK = 10_000_000;

    private static final String LEG = "///";

    private final Part part;
    private final RunRecorder recorder;
    private final RunClock clock;
    private final Lateness lateness;
    private final IntSupplier callNumbers;
    private final long timeout;
    private final Map<String, Booked> open = new HashMap<>();
    private final EndedCalls ended;

    private int begun;
    private int stream = -1;
    private int streamed;
    private int succeeded;
    private int failed;
    private int inARow;
    private long strays;

    /**
     * A book yet to be filled.
     *
     * @param callNumbers gives each call that is recorded its number
     * @param timeout 64 T1, in nanoseconds
     */
    CallBook(
            Part part, RunRecorder recorder, RunClock clock, Lateness lateness, IntSupplier callNumbers, long timeout) {
        this.part = part;
        this.recorder = recorder;
        this.clock = clock;
        this.lateness = lateness;
        this.callNumbers = callNumbers;
        this.timeout = timeout;
        ended = new EndedCalls(recorder);
    }

    // What the log of messages tells.

    void wire(WireLine line) {
        long at = clock.fromEpochMicros(line.epochMicros());
        if (line.sent() && line.status() == 0) {
            sent(line, at);
        } else if (!line.sent()) {
            received(line, at);
        }
    }

    private void sent(WireLine line, long at) {
        Booked call = open.get(line.callId());
        if (call == null && ended.has(line.callId())) {
            return;
        }
        boolean redial = line.method().equals("INVITE") && line.cseq() >= Steps.REDIALS && !part.custom();
        if (line.method().equals("ACK")) {
            acknowledged(call, line, at);
        } else if (call != null && known(call, line) != null && !anew(known(call, line))) {
            known(call, line).sentAgain();
        } else {
            if (call == null) {
                call = new Booked(part.custom() ? 0 : number(line.callId()));
                open.put(line.callId(), call);
                begun++;
                begin(call, line.callId(), -1);
            } else if (redial) {
                call.last().leave(at);
                begin(call, line.callId(), call.legs.get(0).call);
            }
            begin(call, line, at);
        }
    }

    /** Generated scenarios keep SIPp's own form of Call-IDs, which begin with the call's number. */
    private static int number(String callId) {
        return Integer.parseInt(callId.substring(0, callId.indexOf('-')));
    }

    private void begin(Booked call, String callId, int redialOf) {
        if (part.role() == CallRole.DETECTION_PROBE) {
            if (stream < 0) {
                stream = callNumbers.getAsInt();
                recorder.call(new Call(stream, callId, part.role(), part.phase(), false, -1));
            }
            call.legs.add(new Leg(stream));
            return;
        }
        int recorded = callNumbers.getAsInt();
        String whole =
                redialOf < 0 ? callId : String.format(Locale.ROOT, "%.6f", (double) call.legs.size()) + LEG + callId;
        var script = part.plot().script(call.number);
        boolean probed = script != null && script.probed();
        recorder.call(new Call(recorded, whole, part.role(), part.phase(), probed, redialOf));
        call.legs.add(new Leg(recorded));
    }

    private void begin(Booked call, WireLine line, long at) {
        Leg leg = call.last();
        Exchange exchange = part.custom() ? own(leg, line, at) : scripted(call, leg, line, at);
        leg.exchanges.put(Leg.key(line.method(), line.cseq()), exchange);
    }

    private Exchange scripted(Booked call, Leg leg, WireLine line, long at) {
        int cseq = line.cseq();
        Intent intent = Steps.intent(cseq, line.method());
        boolean redialled = call.legs.size() > 1;
        long due = line.method().equals("CANCEL") ? Operation.NONE : part.due(call.number, cseq);
        long intended = intended(due, leg.free, at);
        int attempt = redialled || intent == Intent.CANCEL ? 0 : Steps.attempt(cseq);
        Exchange before = attempt == 0 ? null : leg.exchange(line.method(), cseq - 1);
        AttemptKind kind = intent == Intent.SETUP && redialled
                ? AttemptKind.REDIAL
                : before == null
                        ? AttemptKind.FIRST
                        : before.status() == 491 ? AttemptKind.FOLLOW_UP : AttemptKind.REPEAT;
        int index = before != null
                ? before.intentIndex
                : part.role() == CallRole.DETECTION_PROBE ? streamed++ : leg.intents++;
        var exchange = new Exchange(leg.call, intent, index, kind, cseq, intended, at);
        exchange.lastAttempt = redialled || attempt == Steps.ATTEMPTS - 1;
        if (!redialled && intent != Intent.CANCEL) {
            exchange.hold18x = part.hold18x(call.number, cseq);
            exchange.holdFinal = part.holdFinal(call.number, cseq);
        }
        return exchange;
    }

    /** What a scenario of the user's own sends. Nobody knows when it wanted to; a new request after a 401 and the like follows it up. */
    private static Exchange own(Leg leg, WireLine line, long at) {
        Intent intent = line.method().equals("INVITE") && leg.established
                ? Intent.MODIFY
                : Steps.intent(Steps.SETUP, line.method());
        Exchange before = null;
        for (Exchange each : leg.exchanges.values()) {
            // What was followed up already is not followed up once more by the next of its kind.
            if (each.intent == intent) {
                before = each.answered() && followedUp(each.status()) ? each : null;
            }
        }
        var exchange = new Exchange(
                leg.call,
                intent,
                before == null ? leg.intents++ : before.intentIndex,
                before == null ? AttemptKind.FIRST : AttemptKind.FOLLOW_UP,
                line.cseq(),
                at,
                at);
        exchange.lastAttempt = true;
        exchange.patient = true;
        return exchange;
    }

    /** A scenario may follow an answer up without another CSeq; nothing is sent again once it has been answered. */
    private boolean anew(Exchange known) {
        return part.custom() && followedUp(known.status());
    }

    private static boolean followedUp(int status) {
        return switch (status) {
            case 401, 407, 422, 491 -> true;
            default -> status >= 300 && status < 400;
        };
    }

    /** An instant that a script named, unless its user had to wait for something else; SIPp's tick is forgiven, and told as lateness. */
    private long intended(long due, long free, long sent) {
        if (due == Operation.NONE) {
            return sent;
        }
        long possible = free == Operation.NONE ? due : Math.max(due, free);
        lateness.add(possible, sent);
        return sent - possible <= SIPP_TICK ? sent : possible;
    }

    private Exchange known(Booked call, WireLine line) {
        for (int i = call.legs.size() - 1; i >= 0; i--) {
            Exchange exchange = call.legs.get(i).exchange(line.method(), line.cseq());
            if (exchange != null) {
                return exchange;
            }
        }
        return null;
    }

    private void acknowledged(Booked call, WireLine line, long at) {
        if (call == null) {
            return;
        }
        for (Leg leg : call.legs) {
            Exchange invite = leg.exchange("INVITE", line.cseq());
            if (invite != null && invite.accepted()) {
                invite.acknowledged(at);
                settle(leg, invite);
            }
        }
    }

    private void received(WireLine line, long at) {
        Booked call = open.get(line.callId());
        if (call == null) {
            strays += ended.received(line, at) ? 0 : 1;
        } else if (line.status() == 0) {
            asked(call.unwanted(), line, at);
        } else {
            responded(call, line, at);
        }
    }

    private void asked(Leg leg, WireLine line, long at) {
        if (line.request().equals("ACK") || line.request().equals("CANCEL")) {
            return;
        }
        if (!line.request().equals("BYE")) {
            recorder.incident(new Incident(leg.call, at, Incident.Kind.STRAY, "unscripted " + line.request()));
        } else if (!leg.endedRemotely) {
            leg.endedRemotely = true;
            recorder.incident(new Incident(leg.call, at, Incident.Kind.UNSCRIPTED_BYE, "BYE from the far side"));
        }
    }

    private void responded(Booked call, WireLine line, long at) {
        for (int i = call.legs.size() - 1; i >= 0; i--) {
            Leg leg = call.legs.get(i);
            Exchange exchange = leg.exchange(line.method(), line.cseq());
            if (exchange != null) {
                if (exchange.acceptedAfterAll(line.status())) {
                    ended.acceptedAfter(exchange.status(), leg.call, at);
                }
                exchange.responded(line.status(), at);
                leg.established |= exchange.intent == Intent.SETUP && exchange.accepted();
                settle(leg, exchange);
                if (part.custom() && exchange.intent == Intent.RELEASE && exchange.accepted()) {
                    end(line.callId(), call, at);
                }
                return;
            }
        }
        String detail = "response to " + line.cseq() + " " + line.method() + ", which was not sent";
        recorder.incident(new Incident(call.last().call, at, Incident.Kind.STRAY, detail));
    }

    // What the scenario's notes tell.

    void note(NoteLine note) {
        Booked call = open.get(note.callId());
        if (call == null) {
            return;
        }
        if (note.what() == NoteLine.Kind.END) {
            long at = clock.fromEpochMicros(note.epochMicros());
            call.last().leave(at);
            end(note.callId(), call, at);
            return;
        }
        for (int i = call.legs.size() - 1; i >= 0; i--) {
            Leg leg = call.legs.get(i);
            for (Exchange exchange : leg.exchanges.values()) {
                if (about(note, exchange)) {
                    note(leg, exchange, note);
                    settle(leg, exchange);
                    return;
                }
            }
        }
    }

    /** Where an 18x came from its scenario does not say: the one INVITE that has no answer. */
    private static boolean about(NoteLine note, Exchange exchange) {
        return note.what() == NoteLine.Kind.RINGING
                ? exchange.invite() && !exchange.noted
                : exchange.cseq == note.cseq() && exchange.intent != Intent.CANCEL;
    }

    private void note(Leg leg, Exchange exchange, NoteLine note) {
        switch (note.what()) {
            case RINGING -> {
                if (exchange.earlyTag.isEmpty()) {
                    exchange.earlyTag = note.toTag();
                } else if (another(note.toTag(), exchange.earlyTag)) {
                    changedTag(leg, note, "18x");
                }
            }
            case ANSWER -> {
                exchange.told(note);
                tags(leg, exchange, note);
            }
            case SILENCE -> exchange.silence = clock.fromEpochMicros(note.epochMicros());
            case GIVEN_UP -> {
                exchange.cancelled = exchange.intent == Intent.SETUP;
                exchange.abandoned = !exchange.cancelled;
            }
            case END -> {
                // seen to before
            }
        }
    }

    private void tags(Leg leg, Exchange exchange, NoteLine note) {
        // The wire's own line of it may be read later.
        boolean refused = exchange.answered() && !exchange.accepted();
        if (refused || note.toTag().isEmpty()) {
            return;
        }
        if (exchange.intent == Intent.SETUP) {
            leg.toTag = note.toTag();
            if (another(exchange.earlyTag, leg.toTag)) {
                changedTag(leg, note, "2xx after an 18x");
            }
        } else if (exchange.accepted() && another(leg.toTag, note.toTag())) {
            changedTag(leg, note, "2xx to " + exchange.intent);
        }
    }

    private static boolean another(String tag, String than) {
        return !tag.isEmpty() && !tag.equals(than);
    }

    private void changedTag(Leg leg, NoteLine note, String what) {
        recorder.incident(new Incident(
                leg.call,
                clock.fromEpochMicros(note.epochMicros()),
                Incident.Kind.CHANGED_TAG,
                what + " with another To-tag" + (note.node().isEmpty() ? "" : ", from " + note.node())));
    }

    // What becomes of it.

    /** Records an exchange once all is known of it. */
    private void settle(Leg leg, Exchange exchange) {
        long end = exchange.over();
        if (end == Operation.NONE) {
            return;
        }
        leg.free = Math.max(leg.free, end);
        if (part.custom() || exchange.noted || exchange.intent == Intent.CANCEL || !exchange.answered()) {
            record(exchange, end);
        }
    }

    /** @param until when the logs ended, as far as it is concerned */
    private void record(Exchange exchange, long until) {
        if (exchange.recorded) {
            return;
        }
        exchange.recorded = true;
        recorder.operation(exchange.operation(timeout, until));
        if (part.role() == CallRole.SETUP_PROBE && exchange.intent == Intent.SETUP) {
            succeeded += exchange.accepted() ? 1 : 0;
            failed += exchange.accepted() ? 0 : 1;
            inARow = exchange.accepted() ? inARow + 1 : 0;
        }
    }

    /** A call's script is over: what has no answer by then gets none. */
    private void end(String callId, Booked call, long at) {
        open.remove(callId);
        ended.add(callId, call);
        call.legs.forEach(leg -> leg.exchanges.values().forEach(exchange -> record(exchange, at)));
    }

    /** SIPp is gone: records what it left open. */
    void close(long at) {
        List.copyOf(open.keySet()).forEach(callId -> end(callId, open.get(callId), at));
    }

    int begun() {
        return begun;
    }

    int ended() {
        return ended.count();
    }

    int succeeded() {
        return succeeded;
    }

    int failed() {
        return failed;
    }

    int inARow() {
        return inARow;
    }

    /** Messages that belonged to none of its calls. */
    long strays() {
        return strays;
    }
}
