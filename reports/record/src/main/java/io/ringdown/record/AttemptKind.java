package io.ringdown.record;

/** How an attempt (one client transaction) relates to its intent. */
public enum AttemptKind {
    FIRST,
    /** A new request for the same intent inside the same dialog: new branch and CSeq. */
    REPEAT,
    /** A new Call-ID for the same intent. */
    REDIAL,
    /** The answer to a 401, 407, 422, 491 or 3xx: neither a repeat nor a failure. */
    FOLLOW_UP
}
