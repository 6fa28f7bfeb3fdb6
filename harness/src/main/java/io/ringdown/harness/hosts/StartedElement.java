package io.ringdown.harness.hosts;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Spent;
import io.ringdown.faults.Undo;
import java.util.List;
import java.util.Map;

/**
 * An element that has been started on this machine: one process, or a tree of them.
 *
 * @param name of the element
 * @param how it was started
 * @param process holds the other end of its standard input
 * @param identity its first process
 * @param step of the ledger
 * @param tree all that it has become; null: it is one process
 */
record StartedElement(
        String name, TreeStart how, Process process, ProcessIdentity identity, int step, ProcessTree tree) {
    /** All processes that it is now. */
    List<ProcessIdentity> processes() {
        return tree == null ? List.of(identity) : tree.members();
    }

    /** The processes that it was found to be last; does not look again. */
    List<ProcessIdentity> lately() {
        return tree == null ? List.of(identity) : tree.lately();
    }

    Observation observe() {
        return tree == null ? LinuxProcesses.observe(name, identity) : tree.observe(name);
    }

    boolean isGone() {
        return observe().state() == Observation.State.GONE;
    }

    /** Its living processes, and what each has had of the processors; empty: nobody can tell. */
    Map<ProcessIdentity, Spent> spent() {
        return tree == null ? LinuxProcesses.spent(identity) : tree.spent();
    }

    Undo killing() {
        return tree == null ? new Undo.Kill(name, identity) : tree.killing(name);
    }

    Undo resuming() {
        return tree == null ? new Undo.Resume(name, identity) : tree.resuming(name);
    }

    void kill() {
        if (tree == null) {
            LinuxProcesses.kill(identity);
        } else {
            tree.kill();
        }
    }
}
