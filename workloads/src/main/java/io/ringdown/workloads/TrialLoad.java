package io.ringdown.workloads;

import io.ringdown.record.SelfChecks;
import io.ringdown.record.TrialShare;
import java.io.IOException;
import java.util.List;

/** The sessions, or registrations, of one trial, on their way. Asked from any thread. */
public interface TrialLoad extends AutoCloseable {
    /** How many have ended, one way or another. */
    int endedSessions();

    /** When the first of them was to begin (run nanos); {@link io.ringdown.record.Operation#NONE} if it has not begun. */
    long offeredFrom();

    /** Whether they have ended, and what they left in the cluster is removed as far as it can be. */
    boolean offeredAll();

    /** How many bindings could not be removed. */
    int leftBehind();

    /** Has those who share it take their next step together, once all are ready for it. To be called all the while. */
    default void proceed() {
        // who makes it alone waits for nobody
    }

    /** What ended it, or its recording, against its will; or null. */
    Throwable failure();

    /** Who of several that share it is not there any more, so that not all of it will end, and why; empty: nobody. */
    default String gone() {
        return "";
    }

    /** Whether it can be believed: once it is closed, for the whole trial. */
    SelfChecks selfChecks();

    /** How those fared who share it, once it is closed; empty: the harness itself calls. */
    default List<TrialShare> shares() {
        return List.of();
    }

    /** Ends it where it is. What became of its sessions has been recorded then; what is open, as indeterminate. */
    @Override
    void close() throws IOException;
}
