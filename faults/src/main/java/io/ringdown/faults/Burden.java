package io.ringdown.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process of Ringdown's own that takes a processor or memory once it is told to, no more than it is told, and ends when who started it does. A small
 * shell, so that it is there within milliseconds however busy the host is; the first that the kernel ends where memory is short.
 */
final class Burden implements AutoCloseable {
    private static final String READY = "echo 1000 >/proc/self/oom_score_adj; echo ready; read go && ";

    /** Asks all the while whether its parent is there, which is work as well. */
    private static final String PROCESSOR = READY + "while kill -0 \"$PPID\"; do :; done";

    /** It has a buffer of so many bytes and fills it, and then waits for a pipe that nobody reads, and that breaks when its reader dies. */
    private static final String MEMORY = READY + "exec dd if=/dev/zero bs=\"$go\" count=1";

    private static final int PAGE = 4096;

    private final Process process;
    private final ProcessIdentity identity;

    private Burden(String script) throws IOException {
        process = new ProcessBuilder("setsid", "/bin/sh", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader answers = process.inputReader();
        identity = LinuxProcesses.identify(process.pid()).orElse(null);
        if (!"ready".equals(answers.readLine()) || identity == null) {
            process.destroyForcibly();
            throw new IOException("a process that was to take processors or memory does not start");
        }
    }

    /** One that will keep a processor busy. */
    static Burden ofProcessor() throws IOException {
        return new Burden(PROCESSOR);
    }

    /** One that will take memory. */
    static Burden ofMemory() throws IOException {
        return new Burden(MEMORY);
    }

    ProcessIdentity identity() {
        return identity;
    }

    /** Lets it off; a processor's needs no amount. */
    void take(long amount) throws IOException {
        process.getOutputStream().write((amount + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    boolean isGone() {
        return LinuxProcesses.observe("burden", identity).state() == Observation.State.GONE;
    }

    /** What it has of memory, in bytes; 0 if it is gone. */
    long resident() throws IOException {
        try {
            Path file = Path.of("/proc/" + identity.pid() + "/statm");
            return isGone() ? 0 : Long.parseLong(Files.readString(file).split(" ")[1]) * PAGE;
        } catch (java.nio.file.NoSuchFileException e) {
            return 0;
        }
    }

    /** One that was never let off has nothing to lose, and one that was is ended by its undo. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
