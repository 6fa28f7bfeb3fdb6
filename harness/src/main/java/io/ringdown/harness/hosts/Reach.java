package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The way to a host: commands are run there, files put there, and processes talked to. Every step has a deadline. Safe for several threads. */
public interface Reach extends AutoCloseable {
    /** Arguments: a folder, a name in it, and one that nobody else uses. The script never changes; nothing is pasted into it. */
    String STORE = "umask 077 && mkdir -p \"$0\" && cat >\"$0/$2\" && mv \"$0/$2\" \"$0/$1\"";

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
    default Outcome run(List<String> command, Duration deadline) throws IOException {
        return run(command, null, deadline);
    }

    /**
     * Runs a command that reads a file.
     *
     * @param input its standard input; null: nothing
     */
    Outcome run(List<String> command, Path input, Duration deadline) throws IOException;

    /**
     * Puts a file on the host, where it is seen whole or not at all, for nobody but the user to read.
     *
     * @param folder there; made if it is missing
     * @throws IOException if it is not there now; one line that begins with the host
     */
    default void put(Path file, String folder, String name, Duration deadline) throws IOException {
        String unfinished = name + "." + UUID.randomUUID();
        Outcome outcome = run(List.of("sh", "-c", STORE, folder, name, unfinished), file, deadline);
        if (outcome.status() != 0) {
            throw new IOException(this + ": cannot store " + folder + "/" + name + ": "
                    + outcome.trouble().lines().findFirst().orElse("status " + outcome.status()));
        }
    }

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
