package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an element of other makers is asked, by a command that runs where it does.
 *
 * @param what the file in the element's own folder that the answer is written to; empty: nobody wants to know more than whether it succeeds
 * @param command program and arguments
 * @param folder to work in
 * @param patience when it is ended, if it has not by then
 */
public record ElementQuestion(String element, String what, List<String> command, Path folder, Duration patience) {
    public ElementQuestion {
        command = List.copyOf(command);
    }

    /** Who asks. */
    @FunctionalInterface
    public interface Asker {
        /**
         * Asks an element.
         *
         * @return what the command prints, if it ends in time and with status 0
         * @throws IOException if it cannot be tried; one line
         */
        Optional<String> ask(ElementQuestion question) throws IOException, InterruptedException;
    }
}
