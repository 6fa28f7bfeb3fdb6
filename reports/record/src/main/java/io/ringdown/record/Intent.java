package io.ringdown.record;

/** One scripted user action. */
public enum Intent {
    SETUP,
    /** A re-INVITE. */
    MODIFY,
    INFO,
    OPTIONS,
    RELEASE,
    CANCEL,
    REGISTER,
    /** A session refresh without an offer (RFC 3311, RFC 4028). */
    UPDATE
}
