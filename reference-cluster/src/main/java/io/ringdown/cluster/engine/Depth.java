package io.ringdown.cluster.engine;

/** How much of a session is replicated, least first. */
public enum Depth {
    /** Nothing. */
    NONE,
    /** Dialogs from their 2xx on, with the timer that retransmits it, and application state. */
    CONFIRMED,
    /** Also dialogs from their first 18x on. */
    EARLY,
    /** Also every transaction, with its answers and what is still to be answered. */
    TRANSACTIONS;

    boolean covers(Depth needed) {
        return compareTo(needed) >= 0;
    }
}
