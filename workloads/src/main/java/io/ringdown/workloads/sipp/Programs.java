package io.ringdown.workloads.sipp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whoever starts programs so that none outlives the harness. */
public interface Programs {
    /**
     * Starts a program; does not wait for it.
     *
     * @param name of the process, unique
     * @param command program and arguments
     * @param folder to work in
     * @throws IOException if it cannot be started; the message is one line
     */
    Started start(String name, List<String> command, Path folder) throws IOException;

    /** A process that was started. */
    interface Started {
        /** Whether it has not ended. */
        boolean alive();

        /** Ends it at once, if it has not ended. */
        void kill();
    }
}
