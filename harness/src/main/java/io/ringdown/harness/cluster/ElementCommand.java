package io.ringdown.harness.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A command of a topology file that asks an element something: it has a deadline, and is killed at it. */
final class ElementCommand implements AutoCloseable {
    private static final File NOTHING = new File("/dev/null");

    private final Process process;
    private final Path output;

    private ElementCommand(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts it.
     *
     * @param folder where it works
     * @param output where it prints to; null: nobody wants to know
     * @throws IOException if it cannot be started; one line
     */
    static ElementCommand start(List<String> command, Path folder, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Redirect.from(NOTHING))
                .redirectError(Redirect.DISCARD)
                .redirectOutput(output == null ? Redirect.DISCARD : Redirect.to(output.toFile()))
                .start();
        return new ElementCommand(process, output);
    }

    /** Whether it ends in time, with status 0. */
    boolean succeeds(Duration deadline) throws InterruptedException {
        return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    }

    /** What it printed, if it {@link #succeeds}. */
    Optional<String> answer(Duration deadline) throws InterruptedException {
        try {
            return succeeds(deadline)
                    ? Optional.of(Files.readString(output, StandardCharsets.ISO_8859_1))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
