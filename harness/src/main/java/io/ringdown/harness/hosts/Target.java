package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

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

    /** How it is reached, in words. */
    default String way() {
        return toString();
    }

    /** Where a command that installs something has to be run for its elements to find that. */
    default String installing(String command) {
        return command + " there";
    }

    /** What stands before a command that root is to run, without a password; empty: nothing does, or nobody may. */
    List<String> asRoot();

    /**
     * Makes the host, where it is one that is made for a run.
     *
     * @param parts files that it may have from its making, by the place where they are looked for
     * @param preparing a command that may be run where they are, before; hosts of the same parts need it once
     * @throws IOException one line that begins with the host
     */
    default void make(Map<String, Path> parts, List<String> preparing) throws IOException {
        // it is there
    }

    /** Whether anything can run on it. */
    default boolean exists() throws IOException {
        return true;
    }

    /** Takes the host away, where it was made for a run; a second time does nothing. */
    default void remove() throws IOException {
        // it stays
    }
}
