package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The way to a host: commands are run there, files put there, and processes talked to. Every step has a deadline. Safe for several threads. */
public interface Reach extends AutoCloseable {
    /**
     * How a command ended.
     *
     * @param status its exit status; -1: a signal ended it
     * @param output what it printed, to standard output
     * @param trouble what it printed to standard error
     */
    record Outcome(int status, String output, String trouble) {}

    /**
     * Runs a command to its end.
     *
     * @param command program and arguments; no shell of the target gives them any meaning
     * @param deadline from now on, besides what it takes to connect; a command that has not ended by then is left to itself
     * @throws IOException if it could not be run, or is not known to have ended; one line that begins with the host
     */
    Outcome run(List<String> command, Duration deadline) throws IOException;

    /**
     * Puts a file on the host, where it is seen whole or not at all, for nobody but the user to read.
     *
     * @param folder there; made if it is missing
     * @throws IOException if it is not there now; one line that begins with the host
     */
    void put(Path file, String folder, String name, Duration deadline) throws IOException;

    /**
     * Starts a process to talk to.
     *
     * @param command program and arguments
     * @throws IOException if it cannot be tried; one line that begins with the host. A program that is not there is seen by the end of its answers
     */
    Talk talk(List<String> command) throws IOException;

    /** Lets go of the connection; what is being talked to ends. */
    @Override
    void close();
}
