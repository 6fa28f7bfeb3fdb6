package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Carries out an undo. Doing it twice does no more than doing it once. */
@FunctionalInterface
public interface Undoing {
    /**
     * Undoes one step.
     *
     * @return what was done or found, one line
     * @throws IOException if it is not undone
     */
    String undo(Undo undo) throws IOException;

    /** Undoes on the processes of this machine. */
    static Undoing onThisMachine() {
        return undo -> {
            if (undo instanceof Undo.Resume resume) {
                LinuxProcesses.resume(List.of(resume.process()));
                return LinuxProcesses.observe(resume.element(), resume.process())
                        .evidence();
            }
            if (undo instanceof Undo.Kill kill) {
                return killed(kill.element(), kill.process());
            }
            var marked = (Undo.KillMarked) undo;
            Optional<ProcessIdentity> process = LinuxProcesses.findByEnvironment(marked.mark());
            return process.isPresent()
                    ? killed(marked.element(), process.get())
                    : marked.element() + ": no process was started";
        };
    }

    private static String killed(String element, ProcessIdentity process) throws IOException {
        LinuxProcesses.kill(process);
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        Observation seen;
        while ((seen = LinuxProcesses.observe(element, process)).state() != State.GONE) {
            if (System.nanoTime() > deadline) {
                throw new IOException("killed, but still there: " + seen.evidence());
            }
            LockSupport.parkNanos(1_000_000);
        }
        return seen.evidence();
    }
}
