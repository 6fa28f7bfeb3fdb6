package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An app processor (paper section 4.2) with the service {@code answer}: a user agent server that accepts every call, counts its INFOs
 * and tells the count. Keeps dialogs and transactions by RFC 3261 sections 12 and 17.2, stores them as deeply as its settings say, and
 * goes on with those of an engine that died. All methods run on one thread.
 */
public final class Engine implements SessionReplicator.Processor {
    /** Completed transactions kept for each dialog; a client that sent so many later requests will not repeat an older one. */
    private static final int COMPLETED_KEPT = 4;

    /** Longest Call-ID: a key in every store, which one datagram could make as long as itself. */
    private static final int LONGEST_CALL_ID = 1_000;

    /** Longest time after which a refused client may ask again, in seconds. */
    private static final int LONGEST_RETRY_AFTER = 5;

    private static final Set<String> SCHEMES = Set.of("sip", "sips", "tel");

    /** What the engine needs of the world. */
    public interface Surroundings {
        /** Microseconds since 1970. */
        long epochMicros();

        /** Runs a task at an instant. */
        void at(long epochMicros, Runnable task);

        /** Runs a task soon, from any thread. */
        void execute(Runnable task);

        /** Sends a datagram. */
        void send(byte[] datagram, int length, InetSocketAddress to);

        /** Sends a response where its topmost Via says. */
        default void respond(byte[] response, int length, Via via) {
            send(response, length, via.destination());
        }

        /** Something worth telling happened. */
        void event(String name, Map<String, Object> detail);
    }

    private final String name;
    private final EngineSettings settings;
    private final Surroundings world;
    private final Answers answers;
    private final SessionCodec codec;
    /** For who goes on with a session while this engine is still there to tell everything. */
    private final SessionCodec whole;

    private final EngineCounters counters = new EngineCounters();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, List<Received>> fetching = new HashMap<>();
    private SessionReplicator replicator = SessionReplicator.none();
    private BooleanSupplier behind = () -> false;
    private boolean replicated;
    private long changes;
    private long takenOver;
    private final Set<String> lost = new HashSet<>();
    private long ownershipChangedAt = Long.MIN_VALUE / 2;

    private record Received(SipMessage request, InetSocketAddress from) {}

    /**
     * Makes an engine that stores nothing until {@link #replicateBy}.
     *
     * @param name the element's name, told in every response
     */
    public Engine(String name, EngineSettings settings, Surroundings world) {
        this.name = name;
        this.settings = settings;
        this.world = world;
        answers = new Answers(name, settings);
        codec = new SessionCodec(settings.depth(), name);
        whole = new SessionCodec(Depth.TRANSACTIONS, name);
    }

    /** Gives the engine its session replicator. Before the first message. */
    public void replicateBy(SessionReplicator replicator) {
        this.replicator = replicator;
        replicated = settings.depth() != Depth.NONE;
    }

    /** Tells the engine how to know that it is behind with its work, and has to refuse new calls. Before the first message. */
    public void refuseNewWhile(BooleanSupplier behind) {
        this.behind = behind;
    }

    /** Figures for the admin port. */
    public EngineCounters counters() {
        return counters;
    }

    /** Call-IDs of the sessions that this engine owns now. On the engine's thread. */
    public List<String> owned() {
        return sessions.values().stream()
                .filter(session -> session.state != State.TERMINATED)
                .map(session -> session.callId)
                .toList();
    }

    /** A datagram came. What is no SIP request is dropped. */
    public void received(byte[] data, int length, InetSocketAddress from) {
        SipMessage request;
        try {
            request = SipMessage.parse(data, length);
            if (!request.isRequest()) {
                return;
            }
            counters.request(request.method());
            handle(request, from);
        } catch (MalformedMessageException e) {
            counters.malformed.increment();
        }
    }

    /** A batch of messages and timers is done: what they stored may leave together. */
    public void turnEnded() {
        replicator.flush();
        counters.owned = sessions.size();
    }

    private void handle(SipMessage request, InetSocketAddress from) {
        String callId = request.callId();
        if (callId.length() > LONGEST_CALL_ID) {
            if (!request.method().equals("ACK")) {
                reply(request, from, 400);
            }
            return;
        }
        boolean initial = request.toTag().isEmpty();
        if (initial && request.method().equals("OPTIONS")) {
            if (admitted(request, from)) {
                reply(request, from, 200);
            }
            return;
        }
        Session session = sessions.get(callId);
        if (session != null) {
            within(session, request, from);
            return;
        }
        if (request.method().equals("ACK") && request.toTag().equals(Answers.statelessTag(callId))) {
            // Of a refusal, of which nothing is stored.
            return;
        }
        List<Received> waiting = fetching.get(callId);
        if (waiting != null) {
            waiting.add(new Received(request, from));
        } else if (mayBeStored(initial, request)) {
            fetch(callId, new Received(request, from));
        } else {
            without(request, from);
        }
    }

    /** A first INVITE is looked up only while its earlier owner may have died on it; everything else belongs to something. */
    private boolean mayBeStored(boolean initial, SipMessage request) {
        boolean first = initial && request.method().equals("INVITE");
        return replicated && (!first || world.epochMicros() - ownershipChangedAt < settings.timeoutMicros());
    }

    private void fetch(String callId, Received first) {
        var waiting = new ArrayList<Received>(2);
        waiting.add(first);
        fetching.put(callId, waiting);
        counters.fetches.increment();
        replicator.get(callId, found -> {
            fetching.remove(callId);
            if (!replicator.owns(callId)) {
                // It went to another engine meanwhile, and so will the retransmissions.
                return;
            }
            found.filter(stored -> !sessions.containsKey(callId)).ifPresent(this::install);
            for (Received received : waiting) {
                Session session = sessions.get(callId);
                if (session != null) {
                    within(session, received.request(), received.from());
                } else {
                    without(received.request(), received.from());
                }
            }
        });
    }

    private void without(SipMessage request, InetSocketAddress from) {
        switch (request.method()) {
            case "INVITE" -> {
                if (request.toTag().isEmpty()) {
                    setUp(request, from);
                } else {
                    unknown(request, from);
                }
            }
            case "ACK" -> {
                // nothing to acknowledge
            }
            case "BYE", "INFO", "CANCEL", "OPTIONS", "UPDATE", "PRACK" -> unknown(request, from);
            default -> reply(request, from, 501);
        }
    }

    /**
     * Refuses what is new while the engine is behind (RFC 3261 section 21.5.4), and what is for a resource or with an extension that is
     * unknown here (sections 8.2.2.1 and 8.2.2.3).
     */
    private boolean admitted(SipMessage request, InetSocketAddress from) {
        if (behind.getAsBoolean()) {
            counters.refused.increment();
            // Spread, so that they do not all come back at once; but the same for each retransmission.
            int seconds = 1 + Math.floorMod(request.callId().hashCode(), LONGEST_RETRY_AFTER);
            reply(request, from, 503, "Retry-After: " + seconds + "\r\n");
            return false;
        }
        String scheme = request.requestUri();
        scheme = scheme.substring(0, Math.max(0, scheme.indexOf(':'))).toLowerCase(Locale.ROOT);
        List<String> required = request.headers("Require");
        if (!SCHEMES.contains(scheme)) {
            reply(request, from, 416);
            return false;
        }
        if (!required.isEmpty()) {
            reply(request, from, 420, "Unsupported: " + String.join(", ", required) + "\r\n");
            return false;
        }
        return true;
    }

    /**
     * What has just become another engine's will find that one when it comes again; and where there are no stores to ask, what has just
     * become this one's may be on its way from that one.
     */
    private void unknown(SipMessage request, InetSocketAddress from) {
        boolean awaited = !replicated && world.epochMicros() - ownershipChangedAt < settings.t2Micros();
        if (replicator.owns(request.callId()) && !awaited) {
            reply(request, from, 481);
        }
    }

    private void setUp(SipMessage request, InetSocketAddress from) {
        if (!(replicated && settings.beforeSend()) && !replicator.owns(request.callId())) {
            // No store would refuse it before the answer leaves.
            return;
        }
        if (!admitted(request, from)) {
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
        sessions.put(session.callId, session);
        session.remoteCseq = request.cseq();
        fillApplication(session);
        proceed(session, open(session, request, from, hold.get()));
    }

    private void fillApplication(Session session) {
        int size = settings.application().bytes() / settings.application().fields();
        for (int i = 0; size > 0 && i < settings.application().fields(); i++) {
            session.application.add(new byte[size]);
        }
    }

    /** Writes the count all over one of the application's fields, in turn. */
    private static void changeApplication(Session session) {
        if (!session.application.isEmpty()) {
            int place = (int) (session.counter % session.application.size());
            var field = new byte[session.application.get(place).length];
            Arrays.fill(field, (byte) session.counter);
            session.application.set(place, field);
        }
    }

    private void within(Session session, SipMessage request, InetSocketAddress from) {
        List<Via> vias = Answers.filled(request, from);
        String branch = branch(vias.get(0), request);
        switch (request.method()) {
            case "ACK" -> acknowledge(session, request.cseq());
            case "CANCEL" -> cancel(session, request, from, branch);
            default -> {
                Transaction known = session.byBranch(branch, request.method());
                if (known != null) {
                    // It may come by another connection than before.
                    known.vias = Answers.joined(vias);
                    again(session, known);
                } else if (lostItsSetUp(session, request)) {
                    // The 18x was stored and its transaction not: the caller, who may not have seen it, asks again.
                    reopen(session, request, from);
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

    /** What tells this transaction from the session's others; for a client of RFC 2543 its number (RFC 3261 section 17.2.3). */
    private static String branch(Via top, SipMessage request) {
        return top.unique() ? top.branch() : top.branch() + "-" + request.cseq();
    }

    /** A retransmission: absorbed while nothing was sent yet, else answered alike. */
    private void again(Session session, Transaction transaction) {
        counters.retransmissions.increment();
        if (transaction.status != 0 && transaction.committing == 0) {
            send(session, transaction, transaction.status);
        }
    }

    /** Whether this belongs to the set-up of an early dialog that was taken over without its transaction. */
    private static boolean lostItsSetUp(Session session, SipMessage request) {
        return session.state == State.EARLY
                && request.toTag().isEmpty()
                && (request.method().equals("INVITE") || request.method().equals("CANCEL"))
                && session.inviteByCseq(request.cseq()) == null
                && request.cseq() == session.remoteCseq;
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
            case "INVITE", "INFO", "BYE", "OPTIONS" -> proceed(session, open(session, request, from, hold.get()));
            default -> reply(request, from, 501);
        }
    }

    private Transaction open(Session session, SipMessage request, InetSocketAddress from, Hold hold) {
        List<Via> vias = Answers.filled(request, from);
        var transaction = new Transaction(
                request.method(),
                request.cseq(),
                branch(vias.get(0), request),
                Answers.joined(vias),
                request.method().equals("INVITE") && !request.body().isEmpty(),
                hold.ring(),
                hold.answer());
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
        arm(session);
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
                interrupted.addAll(end(session, transaction));
            }
            default -> {
                // OPTIONS inside a dialog changes nothing
            }
        }
        dropOldCompleted(session);
        commit(session, transaction, needed, () -> {
            if (ringFirst) {
                send(session, transaction, 180);
            }
            sendInterrupted(session, interrupted);
            retransmitUntilAcknowledged(transaction);
            send(session, transaction, 200);
            arm(session);
            evictIfUncached(session);
        });
    }

    /** One INFO counts once, however often it comes. */
    private void count(Session session, Transaction transaction) {
        boolean frozen = session.takenOver && settings.mutant() == Mutant.COUNTER_FROZEN;
        if (transaction.cseq != session.lastInfoCseq && !frozen) {
            session.counter++;
            changeApplication(session);
        }
        session.lastInfoCseq = transaction.cseq;
        transaction.counter = session.counter;
    }

    /** Ends the dialog, and with 487 what is still open in it (RFC 3261 section 15.1.2). Returns that, to be sent once stored. */
    private List<Transaction> end(Session session, Transaction last) {
        session.state = State.TERMINATED;
        session.transactions.removeIf(transaction -> transaction != last && transaction.answered());
        List<Transaction> interrupted = session.transactions.stream()
                .filter(transaction -> transaction != last)
                .map(this::interrupt)
                .toList();
        if (replicated && settings.depth() != Depth.TRANSACTIONS) {
            replicator.purge(session.callId, nextVersion(session));
        }
        return interrupted;
    }

    private Transaction interrupt(Transaction transaction) {
        transaction.status = 487;
        transaction.awaitsAck = transaction.invite();
        transaction.expires = world.epochMicros() + settings.timeoutMicros();
        transaction.committing++;
        return transaction;
    }

    private void sendInterrupted(Session session, List<Transaction> interrupted) {
        for (Transaction transaction : interrupted) {
            transaction.committing--;
            retransmitUntilAcknowledged(transaction);
            send(session, transaction, 487);
        }
    }

    private void retransmitUntilAcknowledged(Transaction transaction) {
        if (transaction.awaitsAck) {
            transaction.interval = settings.t1Micros();
            transaction.nextRetransmission = world.epochMicros() + transaction.interval;
        }
    }

    private static void dropOldCompleted(Session session) {
        int completed = 0;
        for (int i = session.transactions.size() - 1; i >= 0; i--) {
            Transaction transaction = session.transactions.get(i);
            if (!transaction.pending() && ++completed > COMPLETED_KEPT) {
                session.transactions.remove(i);
            }
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
        arm(session);
        evictIfUncached(session);
    }

    private void cancel(Session session, SipMessage request, InetSocketAddress from, String branch) {
        Transaction invite = session.byBranch(branch, "INVITE");
        if (invite == null && lostItsSetUp(session, request)) {
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
                session.state.compareTo(State.ACCEPTED) < 0 ? end(session, null) : List.of(interrupt(invite));
        commit(session, invite, Depth.TRANSACTIONS, () -> {
            reply(request, from, 200);
            sendInterrupted(session, interrupted);
            arm(session);
        });
    }

    /** Stores the session if the depth covers what just happened, and lets the message leave when the settings allow. */
    private void commit(Session session, Transaction transaction, Depth needed, Runnable send) {
        boolean ended = session.state == State.TERMINATED && settings.depth() != Depth.TRANSACTIONS;
        if (!replicated || !settings.depth().covers(needed) || ended) {
            send.run();
            return;
        }
        session.version = nextVersion(session);
        StoredSession stored = codec.encode(session);
        counters.puts.increment();
        counters.putBytes.add(stored.state().length);
        if (settings.mutant() == Mutant.EARLY_ACKNOWLEDGE) {
            send.run();
            world.at(world.epochMicros() + settings.earlyAcknowledgeMicros(), () -> replicator.put(stored, () -> {}));
        } else if (settings.beforeSend()) {
            transaction.committing++;
            session.storing++;
            replicator.put(stored, () -> {
                session.storing--;
                transaction.committing--;
                send.run();
                arm(session);
            });
        } else {
            send.run();
            session.storing++;
            replicator.put(stored, () -> session.storing--);
        }
    }

    /** Above all versions of this call before: of this session, of a former owner, and of an earlier call by the same Call-ID. */
    private long nextVersion(Session session) {
        return Math.max(session.version + 1, (replicator.epoch() << 32) + ++changes);
    }

    /** Counted, not drawn: so that a harness must find some wherever enough calls change hands. */
    private boolean loses(Session session) {
        boolean live = session.takenOver && session.state != State.TERMINATED;
        if (settings.mutant() != Mutant.LOSE_CALLS || !live) {
            return false;
        }
        // Each of its stores hands it over.
        if (!lost.contains(session.callId) && ++takenOver % settings.loseOneIn() == 0) {
            lost.add(session.callId);
            world.event("call-lost", Map.of("callId", session.callId));
            replicator.purge(session.callId, nextVersion(session));
        }
        return lost.contains(session.callId);
    }

    private void send(Session session, Transaction transaction, int status) {
        byte[] response = answers.of(session, transaction, status);
        world.respond(response, response.length, transaction.topVia());
    }

    private void reply(SipMessage request, InetSocketAddress from, int status) {
        reply(request, from, status, "");
    }

    private void reply(SipMessage request, InetSocketAddress from, int status, String more) {
        List<Via> vias = Answers.filled(request, from);
        byte[] response = answers.stateless(request, vias, status, more);
        world.respond(response, response.length, vias.get(0));
    }

    /** Makes sure that the session is looked at when next something is due. */
    private void arm(Session session) {
        long due = Transaction.NEVER;
        for (Transaction transaction : session.transactions) {
            due = Math.min(due, due(session, transaction));
        }
        if (due < session.armedAt) {
            session.armedAt = due;
            world.at(due, () -> wake(session, session.armedAt));
        }
    }

    private static long due(Session session, Transaction transaction) {
        if (transaction.committing > 0) {
            // Nothing to do before the stores have answered; that arms the session again.
            return Transaction.NEVER;
        }
        if (!transaction.answered()) {
            boolean ringing =
                    transaction.status >= 180 || !transaction.invite() || session.state.compareTo(State.ACCEPTED) >= 0;
            return ringing ? transaction.holdFinal : transaction.hold18x;
        }
        return transaction.awaitsAck
                ? Math.min(transaction.nextRetransmission, transaction.expires)
                : transaction.expires;
    }

    private void wake(Session session, long armedFor) {
        if (sessions.get(session.callId) != session || armedFor > world.epochMicros()) {
            return;
        }
        session.armedAt = Transaction.NEVER;
        long now = world.epochMicros();
        for (Transaction transaction : List.copyOf(session.transactions)) {
            if (due(session, transaction) <= now) {
                act(session, transaction, now);
            }
        }
        if (session.state == State.TERMINATED && session.transactions.isEmpty()) {
            forget(session);
        } else {
            arm(session);
            evictIfUncached(session);
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

    private void forget(Session session) {
        sessions.remove(session.callId);
        if (replicated) {
            replicator.purge(session.callId, nextVersion(session));
        }
    }

    private void evictIfUncached(Session session) {
        if (!settings.cache() && replicated && !session.pending()) {
            sessions.remove(session.callId, session);
        }
    }

    private void install(StoredSession stored) {
        Session session = codec.decode(stored);
        if (loses(session)) {
            return;
        }
        if (session.takenOver && settings.mutant() == Mutant.COUNTER_RESET) {
            session.counter = 0;
        }
        sessions.put(session.callId, session);
        for (Transaction transaction : session.transactions) {
            retransmitUntilAcknowledged(transaction);
        }
        arm(session);
    }

    @Override
    public void execute(Runnable task) {
        world.execute(task);
    }

    @Override
    public void takeOver(List<StoredSession> stored) {
        int activated = 0;
        for (StoredSession one : stored) {
            Session cached = sessions.get(one.callId());
            if (!replicator.owns(one.callId()) || cached != null && cached.version >= one.version()) {
                continue;
            }
            install(one);
            Session session = sessions.get(one.callId());
            if (session == null) {
                continue;
            }
            activated++;
            sayAgain(session, session.transactions);
        }
        world.event("takeover-activated", Map.of("sessions", activated, "handed", stored.size()));
    }

    @Override
    public void moved(List<StoredSession> moved, Consumer<List<String>> stored) {
        var refused = new ArrayList<String>(0);
        var news = new ArrayList<Session>(moved.size());
        for (StoredSession one : moved) {
            Session cached = sessions.get(one.callId());
            if (!replicator.owns(one.callId())) {
                refused.add(one.callId());
            } else if (cached == null || cached.version < one.version()) {
                install(one);
                Optional.ofNullable(sessions.get(one.callId())).ifPresent(news::add);
            }
        }
        world.event("takeover-activated", Map.of("sessions", news.size(), "handed", moved.size()));
        if (news.isEmpty()) {
            stored.accept(refused);
        }
        int[] left = {news.size()};
        news.forEach(session -> store(session, () -> {
            if (--left[0] == 0) {
                stored.accept(refused);
            }
        }));
    }

    /** What its former owner knew the stores may not: stored before anything that it says is said again. */
    private void store(Session session, Runnable then) {
        Depth needed = session.state == State.PROCEEDING
                ? Depth.TRANSACTIONS
                : session.state == State.EARLY ? Depth.EARLY : Depth.CONFIRMED;
        boolean ended = session.state == State.TERMINATED && settings.depth() != Depth.TRANSACTIONS;
        List<Transaction> known = List.copyOf(session.transactions);
        if (!replicated || !settings.depth().covers(needed) || ended) {
            sayAgain(session, known);
            then.run();
            return;
        }
        known.forEach(transaction -> transaction.committing++);
        session.version = nextVersion(session);
        session.storing++;
        replicator.put(codec.encode(session), () -> {
            session.storing--;
            known.forEach(transaction -> transaction.committing--);
            sayAgain(session, known);
            arm(session);
            then.run();
        });
    }

    /** The last response may have died with its sender. */
    private void sayAgain(Session session, List<Transaction> transactions) {
        for (Transaction transaction : transactions) {
            if (transaction.pending() && transaction.status != 0) {
                send(session, transaction, transaction.status);
            }
        }
    }

    @Override
    public void ownershipChanged() {
        ownershipChangedAt = world.epochMicros();
        int dropped = 0;
        var leaving = new ArrayList<StoredSession>();
        for (Iterator<Session> each = sessions.values().iterator(); each.hasNext(); ) {
            Session session = each.next();
            if (!replicator.owns(session.callId)) {
                each.remove();
                dropped++;
                if (!replicated || session.pending() || session.storing > 0) {
                    leaving.add(whole.encode(session));
                }
            }
        }
        world.event("takeover-started", Map.of("handedBack", dropped));
        replicator.giveAway(leaving);
    }

    @Override
    public void fenced(String callId) {
        sessions.remove(callId);
        counters.fenced.increment();
    }

    @Override
    public void storesSilent(Map<String, Object> detail) {
        world.event("stores-silent", detail);
    }
}
