package io.ringdown.record;

/**
 * Something that befell a call outside its own attempts.
 *
 * @param call number of its {@link Call}
 * @param at run nanos
 * @param kind what it was
 * @param detail one line for people
 */
public record Incident(int call, long at, Kind kind, String detail) {
    /** The kinds of incident. */
    public enum Kind {
        /** The far side ended the call; unscripted, unless its own log says that it was asked to. */
        UNSCRIPTED_BYE,
        /** A second 2xx, with another To-tag or telling of another set-up, or one after a refusal: one intent acted on twice. */
        FORKED_ANSWER,
        /** A response or request that belongs to no open transaction and is no retransmission. */
        STRAY,
        /** A session that the cluster still keeps after its call ended. */
        ORPHAN_SESSION,
        /** The far side's tag changed within a dialog: from 18x to 2xx, in the 2xx to a request inside it, or in a request of its own. */
        CHANGED_TAG,
        /** The connection of an open request ended. */
        CONNECTION_LOST,
        /** In the far side's log: the callee's 2xx got no ACK for 64 T1, and the callee hung up (RFC 3261 section 13.3.1.4). */
        UNACKNOWLEDGED,
        /** In the far side's log: a dialog of the callee's that nobody had ended when the run did; the detail tells how far it was. */
        OPEN_LEG,
        /** A request of the callee's inside the dialog, other than its first BYE, reached the caller, who expected some. */
        FAR_SIDE_REQUEST,
        /** A final response with which its user could not go on: a redirection to nowhere it may follow, or a 2xx to REGISTER after which nothing is as it was asked for. */
        UNUSABLE_ANSWER
    }
}
