package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.IOException;

/** Undoes what was done to hosts, and to their power. What is of this machine is left to it. Safe for several threads, one a machine. */
final class UndoingOnHosts implements Undoing {
    private final RemoteHost hosts;
    private final Undoing here;
    private volatile boolean begun;

    UndoingOnHosts(RemoteHost hosts, Undoing here) {
        this.hosts = hosts;
        this.here = here;
    }

    /** Whether anything is undone by now, so that nothing more is to be done. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public String undo(Undo undo) throws IOException {
        begun = true;
        if (undo instanceof Undo.PowerOn off) {
            return hosts.power().on(hosts.machine(off.element()), () -> false);
        }
        return undo instanceof Undo.HealHost away && hosts.machine(away.element()) != null
                ? hosts.heal(hosts.machine(away.element()))
                : here.undo(undo);
    }
}
