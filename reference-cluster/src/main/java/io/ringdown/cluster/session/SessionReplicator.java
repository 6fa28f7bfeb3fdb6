package io.ringdown.cluster.session;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores and retrieves session state for an application processor (paper section 4.3). Used from the processor's own
 * thread only, and answers on that thread, by way of {@link Processor#execute}.
 */
public interface SessionReplicator extends AutoCloseable {
    /**
     * Stores a new version in every live store of the session's replication group.
     *
     * @param stored called once every live store of the group holds it; a store that dies meanwhile is not waited for
     */
    void put(StoredSession session, Runnable stored);

    /** Finds the newest version that a live store of the session's group holds, or empty if none does. */
    void get(String callId, Consumer<Optional<StoredSession>> found);

    /** Removes the session from its group's stores. */
    void purge(String callId);

    /** Ends one turn of the processor: puts and purges of a turn travel together. */
    void flush();

    @Override
    void close();

    /** What the replicator needs of its application processor. */
    interface Processor {
        /** Runs a task on the processor's own thread. */
        void execute(Runnable task);

        /** Sessions with open transactions or timers whose owner is gone and which now belong to this processor. */
        void takeOver(List<StoredSession> sessions);

        /** The set of live processors changed: drop, without purging, what now belongs to another one. */
        void ownershipChanged();
    }
}
