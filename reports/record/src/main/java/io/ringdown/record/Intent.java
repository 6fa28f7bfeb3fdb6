package io.ringdown.record;

/** One scripted user action. */
public enum Intent {
    SETUP,
    /** A re-INVITE. */
    MODIFY,
    INFO,
    OPTIONS,
    RELEASE,
    CANCEL
}
