package io.ringdown.harness.hosts.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringdown.harness.hosts.Printed;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The harness's own machine as one host among others: it has an agent as they have, so that what strikes several is done, timed and undone in one way.
 *
 * @param address of the machine of the cluster that it is
 */
record ThisMachine(String address) implements Target {
    /** Among the names of an inventory's hosts. */
    static final String NAME = "(this machine)";

    /** Where an SSH server would begin. */
    private static final Path HOME = Path.of(System.getProperty("user.home"));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Override
    public List<String> asRoot() {
        return List.of();
    }

    @Override
    public Reach reach(Duration patience) {
        return new Here();
    }

    @Override
    public String toString() {
        return NAME + " as " + address;
    }

    /** Runs commands as they stand. */
    private final class Here implements Reach {
        private final List<Process> talking = new CopyOnWriteArrayList<>();

        @Override
        public Outcome run(List<String> command, Duration deadline) throws IOException {
            Process process = started(command);
            var output = new Printed();
            var trouble = new Printed();
            try {
                process.getOutputStream().close();
                CompletableFuture<Void> heard = CompletableFuture.allOf(
                        hearing(process.getInputStream(), output), hearing(process.getErrorStream(), trouble));
                if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException(ThisMachine.this + ": " + command.get(0) + " has not ended within "
                            + deadline.toMillis() + " ms");
                }
                heard.join();
                return new Outcome(process.exitValue(), output.text(), trouble.text());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(ThisMachine.this + ": interrupted", e);
            }
        }

        private CompletableFuture<Void> hearing(InputStream said, OutputStream to) {
            return CompletableFuture.runAsync(() -> {
                try (said) {
                    said.transferTo(to);
                } catch (IOException e) {
                    // it has ended
                }
            });
        }

        private Process started(List<String> command) throws IOException {
            try {
                return new ProcessBuilder(command).directory(HOME.toFile()).start();
            } catch (IOException e) {
                throw new IOException(ThisMachine.this + ": " + e.getMessage(), e);
            }
        }

        @Override
        public void put(Path file, String folder, String name, Duration deadline) throws IOException {
            try {
                Path to = Files.createDirectories(HOME.resolve(folder));
                Path unfinished = to.resolve("." + UUID.randomUUID());
                Files.copy(file, unfinished);
                Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
                Files.move(unfinished, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new IOException(ThisMachine.this + ": cannot store in " + folder + ": " + e, e);
            }
        }

        @Override
        public Talk talk(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .directory(HOME.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            talking.add(process);
            return new Talk(process.inputReader(UTF_8), process.outputWriter(UTF_8), process::destroyForcibly);
        }

        @Override
        public String toString() {
            return ThisMachine.this.toString();
        }

        @Override
        public void close() {
            talking.forEach(Process::destroyForcibly);
        }
    }
}
