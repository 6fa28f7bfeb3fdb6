package io.ringdown.harness.hosts;

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
}
