package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringdown.harness.hosts.Reach.Outcome;
import io.ringdown.harness.hosts.Talk;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The program {@code docker}, which speaks with an engine. */
final class DockerCommand {
    private static final File NOTHING = new File("/dev/null");

    private final String engine;

    /** @param engine where it is, such as {@code unix:///run/docker.sock}; empty: where the program looks by itself */
    DockerCommand(String engine) {
        this.engine = engine;
    }

    /** Runs it to its end, or kills it at the deadline. */
    Outcome run(List<String> arguments, Path input, Duration deadline) throws IOException {
        Process process = builder(arguments)
                .redirectInput(input == null ? NOTHING : input.toFile())
                .start();
        CompletableFuture<String> output = read(process.getInputStream());
        CompletableFuture<String> trouble = read(process.getErrorStream());
        try {
            if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException(
                        "no end of docker " + arguments.get(0) + " within " + deadline.toMillis() + " ms");
            }
            return new Outcome(
                    process.exitValue(),
                    output.get(deadline.toNanos(), TimeUnit.NANOSECONDS),
                    trouble.get(deadline.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("docker " + arguments.get(0) + " cannot be read", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Has the engine do something.
     *
     * @return what it prints
     * @throws IOException if it does not; one line
     */
    String done(List<String> arguments, Path input, Duration deadline) throws IOException {
        Outcome outcome = run(arguments, input, deadline);
        if (outcome.status() != 0) {
            throw new IOException("docker " + arguments.get(0) + ": "
                    + outcome.trouble().lines().findFirst().orElse("status " + outcome.status()));
        }
        return outcome.output().strip();
    }

    Talk talk(List<String> arguments) throws IOException {
        Process process = builder(arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new Talk(process.inputReader(UTF_8), process.outputWriter(UTF_8), process::destroyForcibly);
    }

    private ProcessBuilder builder(List<String> arguments) {
        var command = new ArrayList<>(List.of("docker"));
        if (!engine.isEmpty()) {
            command.addAll(List.of("--host", engine));
        }
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
