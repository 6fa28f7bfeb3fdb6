package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

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

    /** Undoes on the processes, control groups, firewall and queues of this machine. */
    static Undoing onThisMachine() {
        return onThisMachine(Power.NONE);
    }

    /** The same, where the power of machines may have been cut. */
    static Undoing onThisMachine(Power power) {
        return undo -> {
            if (undo instanceof Undo.PowerOn on) {
                return power.on(on);
            }
            if (undo instanceof Undo.HealHost away) {
                throw new IOException("host " + away.host() + " heals itself, and must be reached for it");
            }
            if (undo instanceof Undo.RestoreContainer standing) {
                throw new IOException("container " + standing.container() + " is its engine's to start or let run on");
            }
            if (undo instanceof Undo.Resume resume) {
                return resumed(resume);
            }
            if (undo instanceof Undo.Kill kill) {
                return killed(kill);
            }
            if (undo instanceof Undo.RemoveGroup remove) {
                return ControlGroups.remove(remove.element(), Path.of(remove.group()));
            }
            if (undo instanceof Undo.RemoveRules rules) {
                return RuleChain.remove(rules);
            }
            if (undo instanceof Undo.RemoveShaping shaping) {
                return Shaping.remove(shaping);
            }
            if (undo instanceof Undo.Undrain drained) {
                return Draining.undo(drained);
            }
            if (undo instanceof Undo.RemoveFile file) {
                return FullDisk.remove(file);
            }
            if (undo instanceof Undo.SetClockRight clock) {
                return ClockFile.remove(clock);
            }
            if (undo instanceof Undo.Unmount mounted) {
                return MachineDisk.remove(mounted);
            }
            return killed((Undo.KillMarked) undo);
        };
    }

    /** What is there of that which an undo is to kill or to let run on, one line; empty: nothing, or it is about something else. */
    static Optional<String> living(Undo undo) throws IOException {
        if (undo instanceof Undo.KillMarked marked) {
            return LinuxProcesses.findByEnvironment(marked.mark()).map(found -> marked.element() + ": " + found);
        }
        Undo.Kill kill = undo instanceof Undo.Resume resume
                ? new Undo.Kill(resume.element(), resume.process(), resume.mark(), resume.background())
                : undo instanceof Undo.Kill other ? other : null;
        if (kill == null) {
            return Optional.empty();
        }
        Observation seen = kill.mark() == null
                ? LinuxProcesses.observe(kill.element(), kill.process())
                : tree(kill.process(), kill.mark(), kill.background()).observe(kill.element());
        return seen.state() == State.GONE ? Optional.empty() : Optional.of(seen.evidence());
    }

    /** Until none bears the mark: the one that is found first may be younger than who made it. One that has gone into the background need not bear it any more. */
    private static String killed(Undo.KillMarked marked) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        String how = marked.element() + ": none of its processes is there";
        Optional<ProcessIdentity> process;
        while ((process = LinuxProcesses.findByEnvironment(marked.mark())).isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("killed, but there are always more: " + how);
            }
            how = killed(new Undo.Kill(marked.element(), process.get(), marked.mark(), null));
        }
        Optional<ProcessIdentity> first = marked.background() == null
                ? Optional.empty()
                : marked.background().awaited();
        if (first.isEmpty()) {
            return how;
        }
        Background settled =
                marked.background().settled(first.get(), first.get().pid());
        return killed(new Undo.Kill(marked.element(), first.get(), marked.mark(), settled));
    }

    private static String killed(Undo.Kill kill) throws IOException {
        if (kill.mark() == null) {
            LinuxProcesses.kill(kill.process());
            return seen(
                    () -> LinuxProcesses.observe(kill.element(), kill.process()),
                    state -> state == State.GONE,
                    "killed, but still there: ");
        }
        ProcessTree tree = tree(kill.process(), kill.mark(), kill.background());
        tree.kill();
        return seen(() -> tree.observe(kill.element()), state -> state == State.GONE, "killed, but still there: ");
    }

    /** One that is gone is as good as one that runs on: nothing is frozen any more. */
    private static String resumed(Undo.Resume resume) throws IOException {
        Predicate<State> done = state -> state != State.FROZEN;
        String otherwise = "told to run on, but still frozen: ";
        if (resume.mark() == null) {
            LinuxProcesses.resume(List.of(resume.process()));
            return seen(() -> LinuxProcesses.observe(resume.element(), resume.process()), done, otherwise);
        }
        ProcessTree tree = tree(resume.process(), resume.mark(), resume.background());
        tree.resume();
        return seen(() -> tree.observe(resume.element()), done, otherwise);
    }

    private static ProcessTree tree(ProcessIdentity first, String mark, Background background) {
        return new ProcessTree(first, mark, background == null ? null : background.withoutFile());
    }

    /** Looks until it is done; a signal that was sent proves nothing. */
    private static String seen(Supplier<Observation> look, Predicate<State> done, String otherwise) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        Observation seen;
        while (!done.test((seen = look.get()).state())) {
            if (System.nanoTime() > deadline) {
                throw new IOException(otherwise + seen.evidence());
            }
            LockSupport.parkNanos(1_000_000);
        }
        return seen.evidence();
    }
}
