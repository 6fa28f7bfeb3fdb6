package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The service {@code answer}: a user agent server that accepts every call, counts its INFOs and tells the count. Keeps dialogs and
 * transactions by RFC 3261 sections 12 and 17.2.
 */
final class AnswerService implements Service<Session> {
    private final String name;
    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final Answers answers;
    private final Admission admission;
    private final SessionCodec codec;
    private final SessionCodec whole;
    private final Calls<? super Session> calls;

    /**
     * A service yet to be asked.
     *
     * @param name the element's name
     */
    AnswerService(
            String name,
            EngineSettings settings,
            Engine.Surroundings world,
            Answers answers,
            Admission admission,
            Calls<? super Session> calls) {
        this.name = name;
        this.settings = settings;
        this.world = world;
        this.answers = answers;
        this.admission = admission;
        this.calls = calls;
        codec = new SessionCodec(settings.depth(), name);
        whole = new SessionCodec(Depth.TRANSACTIONS, name);
    }

    @Override
    public void without(SipMessage request, InetSocketAddress from) {
        switch (request.method()) {
            case "INVITE" -> {
                if (request.toTag().isEmpty()) {
                    setUp(request, from);
                } else {
                    calls.unknown(request, from);
                }
            }
            case "ACK" -> {
                // nothing to acknowledge
            }
            case "BYE", "INFO", "CANCEL", "OPTIONS", "UPDATE", "PRACK" -> calls.unknown(request, from);
            default -> reply(request, from, 501);
        }
    }

    private void setUp(SipMessage request, InetSocketAddress from) {
        if (!calls.mayBegin(request, from) || !admission.understood(request, from)) {
            return;
        }
        Optional<Hold> hold = Hold.of(request, world.epochMicros(), settings.longestHoldMicros());
        if (hold.isEmpty()) {
            reply(request, from, 400);
            return;
        }
        String tag = Long.toHexString(world.epochMicros()) + "-" + name;
        var session = new Session(
                request.callId(),
                request.header("From"),
                request.header("To") + ";tag=" + tag,
                String.join("\n", request.headers("Record-Route")));
        calls.add(session, request);
        session.remoteCseq = request.cseq();
        session.keep(settings.application().bytes(), settings.application().fields());
        proceed(session, open(session, request, from, hold.get()));
    }

    @Override
    public void within(Session session, SipMessage request, InetSocketAddress from) {
        List<Via> vias = Answers.filled(request, from);
        String branch = Transaction.branch(request);
        switch (request.method()) {
            case "ACK" -> {
                // One with another tag is for a refusal without a session, such as a 482 to the same call by another
                // way.
                if (session.to.endsWith(";tag=" + request.toTag())) {
                    acknowledge(session, request.cseq());
                }
            }
            case "CANCEL" -> cancel(session, request, from, branch);
            default -> {
                Transaction known = session.byBranch(branch, request.method());
                if (known != null) {
                    // It may come by another connection than before.
                    known.vias = Answers.joined(vias);
                    again(session, known);
                } else if (session.lostItsSetUp(request)) {
                    // The 18x was stored and its transaction not: the caller, who may not have seen it, asks again.
                    reopen(session, request, from);
                } else if (session.isBegunBy(request)) {
                    calls.counters().retransmissions.increment();
                } else if (request.toTag().isEmpty()) {
                    // The same call by another way (RFC 3261 section 8.2.2.2).
                    reply(request, from, 482);
                } else if (!session.to.endsWith(";tag=" + request.toTag()) || session.state == State.TERMINATED) {
                    reply(request, from, 481);
                } else {
                    inDialog(session, request, from);
                }
            }
        }
    }

    /** A retransmission: absorbed while nothing was sent yet, else answered alike. */
    private void again(Session session, Transaction transaction) {
        calls.counters().retransmissions.increment();
        if (transaction.status != 0 && transaction.committing == 0) {
            send(session, transaction, transaction.status);
        }
    }

    private void reopen(Session session, SipMessage request, InetSocketAddress from) {
        Optional<Hold> hold = Hold.of(request, world.epochMicros(), settings.longestHoldMicros());
        if (hold.isEmpty()) {
            reply(request, from, 400);
        } else {
            proceed(session, open(session, request, from, hold.get()));
        }
    }

    private void inDialog(Session session, SipMessage request, InetSocketAddress from) {
        int cseq = request.cseq();
        boolean countedBefore = request.method().equals("INFO") && cseq == session.lastInfoCseq;
        if (cseq < session.remoteCseq && !countedBefore) {
            reply(request, from, 500);
            return;
        }
        Optional<Hold> hold = Hold.of(request, world.epochMicros(), settings.longestHoldMicros());
        if (hold.isEmpty()) {
            reply(request, from, 400);
            return;
        }
        if (request.method().equals("INVITE") && session.hasOpenInvite()) {
            // RFC 3261 section 14.2: one at a time.
            reply(request, from, 500);
            return;
        }
        session.remoteCseq = Math.max(session.remoteCseq, cseq);
        switch (request.method()) {
            case "INVITE", "INFO", "BYE", "OPTIONS", "UPDATE" ->
                proceed(session, open(session, request, from, hold.get()));
            default -> reply(request, from, 501);
        }
    }

    private Transaction open(Session session, SipMessage request, InetSocketAddress from, Hold hold) {
        var transaction = Transaction.of(request, Answers.filled(request, from), hold);
        session.transactions.add(transaction);
        return transaction;
    }

    /** Takes an open transaction as far as its holds allow now, and arranges for the rest. */
    private void proceed(Session session, Transaction transaction) {
        long now = world.epochMicros();
        boolean setUp = transaction.invite() && session.state.compareTo(State.ACCEPTED) < 0;
        if (transaction.holdFinal <= now) {
            answer(session, transaction, setUp);
        } else if (setUp && transaction.hold18x <= now) {
            if (transaction.status < 180) {
                boolean first = transaction.status == 0;
                transaction.status = 180;
                session.state = State.EARLY;
                commit(session, transaction, Depth.EARLY, () -> {
                    if (first) {
                        send(session, transaction, 100);
                    }
                    send(session, transaction, 180);
                });
            }
        } else if (transaction.status == 0) {
            if (transaction.invite()) {
                transaction.status = 100;
            }
            commit(session, transaction, Depth.TRANSACTIONS, () -> {
                if (transaction.invite()) {
                    send(session, transaction, 100);
                }
            });
        }
        calls.arm(session);
    }

    private void answer(Session session, Transaction transaction, boolean setUp) {
        boolean ringFirst = setUp && transaction.status < 180;
        transaction.status = 200;
        transaction.expires = world.epochMicros() + settings.timeoutMicros();
        Depth needed = Depth.TRANSACTIONS;
        List<Transaction> interrupted = new ArrayList<>(0);
        switch (transaction.method) {
            case "INVITE" -> {
                transaction.awaitsAck = true;
                if (setUp) {
                    session.state = State.ACCEPTED;
                    needed = Depth.CONFIRMED;
                }
            }
            case "INFO" -> {
                count(session, transaction);
                needed = Depth.CONFIRMED;
            }
            case "BYE" -> {
                transaction.counter = session.counter;
                interrupted.addAll(end(session, transaction, 487));
            }
            default -> {
                // OPTIONS and UPDATE inside a dialog change nothing
            }
        }
        session.dropOldCompleted();
        commit(session, transaction, needed, () -> {
            if (ringFirst) {
                send(session, transaction, 180);
            }
            sendInterrupted(session, interrupted);
            retransmitUntilAcknowledged(transaction);
            send(session, transaction, 200);
            calls.arm(session);
            calls.evictIfUncached(session);
        });
    }

    /** One INFO counts once, however often it comes. */
    private void count(Session session, Transaction transaction) {
        boolean frozen = session.takenOver && settings.mutant() == Mutant.COUNTER_FROZEN;
        if (transaction.cseq != session.lastInfoCseq && !frozen) {
            session.counter++;
            session.changeApplication();
        }
        session.lastInfoCseq = transaction.cseq;
        transaction.counter = session.counter;
    }

    /** Ends the dialog, and with the status what is still open in it (RFC 3261 section 15.1.2). Returns that, to be sent once stored. */
    private List<Transaction> end(Session session, Transaction last, int status) {
        session.state = State.TERMINATED;
        session.transactions.removeIf(transaction -> transaction != last && transaction.answered());
        List<Transaction> interrupted = session.transactions.stream()
                .filter(transaction -> transaction != last)
                .map(transaction -> interrupt(transaction, status))
                .toList();
        if (settings.depth() != Depth.TRANSACTIONS) {
            calls.purge(session);
        }
        return interrupted;
    }

    private Transaction interrupt(Transaction transaction, int status) {
        transaction.status = status;
        transaction.awaitsAck = transaction.invite();
        transaction.expires = world.epochMicros() + settings.timeoutMicros();
        transaction.committing++;
        return transaction;
    }

    private void sendInterrupted(Session session, List<Transaction> interrupted) {
        for (Transaction transaction : interrupted) {
            transaction.committing--;
            retransmitUntilAcknowledged(transaction);
            send(session, transaction, transaction.status);
        }
    }

    private void retransmitUntilAcknowledged(Transaction transaction) {
        if (transaction.awaitsAck) {
            transaction.interval = settings.t1Micros();
            transaction.nextRetransmission = world.epochMicros() + transaction.interval;
        }
    }

    private void acknowledge(Session session, int cseq) {
        Transaction transaction = session.inviteByCseq(cseq);
        if (transaction == null || !transaction.awaitsAck) {
            return;
        }
        transaction.awaitsAck = false;
        transaction.nextRetransmission = Transaction.NEVER;
        Depth needed = Depth.TRANSACTIONS;
        if (transaction.status < 300) {
            session.transactions.remove(transaction);
            if (session.state == State.ACCEPTED) {
                session.state = State.CONFIRMED;
                needed = Depth.CONFIRMED;
            }
        } else {
            // Timer I: ACKs that were under way are absorbed.
            transaction.expires = world.epochMicros() + settings.t4Micros();
        }
        commit(session, transaction, needed, () -> {});
        calls.arm(session);
        calls.evictIfUncached(session);
    }

    private void cancel(Session session, SipMessage request, InetSocketAddress from, String branch) {
        Transaction invite = session.byBranch(branch, "INVITE");
        if (invite == null && session.lostItsSetUp(request)) {
            // A CANCEL has the CSeq number and the top Via of what it cancels (RFC 3261 section 9.1): enough to end
            // that.
            String vias = Answers.joined(Answers.filled(request, from));
            invite = new Transaction("INVITE", request.cseq(), branch, vias, false, 0, 0);
            session.transactions.add(invite);
        }
        if (invite == null) {
            reply(request, from, 481);
            return;
        }
        if (invite.answered()) {
            reply(request, from, 200);
            return;
        }
        List<Transaction> interrupted =
                session.state.compareTo(State.ACCEPTED) < 0 ? end(session, null, 487) : List.of(interrupt(invite, 487));
        commit(session, invite, Depth.TRANSACTIONS, () -> {
            reply(request, from, 200);
            sendInterrupted(session, interrupted);
            calls.arm(session);
        });
    }

    /** Stores the session if the depth covers what just happened, and lets the message leave when the settings allow. */
    private void commit(Session session, Transaction transaction, Depth needed, Runnable send) {
        if (session.terminated() && settings.depth() != Depth.TRANSACTIONS) {
            // Its end has purged it.
            send.run();
        } else {
            calls.commit(session, transaction, needed, send);
        }
    }

    @Override
    public void response(Session session, SipMessage response) {
        // it sends no requests
    }

    @Override
    public void refuse(Session session) {
        // Whether the caller has seen the 2xx nobody knows.
        session.transactions.stream().filter(Transaction::pending).forEach(transaction -> transaction.status = 0);
        List<Transaction> interrupted = end(session, null, 500);
        var any = interrupted.isEmpty() ? new Transaction("", 0, "", "", false, 0, 0) : interrupted.get(0);
        commit(session, any, Depth.TRANSACTIONS, () -> {
            sendInterrupted(session, interrupted);
            calls.arm(session);
        });
    }

    @Override
    public StoredSession encode(Session session) {
        return codec.encode(session);
    }

    @Override
    public StoredSession whole(Session session) {
        return whole.encode(session);
    }

    @Override
    public Depth depth(Session session) {
        return switch (session.state) {
            case PROCEEDING -> Depth.TRANSACTIONS;
            case EARLY -> Depth.EARLY;
            case ACCEPTED, CONFIRMED -> Depth.CONFIRMED;
            // Below full depth what has ended is not stored.
            case TERMINATED -> Depth.TRANSACTIONS;
        };
    }

    @Override
    public List<Transaction> parts(Session session) {
        return session.transactions;
    }

    @Override
    public Session decode(StoredSession stored) {
        Session session = codec.decode(stored);
        if (session.takenOver && settings.mutant() == Mutant.COUNTER_RESET) {
            session.counter = 0;
        }
        session.transactions.forEach(this::retransmitUntilAcknowledged);
        return session;
    }

    @Override
    public void resume(Session session) {
        for (Transaction transaction : session.transactions) {
            if (transaction.pending() && transaction.status != 0 && transaction.committing == 0) {
                send(session, transaction, transaction.status);
            }
        }
    }

    @Override
    public long due(Session session) {
        return session.due();
    }

    @Override
    public void act(Session session, long now) {
        for (Transaction transaction : List.copyOf(session.transactions)) {
            if (session.due(transaction) <= now) {
                act(session, transaction, now);
            }
        }
    }

    private void act(Session session, Transaction transaction, long now) {
        if (!transaction.answered()) {
            proceed(session, transaction);
        } else if (transaction.expires <= now) {
            session.transactions.remove(transaction);
            if (transaction.awaitsAck && session.state == State.ACCEPTED) {
                // Nobody acknowledged the 2xx (RFC 3261 section 13.3.1.4).
                session.state = State.TERMINATED;
                session.transactions.clear();
            }
        } else {
            send(session, transaction, transaction.status);
            transaction.interval = Math.min(2 * transaction.interval, settings.t2Micros());
            transaction.nextRetransmission = now + transaction.interval;
        }
    }

    private void send(Session session, Transaction transaction, int status) {
        byte[] response = answers.of(session, transaction, status);
        world.respond(response, response.length, transaction.topVia());
    }

    private void reply(SipMessage request, InetSocketAddress from, int status) {
        admission.reply(request, from, status);
    }
}
