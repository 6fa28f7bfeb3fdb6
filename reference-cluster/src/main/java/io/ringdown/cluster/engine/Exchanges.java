package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.List;

/** What happens to the exchanges of relayed calls in time: retransmissions, answers, expiries (RFC 3261 section 17), and the end of a call. */
final class Exchanges {
    /** Completed ones kept for each call. */
    private static final int COMPLETED_KEPT = 4;

    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final Answers answers;
    private final Translation translation;
    private final CallDetailRecords records;
    private final Calls<? super RelayedCall> calls;

    Exchanges(
            EngineSettings settings,
            Engine.Surroundings world,
            Answers answers,
            Translation translation,
            CallDetailRecords records,
            Calls<? super RelayedCall> calls) {
        this.settings = settings;
        this.world = world;
        this.answers = answers;
        this.translation = translation;
        this.records = records;
        this.calls = calls;
    }

    /** A request was sent again: absorbed while nothing was sent yet, else answered alike. */
    void again(Exchange exchange) {
        if (exchange.committing == 0 && !exchange.response.isEmpty()) {
            answer(exchange);
        }
    }

    /** Sends the last response. */
    void answer(Exchange exchange) {
        answer(exchange, exchange.response);
    }

    void answer(Exchange exchange, String response) {
        byte[] bytes = answers.named(response, exchange.vias);
        world.respond(bytes, bytes.length, exchange.topVia());
    }

    void request(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        world.request(bytes, bytes.length, to);
    }

    /** Passes a request on, and again until somebody answers (section 17.1). */
    void transmit(RelayedCall call, Exchange exchange) {
        if (!exchange.open()) {
            return;
        }
        exchange.interval = settings.t1Micros();
        exchange.nextRequest = exchange.heard ? Transaction.NEVER : world.epochMicros() + exchange.interval;
        request(exchange.request, exchange.destination);
        if (settings.mutant() == Mutant.DOUBLE_BYE && call.takenOver && exchange.method.equals("BYE")) {
            String other = anew(exchange).replace("CSeq: " + exchange.cseq, "CSeq: " + (exchange.cseq + 1));
            request(other, exchange.destination);
        }
    }

    /** The request under another branch, as a mutant sends it. */
    private static String anew(Exchange exchange) {
        return exchange.request.replace(exchange.passedBranch, exchange.passedBranch + "-anew");
    }

    /** The far side is at it. */
    void heard(Exchange exchange) {
        exchange.heard = true;
        exchange.interval = settings.t2Micros();
        exchange.nextRequest = exchange.invite() ? Transaction.NEVER : world.epochMicros() + exchange.interval;
    }

    /** CANCEL may not come before the far side has answered anything (section 9.1). */
    void cancelIfAsked(RelayedCall call, Exchange invite) {
        boolean due = invite.cancelled && invite.heard && invite.open();
        if (due && call.passedOnAs(invite.passedBranch, "CANCEL") == null) {
            begin(call, invite.fromCaller, "CANCEL", invite.cseq, invite.passedBranch, MessageText.cancel(invite));
        }
    }

    private void begin(RelayedCall call, boolean fromCaller, String method, int cseq, String branch, Outgoing out) {
        var own = new Exchange(fromCaller, method, cseq, "", "");
        own.passedBranch = branch;
        own.request = out.text();
        own.destination = out.destination();
        own.expires = world.epochMicros() + settings.timeoutMicros();
        call.exchanges.add(own);
        transmit(call, own);
        calls.arm(call);
    }

    /** The final response came. */
    void completed(RelayedCall call, Exchange exchange, SipMessage response) {
        if (exchange.own()) {
            call.exchanges.remove(exchange);
            return;
        }
        boolean setUp = exchange.invite() && call.state.compareTo(State.ACCEPTED) < 0;
        boolean accepted = response.status() < 300;
        Depth needed = Depth.TRANSACTIONS;
        if (exchange.invite() && accepted) {
            translation.learn(call, exchange, response);
            if (setUp) {
                call.state = translation.endToEnd() ? State.CONFIRMED : State.ACCEPTED;
                call.answered = world.epochMicros();
                needed = Depth.CONFIRMED;
            }
        } else if (exchange.invite()) {
            Outgoing ack = MessageText.acknowledgement(exchange, response);
            exchange.ack = ack.text();
            exchange.ackDestination = ack.destination();
            if (setUp) {
                end(call, exchange.cancelled ? "caller" : "callee");
            }
        } else if (exchange.method.equals("BYE")) {
            end(call, exchange.fromCaller ? "caller" : "callee");
        }
        finish(exchange, response.status(), translation.back(call, exchange, response));
        exchange.awaitsAck = exchange.invite() && !(accepted && translation.endToEnd());
        dropOldCompleted(call);
        settle(call, exchange, needed, () -> {
            if (!exchange.ack.isEmpty()) {
                request(exchange.ack, exchange.ackDestination);
            }
            answerUntilAcknowledged(exchange);
        });
    }

    private void finish(Exchange exchange, int status, String response) {
        exchange.status = status;
        exchange.response = response;
        exchange.request = "";
        exchange.nextRequest = Transaction.NEVER;
        exchange.expires = world.epochMicros() + settings.timeoutMicros();
    }

    private void answerUntilAcknowledged(Exchange exchange) {
        repeatUntilAcknowledged(exchange);
        answer(exchange);
    }

    private void repeatUntilAcknowledged(Exchange exchange) {
        if (exchange.awaitsAck) {
            exchange.interval = settings.t1Micros();
            exchange.nextResponse = world.epochMicros() + exchange.interval;
        }
    }

    private void end(RelayedCall call, String by) {
        if (!call.terminated()) {
            call.state = State.TERMINATED;
            call.ended = world.epochMicros();
            call.endedBy = by;
        }
    }

    /**
     * Stores the call and lets what follows happen. A proxy's record is claimed in the same change that ends the call, and written by whoever's
     * change that was, once it is stored: nobody else writes it, even if that one dies before it has.
     */
    private void settle(RelayedCall call, Exchange exchange, Depth needed, Runnable then) {
        boolean recording = call.terminated() && translation.endToEnd() && !call.recorded;
        call.recorded |= recording;
        if (call.terminated() && !translation.endToEnd() && settings.depth() != Depth.TRANSACTIONS) {
            calls.purge(call);
            then.run();
        } else {
            calls.commit(call, exchange, recording ? Depth.CONFIRMED : needed, () -> {
                if (recording) {
                    calls.counters().records.increment();
                    records.write(call);
                }
                then.run();
            });
        }
        calls.arm(call);
    }

    private static void dropOldCompleted(RelayedCall call) {
        int completed = 0;
        for (int i = call.exchanges.size() - 1; i >= 0; i--) {
            if (!call.exchanges.get(i).pending() && ++completed > COMPLETED_KEPT) {
                call.exchanges.remove(i);
            }
        }
    }

    /** The ACK of a failure came. */
    void acknowledged(RelayedCall call, Exchange invite) {
        if (invite.awaitsAck) {
            invite.awaitsAck = false;
            invite.nextResponse = Transaction.NEVER;
            // Timer I: ACKs that were under way are absorbed.
            invite.expires = world.epochMicros() + settings.t4Micros();
            settle(call, invite, Depth.TRANSACTIONS, () -> {});
        }
    }

    /** The ACK of a 2xx came; the other side is to have its own. */
    void confirmed(RelayedCall call, Exchange invite, Outgoing ack) {
        invite.awaitsAck = false;
        invite.nextResponse = Transaction.NEVER;
        invite.ack = ack.text();
        invite.ackDestination = ack.destination();
        invite.expires = world.epochMicros() + settings.timeoutMicros();
        Depth needed = call.state == State.ACCEPTED ? Depth.CONFIRMED : Depth.TRANSACTIONS;
        if (call.state == State.ACCEPTED) {
            call.state = State.CONFIRMED;
        }
        settle(call, invite, needed, () -> request(invite.ack, invite.ackDestination));
        calls.evictIfUncached(call);
    }

    /** Begins the repetitions anew for a new owner. */
    void begunAnew(Exchange exchange) {
        exchange.heard = exchange.status > 100;
        if (exchange.open() && !exchange.heard) {
            exchange.interval = settings.t1Micros();
            exchange.nextRequest = world.epochMicros() + exchange.interval;
        }
        repeatUntilAcknowledged(exchange);
    }

    /** Sends again what may have died with its sender: open requests, and last responses. */
    void resume(RelayedCall call) {
        for (Exchange exchange : List.copyOf(call.exchanges)) {
            if (exchange.committing > 0) {
                continue;
            }
            if (exchange.open()) {
                boolean setUp = exchange.invite() && call.state.compareTo(State.ACCEPTED) < 0;
                if (setUp && settings.mutant() == Mutant.DUPLICATE_B_LEG) {
                    exchange.request = anew(exchange);
                    exchange.passedBranch += "-anew";
                }
                transmit(call, exchange);
            }
            if (exchange.pending() && !exchange.response.isEmpty()) {
                answer(exchange);
            }
        }
    }

    long due(RelayedCall call) {
        long due = Transaction.NEVER;
        for (Exchange exchange : call.exchanges) {
            due = Math.min(due, due(exchange));
        }
        // Ended, and with nothing left to wait for: to be purged.
        return call.done() ? 0 : due;
    }

    private static long due(Exchange exchange) {
        if (exchange.committing > 0) {
            // Nothing to do before the stores have answered; that arms the call again.
            return Transaction.NEVER;
        }
        long next = exchange.open() ? exchange.nextRequest : exchange.nextResponse;
        return exchange.pending() ? Math.min(next, exchange.expires) : exchange.expires;
    }

    void act(RelayedCall call, long now) {
        for (Exchange exchange : List.copyOf(call.exchanges)) {
            if (due(exchange) > now) {
                continue;
            }
            if (exchange.expires <= now) {
                expired(call, exchange);
            } else if (exchange.open()) {
                request(exchange.request, exchange.destination);
                long longest = exchange.invite() ? Long.MAX_VALUE : settings.t2Micros();
                exchange.interval = Math.min(2 * exchange.interval, longest);
                exchange.nextRequest = now + exchange.interval;
            } else {
                answer(exchange);
                exchange.interval = Math.min(2 * exchange.interval, settings.t2Micros());
                exchange.nextResponse = now + exchange.interval;
            }
        }
    }

    private void expired(RelayedCall call, Exchange exchange) {
        if (exchange.open() && exchange.invite()) {
            giveUp(call, exchange);
            return;
        }
        call.exchanges.remove(exchange);
        if (exchange.open() && exchange.method.equals("BYE") && !exchange.own()) {
            // No 408 to what is no INVITE (RFC 4320 section 4.2): it would come too late.
            end(call, exchange.fromCaller ? "caller" : "callee");
            settle(call, exchange, Depth.TRANSACTIONS, () -> {});
        } else if (exchange.awaitsAck && call.state == State.ACCEPTED && translation instanceof B2bua b2bua) {
            hangUp(call, exchange, b2bua);
        }
    }

    /** Timers B and C, or nobody has answered the CANCEL (section 9.1). */
    private void giveUp(RelayedCall call, Exchange invite) {
        int status = invite.cancelled ? 487 : 408;
        boolean cancelled = invite.cancelled;
        invite.cancelled = true;
        cancelIfAsked(call, invite);
        refuse(call, invite, status);
        if (call.state.compareTo(State.ACCEPTED) < 0) {
            end(call, cancelled ? "caller" : "timeout");
        }
        settle(call, invite, Depth.TRANSACTIONS, () -> answerUntilAcknowledged(invite));
    }

    private void refuse(RelayedCall call, Exchange exchange, int status) {
        finish(exchange, status, translation.own(call, exchange, status));
        exchange.awaitsAck = exchange.invite();
    }

    /** Nobody acknowledged the 2xx (section 13.3.1.4). */
    private void hangUp(RelayedCall call, Exchange invite, B2bua b2bua) {
        String branch = invite.passedBranch + "-unacknowledged";
        Outgoing ack = b2bua.own(call, false, "ACK", invite.cseq, branch);
        request(ack.text(), ack.destination());
        end(call, "timeout");
        int cseq = call.callerCseq + 1;
        begin(call, true, "BYE", cseq, branch, b2bua.own(call, false, "BYE", cseq, branch));
        settle(call, invite, Depth.TRANSACTIONS, () -> {});
    }

    /** Ends a call with a failure of whatever is open in it. */
    void refuseAll(RelayedCall call, int status) {
        end(call, "failure");
        List<Exchange> open = call.exchanges.stream().filter(Exchange::open).toList();
        for (Exchange exchange : open) {
            if (exchange.own()) {
                call.exchanges.remove(exchange);
            } else {
                refuse(call, exchange, status);
            }
        }
        settle(call, open.isEmpty() ? new Exchange(true, "", 0, "", "") : open.get(0), Depth.TRANSACTIONS, () -> {
            open.stream().filter(exchange -> !exchange.own()).forEach(this::answerUntilAcknowledged);
            calls.arm(call);
        });
    }
}
