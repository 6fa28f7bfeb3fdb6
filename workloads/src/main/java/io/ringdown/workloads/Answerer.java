package io.ringdown.workloads;

import io.ringdown.record.SelfChecks;
import java.io.IOException;

/**
 * Whom a cluster that relays calls: the built-in callee, or SIPp. Accepts calls, keeps the holds that the caller asks for, and records what it
 * received into the far side's log, so that the two sides are compared alike whoever answered.
 */
public interface Answerer extends AutoCloseable {
    /**
     * Begins to answer.
     *
     * @throws IOException if it cannot; the message is one line
     */
    void start() throws IOException;

    /** What ended it against its will, or null. */
    Throwable failure();

    /** What keeps it from being called as the plan wants it, in one line; empty: nothing that it knows of. */
    default String trouble() {
        return "";
    }

    /** Whether it can be believed, so far, and once it is closed to its end: it has been no late by itself, but may have lost something. */
    SelfChecks selfChecks();

    /** Ends it where it is; what is open is recorded so. */
    @Override
    void close() throws IOException;
}
