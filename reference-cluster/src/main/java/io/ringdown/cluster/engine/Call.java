package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.Rendezvous;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.SipMessage;
import java.util.ArrayList;
import java.util.List;

/** One call as its engine holds it, whatever the service. */
abstract class Call {
    /** The Call-ID: the key of the call in memory and in the stores. */
    final String callId;

    /** Of what was stored last. */
    long version;

    /** The replication group that keeps it; {@link StoredSession#NOWHERE} until it is stored. */
    int group = StoredSession.NOWHERE;

    /** How many owners in a row have begun to handle it and have not been seen to survive that. */
    int attempts;
    /** Whether it kills who handles it: a bug, made on purpose. */
    boolean poison;

    /** Hash of the branch of the request that began it; 0: of nobody's. */
    long begunBy;

    // Not stored.
    boolean takenOver;
    /** The version that this engine has gone on from; 0: it began the call. */
    long goneOnFrom;
    /** Whether another group may hold what a former owner did not store to the end. */
    boolean elsewhere;
    /** How many changes are on their way to the stores. */
    int storing;
    /** Whether that it is this engine's now is on its way to the stores, with messages waiting for it. */
    boolean moving;

    /** What is to be done when none is any more. */
    final List<Runnable> onceStored = new ArrayList<>(0);

    long armedAt = Transaction.NEVER;

    Call(String callId) {
        this.callId = callId;
    }

    /** Of a request that begins a call: what tells it from others. */
    static long branchHash(SipMessage request) {
        return Rendezvous.hash(Transaction.branch(request));
    }

    /**
     * Whether a request is a retransmission of the one that began it: late ones come when its transaction has long ended with the ACK, and are no other
     * way of the same call (RFC 6026 section 7.1).
     */
    boolean isBegunBy(SipMessage request) {
        return request.method().equals("INVITE") && request.toTag().isEmpty() && branchHash(request) == begunBy;
    }

    /** Whether it has ended, and is kept for retransmissions only. */
    abstract boolean terminated();

    /** Whether somebody must act without being asked: answer, retransmit, or purge at the end. */
    abstract boolean pending();

    /** Whether nothing is left to keep. */
    abstract boolean done();
}
