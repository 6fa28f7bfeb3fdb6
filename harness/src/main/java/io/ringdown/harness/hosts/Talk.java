package io.ringdown.harness.hosts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Writer;

/**
 * A process that is talked to, line by line, wherever it runs.
 *
 * @param answers what it says, until it ends
 * @param orders what it is told; it ends when this is closed
 * @param abandon lets go of it at once, whatever it and the way to it are doing; both streams end
 */
public record Talk(BufferedReader answers, Writer orders, Runnable abandon) {
    /** Starts processes that end with the harness, however that ends. */
    public interface Starter {
        /**
         * Starts one.
         *
         * @param name unique in the run
         * @param command program and arguments
         * @throws java.io.IOException if it cannot; the message is one line
         */
        Talk start(String name, java.util.List<String> command) throws java.io.IOException;
    }

    /** With a process of this machine. */
    static Talk with(Process process) {
        return new Talk(process.inputReader(UTF_8), process.outputWriter(UTF_8), process::destroyForcibly);
    }
}
