package io.ringdown.cluster.session;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores and retrieves session state for an application processor (paper section 4.3). Used from the processor's own
 * thread only, and answers on that thread, by way of {@link Processor#execute}.
 */
public interface SessionReplicator {
    /**
     * Stores a new version in every live store of the session's replication group.
     *
     * @param stored called once every live store of the group holds it; a store that dies meanwhile is not waited for. Never called if
     *     another processor owns the session by now: then {@link Processor#fenced} is
     */
    void put(StoredSession session, Runnable stored);

    /**
     * As {@link #put}, of a session that a former owner may have begun to store in another group: what other groups hold of it is removed
     * before {@code stored} is called. It may come back as long as it is not called.
     */
    default void claim(StoredSession session, Runnable stored) {
        put(session, stored);
    }

    /** The replication group of a session that is to be stored for the first time. */
    default int groupOf(String callId) {
        return 0;
    }

    /** Finds the newest version that a live store of the session's group holds, or empty if none does. */
    void get(String callId, Consumer<Optional<StoredSession>> found);

    /**
     * Removes the session from its group's stores.
     *
     * @param group its group; {@link StoredSession#NOWHERE}: any that may hold it
     * @param version above that of every version stored; none below it is stored afterwards
     */
    void purge(String callId, int group, long version);

    /** Gives sessions, as the processor itself knows them, to the processors that own them now; keeps at it until they have arrived. */
    void giveAway(List<StoredSession> sessions);

    /** Whether a former owner, which lives, may yet give a session to this processor. */
    default boolean mayBeGiven(String callId) {
        return false;
    }

    /** Ends one turn of the processor: puts and purges of a turn travel together. */
    void flush();

    /** Whether this processor owns the call, as far as it knows. */
    boolean owns(String callId);

    /** Grows with every change of membership; versions of a new owner start above those of the former one. */
    long epoch();

    /** Figures in Prometheus' text format; from any thread. */
    String prometheus();

    /** What the replicator needs of its application processor. */
    interface Processor {
        /** Runs a task on the processor's own thread. */
        void execute(Runnable task);

        /** Sessions with open transactions or timers whose owner is gone and which now belong to this processor. */
        void takeOver(List<StoredSession> sessions);

        /**
         * Sessions that their former owner, which is alive, gives to this one.
         *
         * @param stored called, with the Call-IDs of those that this processor does not own, once the others are stored
         */
        void moved(List<StoredSession> sessions, Consumer<List<String>> stored);

        /** What {@link SessionReplicator#mayBeGiven may have been given} to this processor may be given no more, or less of it. */
        void given();

        /**
         * The set of live processors changed: drop, without purging, what now belongs to another one, and give it what the stores may not
         * have.
         */
        void ownershipChanged();

        /**
         * Another processor owned this session when the stores were to take this version: drop it without another word to anybody, unless
         * it has come back since, with a later version.
         */
        void fenced(String callId, long version);

        /** Stores do not answer as they should. */
        void storesSilent(Map<String, Object> detail);
    }

    /** For a cluster of one: nothing is stored, nothing is found. */
    static SessionReplicator none() {
        return new SessionReplicator() {
            @Override
            public void put(StoredSession session, Runnable stored) {
                stored.run();
            }

            @Override
            public void get(String callId, Consumer<Optional<StoredSession>> found) {
                found.accept(Optional.empty());
            }

            @Override
            public void purge(String callId, int group, long version) {
                // nothing is stored
            }

            @Override
            public void giveAway(List<StoredSession> sessions) {
                // there is nobody else
            }

            @Override
            public void flush() {
                // nothing is under way
            }

            @Override
            public boolean owns(String callId) {
                return true;
            }

            @Override
            public long epoch() {
                return 0;
            }

            @Override
            public String prometheus() {
                return "";
            }
        };
    }
}
