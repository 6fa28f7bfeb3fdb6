package io.ringdown.faults;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Programs of the system that change its network: started with a list of arguments, awaited, and believed only if they succeed. */
final class Tool {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String PURPOSE = "RINGDOWN_PURPOSE";

    private final List<String> command;
    private final Process process;

    private Tool(List<String> command, Process process) {
        this.command = command;
        this.process = process;
    }

    /** Whether there is such a program; administrators' folders are often not on the PATH. */
    static boolean has(String program) {
        return places().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    /** Runs a program to its end and returns what it printed. */
    static String run(String... command) throws IOException {
        return start(command).finish("");
    }

    /** Starts a program that is told what to do later. */
    static Tool start(String... command) throws IOException {
        return startFor("", command);
    }

    /** The same for a purpose, so that who undoes it finds the program if whoever started it is gone. */
    static Tool startFor(String purpose, String... command) throws IOException {
        List<String> whole = Stream.concat(
                        Stream.of(place(command[0]).toString()),
                        Stream.of(command).skip(1))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        if (!purpose.isEmpty()) {
            builder.environment().put(PURPOSE, purpose);
        }
        return new Tool(whole, builder.start());
    }

    /**
     * Ends the programs of a purpose, whoever started them: one that was told and has not done it yet would do it after its undo.
     *
     * @throws IOException if one does not end; one line
     */
    static void end(String purpose) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<ProcessIdentity> found;
        while ((found = LinuxProcesses.findByEnvironment(PURPOSE + "=" + purpose)).isPresent()) {
            LinuxProcesses.kill(found.get());
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "process " + found.get().pid() + ", which works on " + purpose + ", does not end");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * Tells it and waits until it has done it.
     *
     * @throws IOException if it fails, or does not end; one line
     */
    String finish(String input) throws IOException {
        return finish(input, PATIENCE);
    }

    String finish(String input, Duration patience) throws IOException {
        var late = new AtomicBoolean();
        // Its death ends whatever waits for it: what it is told, and what it says.
        process.onExit().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(timeout -> {
            late.set(true);
            // What it has started holds its output open.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            // The process itself would close its streams under whoever reads them.
            process.toHandle().destroyForcibly();
            return process;
        });
        try (Writer out = process.outputWriter(StandardCharsets.US_ASCII)) {
            out.write(input);
        } catch (IOException e) {
            // its status tells
        }
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (late.get()) {
                throw new IOException(String.join(" ", command) + " does not end");
            }
            if (status != 0) {
                throw new IOException(String.join(" ", command) + ": "
                        + said.lines().findFirst().orElse("status " + status));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + String.join(" ", command), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Ends it without telling it anything. */
    void dismiss() {
        process.destroyForcibly();
    }

    private static Path place(String program) throws IOException {
        return places().map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("no program " + program));
    }

    private static Stream<Path> places() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")), Stream.of("/usr/sbin", "/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }
}
