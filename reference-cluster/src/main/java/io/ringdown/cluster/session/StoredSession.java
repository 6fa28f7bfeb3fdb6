package io.ringdown.cluster.session;

/**
 * One session as a session store sees it: the application processor's bytes under the call's key.
 *
 * @param callId the Call-ID, the session's key
 * @param version grows by one with each change; a store keeps the highest it has seen
 * @param owner name of the element that wrote this version
 * @param pending whether a transaction or timer is open, so that a survivor must take the session over at once instead
 *     of when it is next touched
 * @param state the encoded session state (transaction, dialog and application state; paper section 4.2)
 * @param group the replication group that keeps the session from its first version to its end, or {@link #NOWHERE}
 */
public record StoredSession(String callId, long version, String owner, boolean pending, byte[] state, int group) {
    /** The group of a session that was never stored. */
    public static final int NOWHERE = -1;

    /** One that was never stored. */
    public StoredSession(String callId, long version, String owner, boolean pending, byte[] state) {
        this(callId, version, owner, pending, state, NOWHERE);
    }

    /** The same with another state. */
    public StoredSession withState(byte[] other) {
        return new StoredSession(callId, version, owner, pending, other, group);
    }

    /** The same in a replication group. */
    public StoredSession in(int other) {
        return new StoredSession(callId, version, owner, pending, state, other);
    }
}
