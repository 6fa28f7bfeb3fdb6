package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.ServerMark;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The services {@code b2bua} and {@code proxy}: calls go on to a callee. What comes from one side is stored and then passed on to the other, in
 * either direction, under branches that follow from what came, so that the far side knows for a repetition what a survivor sends again. The
 * two differ in how they write ({@link Translation}) and in the 2xx to INVITE, which a proxy leaves to the two sides.
 */
final class Relay implements Service<RelayedCall> {
    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final Admission admission;
    private final Translation translation;
    private final Calls<? super RelayedCall> calls;
    private final RelayedCallCodec codec;
    private final RelayedCallCodec whole;
    private final Exchanges exchanges;

    /**
     * A service yet to be asked.
     *
     * @param name the element's name
     * @param records where call-detail records are written
     */
    Relay(
            String name,
            EngineSettings settings,
            Engine.Surroundings world,
            Answers answers,
            Admission admission,
            CallDetailRecords records,
            Calls<? super RelayedCall> calls) {
        this.settings = settings;
        this.world = world;
        this.admission = admission;
        this.calls = calls;
        InetSocketAddress callee = settings.serving().callee();
        translation = settings.serving().kind() == Kind.PROXY
                ? new Proxy(name, settings.service(), callee)
                : new B2bua(name, settings.service(), callee);
        exchanges = new Exchanges(settings, world, answers, translation, records, calls);
        codec = new RelayedCallCodec(settings.depth(), name);
        whole = new RelayedCallCodec(Depth.TRANSACTIONS, name);
    }

    @Override
    public void without(SipMessage request, InetSocketAddress from) {
        boolean begins = request.toTag().isEmpty() && !CallKey.ofCalleeSide(request.callId());
        switch (request.method()) {
            case "INVITE" -> {
                if (!begins) {
                    calls.unknown(request, from);
                } else if (MessageText.forwards(request) < 0) {
                    admission.reply(request, from, 483);
                } else if (!SipUri.isSip(request.requestUri())) {
                    admission.reply(request, from, 416);
                } else if (calls.mayBegin(request, from)
                        // What a proxy passes on the callee has to understand.
                        && (translation.endToEnd() || admission.understood(request, from))) {
                    RelayedCall call = translation.begin(request);
                    call.begun = world.epochMicros();
                    Exchange exchange = opened(call, true, request, from);
                    calls.add(call, request);
                    passOn(call, exchange);
                }
            }
            case "ACK" -> {
                // nothing to acknowledge
            }
            case "BYE", "INFO", "CANCEL", "OPTIONS", "UPDATE", "PRACK" -> calls.unknown(request, from);
            default -> admission.reply(request, from, 501);
        }
    }

    @Override
    public void within(RelayedCall call, SipMessage request, InetSocketAddress from) {
        boolean fromCaller = translation.fromCaller(call, request);
        String branch = Transaction.branch(request);
        switch (request.method()) {
            case "ACK" -> acknowledge(call, fromCaller, request, from);
            case "CANCEL" -> {
                Exchange invite = call.begunBy(fromCaller, "INVITE", branch);
                boolean lost = invite == null && lostItsSetUp(call, fromCaller, request);
                cancel(call, lost ? cancelled(call, request, from) : invite, request, from);
            }
            default -> {
                Exchange known = call.begunBy(fromCaller, request.method(), branch);
                if (known != null) {
                    calls.counters().retransmissions.increment();
                    // It may come by another connection than before.
                    known.vias = Answers.joined(Answers.filled(request, from));
                    exchanges.again(known);
                } else if (lostItsSetUp(call, fromCaller, request)) {
                    // The 18x was stored and its transaction not: the caller, who may not have seen it, asks again.
                    passOn(call, opened(call, true, request, from));
                } else if (call.isBegunBy(request)) {
                    calls.counters().retransmissions.increment();
                } else if (request.toTag().isEmpty()) {
                    // The same call by another way (RFC 3261 section 8.2.2.2).
                    admission.reply(request, from, 482);
                } else if (!translation.belongs(call, fromCaller, request)
                        || call.terminated() && !translation.endToEnd()) {
                    admission.reply(request, from, 481);
                } else {
                    inDialog(call, fromCaller, request, from);
                }
            }
        }
    }

    /** Whether this belongs to the set-up of an early call that was taken over without its transaction. */
    private static boolean lostItsSetUp(RelayedCall call, boolean fromCaller, SipMessage request) {
        return call.state == State.EARLY
                && fromCaller
                && request.toTag().isEmpty()
                && (request.method().equals("INVITE") || request.method().equals("CANCEL"))
                && call.invite(true, request.cseq()) == null
                && request.cseq() == call.callerCseq;
    }

    private void inDialog(RelayedCall call, boolean fromCaller, SipMessage request, InetSocketAddress from) {
        // What a proxy passes on the two sides judge themselves.
        boolean late = request.cseq() < call.cseq(fromCaller);
        boolean second = request.method().equals("INVITE") && call.hasOpenInvite(fromCaller);
        if (!translation.endToEnd() && (late || second)) {
            admission.reply(request, from, 500);
        } else if (MessageText.forwards(request) < 0) {
            admission.reply(request, from, 483);
        } else {
            passOn(call, opened(call, fromCaller, request, from));
        }
    }

    /**
     * The exchange that a request begins.
     *
     * @throws MalformedMessageException if it says of no address where it goes on to
     */
    private Exchange opened(RelayedCall call, boolean fromCaller, SipMessage request, InetSocketAddress from) {
        List<Via> vias = Answers.filled(request, from);
        var exchange = new Exchange(
                fromCaller, request.method(), request.cseq(), Transaction.branch(request), Answers.joined(vias));
        exchange.passedBranch = passedBranch(request);
        Outgoing out = translation.passed(call, fromCaller, request, exchange.vias, exchange.passedBranch);
        exchange.request = out.text();
        exchange.destination = out.destination();
        exchange.expires = world.epochMicros() + settings.timeoutMicros();
        call.seen(fromCaller, request.cseq());
        call.exchanges.add(exchange);
        return exchange;
    }

    /** The set-up that a CANCEL belongs to: with its branch and CSeq number (section 9.1), which is enough to cancel it on the far side. */
    private Exchange cancelled(RelayedCall call, SipMessage cancel, InetSocketAddress from) {
        String vias = Answers.joined(Answers.filled(cancel, from));
        var invite = new Exchange(true, "INVITE", cancel.cseq(), Transaction.branch(cancel), vias);
        invite.passedBranch = passedBranch(cancel);
        Outgoing out = translation.passed(call, true, cancel, vias, invite.passedBranch);
        invite.request = out.text();
        invite.destination = out.destination();
        invite.status = 180;
        invite.heard = true;
        call.exchanges.add(invite);
        return invite;
    }

    /** Follows from the branch that a request came with, which is another one for each request, and in each call. */
    private static String passedBranch(SipMessage request) {
        String branch = Transaction.branch(request);
        String own = branch.startsWith("z9hG4bK") ? branch.substring(7) : branch;
        return ServerMark.BRANCH + own + "-"
                + Integer.toHexString((request.callId() + ' ' + request.cseq()).hashCode());
    }

    private void passOn(RelayedCall call, Exchange exchange) {
        if (exchange.invite()) {
            exchange.status = 100;
            exchange.response = translation.own(call, exchange, 100);
        }
        calls.commit(call, exchange, Depth.TRANSACTIONS, () -> {
            if (exchange.invite()) {
                exchanges.answer(exchange);
            }
            exchanges.transmit(call, exchange);
            calls.arm(call);
        });
    }

    @Override
    public void response(RelayedCall call, SipMessage response) {
        Exchange exchange = call.passedOnAs(response.vias().get(0).branch(), response.cseqMethod());
        if (exchange == null) {
            return;
        }
        if (!exchange.open()) {
            finalAgain(call, exchange, response);
        } else if (response.status() == 100) {
            exchanges.heard(exchange);
            exchanges.cancelIfAsked(call, exchange);
        } else if (response.status() < 200) {
            provisional(call, exchange, response);
        } else {
            exchanges.completed(call, exchange, response);
        }
        calls.arm(call);
        calls.evictIfUncached(call);
    }

    private void provisional(RelayedCall call, Exchange exchange, SipMessage response) {
        exchanges.heard(exchange);
        boolean repeated = exchange.status == response.status();
        if (exchange.own() || repeated && exchange.committing > 0) {
            return;
        }
        if (exchange.invite()) {
            translation.learn(call, exchange, response);
            exchange.status = response.status();
            if (!exchange.cancelled) {
                exchange.expires = world.epochMicros() + settings.timerCMicros();
            }
            if (call.state == State.PROCEEDING) {
                call.state = State.EARLY;
            }
        }
        String answer = translation.back(call, exchange, response);
        exchange.response = answer;
        calls.commit(call, exchange, exchange.invite() ? Depth.EARLY : Depth.TRANSACTIONS, () -> {
            // Not what came since: that is not stored yet.
            exchanges.answer(exchange, answer);
            exchanges.cancelIfAsked(call, exchange);
        });
    }

    /** The far side did not hear that its answer was heard. */
    private void finalAgain(RelayedCall call, Exchange exchange, SipMessage response) {
        if (!exchange.invite() || exchange.committing > 0) {
            return;
        }
        if (exchange.accepted() && translation.endToEnd()) {
            exchanges.answer(exchange, translation.back(call, exchange, response));
        } else if (!exchange.ack.isEmpty()) {
            exchanges.request(exchange.ack, exchange.ackDestination);
        }
    }

    private void acknowledge(RelayedCall call, boolean fromCaller, SipMessage ack, InetSocketAddress from) {
        String branch = Transaction.branch(ack);
        Exchange invite = call.begunBy(fromCaller, "INVITE", branch);
        if (invite != null && invite.status >= 300) {
            exchanges.acknowledged(call, invite);
            return;
        }
        invite = call.invite(fromCaller, ack.cseq());
        boolean passes = translation.endToEnd() || invite != null && invite.accepted() && invite.awaitsAck;
        if (!passes || !translation.belongs(call, fromCaller, ack)) {
            return;
        }
        String vias = Answers.joined(Answers.filled(ack, from));
        Outgoing out = translation.passed(call, fromCaller, ack, vias, passedBranch(ack));
        if (translation.endToEnd()) {
            exchanges.request(out.text(), out.destination());
        } else {
            exchanges.confirmed(call, invite, out);
        }
    }

    private void cancel(RelayedCall call, Exchange invite, SipMessage request, InetSocketAddress from) {
        if (invite == null) {
            admission.reply(request, from, 481);
            return;
        }
        if (invite.open() && !invite.cancelled) {
            invite.cancelled = true;
            invite.expires = world.epochMicros() + settings.timeoutMicros();
        }
        calls.commit(call, invite, Depth.TRANSACTIONS, () -> {
            admission.reply(request, from, 200);
            exchanges.cancelIfAsked(call, invite);
            calls.arm(call);
        });
    }

    @Override
    public void refuse(RelayedCall call) {
        exchanges.refuseAll(call, 500);
    }

    @Override
    public StoredSession encode(RelayedCall call) {
        return codec.encode(call);
    }

    @Override
    public StoredSession whole(RelayedCall call) {
        return whole.encode(call);
    }

    @Override
    public Depth depth(RelayedCall call) {
        return switch (call.state) {
            case PROCEEDING -> Depth.TRANSACTIONS;
            case EARLY -> Depth.EARLY;
            case ACCEPTED, CONFIRMED, TERMINATED -> Depth.CONFIRMED;
        };
    }

    @Override
    public List<Exchange> parts(RelayedCall call) {
        return call.exchanges;
    }

    @Override
    public RelayedCall decode(StoredSession stored) {
        RelayedCall call = codec.decode(stored);
        call.exchanges.forEach(exchanges::begunAnew);
        return call;
    }

    @Override
    public void resume(RelayedCall call) {
        exchanges.resume(call);
    }

    @Override
    public long due(RelayedCall call) {
        return exchanges.due(call);
    }

    @Override
    public void act(RelayedCall call, long now) {
        exchanges.act(call, now);
    }
}
