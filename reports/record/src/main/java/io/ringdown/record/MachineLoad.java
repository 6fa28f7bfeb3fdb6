package io.ringdown.record;

/**
 * What the machine that drives the calls was busy with between two instants. A late answer is the cluster's only if the cluster had the
 * processors.
 *
 * @param from run nanos
 * @param until run nanos
 * @param processors that the machine has
 * @param own processor time in nanoseconds, of all processors together, that the run's own processes took: the harness, the cluster's elements
 *     here, and whoever drives the calls
 * @param others what other processes took, and what a hypervisor or a quota withheld; the kernel's time for interrupts is nobody's
 * @param udpDrops datagrams that the kernel dropped on all of the machine's UDP sockets for want of room; -1 where it does not tell
 * @param udpErrors datagrams that could not be delivered for whatever reason, those included; -1 where it does not tell
 */
public record MachineLoad(long from, long until, int processors, long own, long others, long udpDrops, long udpErrors) {
    /** The same between two other instants, which a better clock tells. */
    MachineLoad at(long otherFrom, long otherUntil) {
        return new MachineLoad(otherFrom, otherUntil, processors, own, others, udpDrops, udpErrors);
    }
}
