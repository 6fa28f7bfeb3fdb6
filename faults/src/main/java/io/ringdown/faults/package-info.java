/**
 * What can fail, when, how it is proven and how it is undone.
 *
 * <p>{@link io.ringdown.faults.TargetChoice} says which elements a fault hits, {@link io.ringdown.faults.BlastRadius} whether it may,
 * {@link io.ringdown.faults.FaultInjector} strikes through the port {@link io.ringdown.faults.Victims} and proves what it did, and the
 * {@link io.ringdown.faults.Ledger} has every undo on disk before there is anything to undo.
 */
package io.ringdown.faults;
