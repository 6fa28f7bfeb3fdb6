package io.ringdown.harness.load;

import java.io.BufferedReader;
import java.io.Writer;

/**
 * A process that is talked to, line by line, wherever it runs.
 *
 * @param answers what it says, until it ends
 * @param orders what it is told; it ends when this is closed
 */
public record Talk(BufferedReader answers, Writer orders) {
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
}
