package io.ringdown.cluster.engine;

/** One call as its engine holds it, whatever the service. */
abstract class Call {
    /** The Call-ID: the key of the call in memory and in the stores. */
    final String callId;

    /** Of what was stored last. */
    long version;

    /** How many owners in a row have begun to handle it and have not been seen to survive that. */
    int attempts;
    /** Whether it kills who handles it: a bug, made on purpose. */
    boolean poison;

    // Not stored.
    boolean takenOver;
    /** How many changes are on their way to the stores. */
    int storing;

    long armedAt = Transaction.NEVER;

    Call(String callId) {
        this.callId = callId;
    }

    /** Whether it has ended, and is kept for retransmissions only. */
    abstract boolean terminated();

    /** Whether somebody must act without being asked: answer, retransmit, or purge at the end. */
    abstract boolean pending();

    /** Whether nothing is left to keep. */
    abstract boolean done();
}
