package io.ringdown.record;

/** How an attempt (one client transaction) relates to its intent. */
public enum AttemptKind {
    FIRST,
    /**
     * A new request for the same intent inside the same dialog: new branch and CSeq. With the CSeq of the attempt before it: that one's request, sent
     * again by the generator's transport, on a new connection (same branch) or to another address (new branch, RFC 3263 section 4.3).
     */
    REPEAT,
    /** A new Call-ID for the same intent. */
    REDIAL,
    /** The answer to a 401, 407, 422, 491 or 3xx: neither a repeat nor a failure. */
    FOLLOW_UP,
    /**
     * In the far side's log: a request that the callee received (a server transaction), under whatever branch it came. It counts as sent when it arrived,
     * and as retransmitted when it came again; what is told of its responses is when they first left.
     */
    RECEIVED
}
