package io.ringdown.harness.hosts;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A host of an inventory. Its text is whom complaints are about. */
public interface Target {
    /** What it is called; unique in its inventory. */
    String name();

    /** Where the cluster's elements on it are reached: an IP address, or a name of it. */
    String address();

    /** The program that runs Java there. */
    String java();

    /**
     * A way to it, not tried yet.
     *
     * @param patience how long a connection and a channel may take to open, and each answer on the way
     */
    Reach reach(Duration patience);

    /** What stands before a command that root is to run, without a password; empty: nothing does, or nobody may. */
    List<String> asRoot();

    /** Makes the host, where it is one that is made for a run. */
    default void make() throws IOException {
        // it is there
    }

    /** Whether there can be anything on it. */
    default boolean exists() throws IOException {
        return true;
    }

    /** Takes the host away, where it was made for a run; a second time does nothing. */
    default void remove() throws IOException {
        // it stays
    }
}
