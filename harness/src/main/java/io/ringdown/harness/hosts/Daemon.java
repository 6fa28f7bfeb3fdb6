package io.ringdown.harness.hosts;

import io.ringdown.faults.Background;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Sees a started command go into the background. */
final class Daemon {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long BETWEEN_LOOKS_NANOS = 5_000_000;

    private Daemon() {}

    /**
     * Waits until the command has ended and its pid file names a process. That one is looked up as soon as the file is there, and again: a file half written names another.
     *
     * @throws IOException if it fails or takes too long; one line, without the element's name
     */
    static ProcessIdentity await(Process command, Background expected) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<ProcessIdentity> before = Optional.empty();
        while (true) {
            boolean ended = !command.isAlive();
            Optional<ProcessIdentity> named = expected.process().filter(Daemon::lives);
            if (ended && command.exitValue() != 0) {
                throw new IOException("its command ended with status " + command.exitValue());
            }
            if (ended && named.isPresent() && named.equals(before)) {
                return named.get();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        ended
                                ? expected.pidFile() + " names no living process that its command has started"
                                : "its command has not gone into the background within " + PATIENCE.toSeconds() + " s");
            }
            before = named;
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private static boolean lives(ProcessIdentity process) {
        return LinuxProcesses.observe("", process).state() != State.GONE;
    }
}
