package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import java.io.IOException;

/** Strikes, proves and repairs the faults of a run, wherever their victims are. Safe for several threads, one a fault. */
public interface Injecting {
    /**
     * Injects a fault at an instant, or at once if that has passed; returns when its effect is proven, or when patience has run out. An
     * element that had failed by itself before leaves the fault unproven, and then nothing is done to any that the same machine carries.
     *
     * @param index position in the plan, from 0
     * @param atNanos run nanos
     * @throws FaultRefusedException if the fault is outside the blast radius; nothing was done
     * @throws IOException if the fault could not be tried: the ledger cannot be written, or no process started
     * @throws InterruptedException if interrupted before the instant; nothing was done
     */
    InjectedFault inject(int index, FaultOrder order, long atNanos) throws IOException, InterruptedException;

    /**
     * Looks whether a fault is still in effect. Call it at the end of what the fault is to cover: a fault that somebody else has ended
     * loses its proof.
     */
    InjectedFault confirmStill(InjectedFault fault);

    /**
     * Ends a fault: what hangs runs on, all else is made sure to be dead and started again. An element that cannot be started, or is not
     * seen to have left the state that the fault put it in, adds its reason to the proof and keeps no other from being repaired; the
     * latter's undo stays in the ledger. Looks first, as {@link #confirmStill} does.
     */
    InjectedFault repair(InjectedFault fault) throws IOException;

    /**
     * What healing has shown of a fault that was in effect until then: one that nobody could look at meanwhile may turn out to have been none. Call it once
     * all is healed.
     */
    default InjectedFault inHindsight(InjectedFault fault) {
        return fault;
    }
}
