package io.ringdown.workloads.calls;

import io.ringdown.record.Phase;
import java.util.List;

/**
 * When one call of the population does what. Instants are run nanos.
 *
 * @param probed whether an idle call is probed after the fault
 * @param modify whether a P5 call holds a re-INVITE open, rather than an INFO
 * @param setUp when it is set up
 * @param operate when the operation that is held over the fault is sent (P5, P6)
 * @param release when the hold ends
 * @param infos when its INFOs are sent
 * @param bye when it is released, if it is ready then
 * @param asked what the callee is to do of its own, or null
 */
public record Script(
        Phase phase,
        boolean probed,
        boolean modify,
        long setUp,
        long operate,
        long release,
        List<Long> infos,
        long bye,
        Asked asked) {
    /** When the callee is to send an INFO, a re-INVITE, and the BYE. */
    public record Asked(long info, long modify, long bye) {}

    /** A call in which the callee only answers. */
    public Script(
            Phase phase,
            boolean probed,
            boolean modify,
            long setUp,
            long operate,
            long release,
            List<Long> infos,
            long bye) {
        this(phase, probed, modify, setUp, operate, release, infos, bye, null);
    }

    public Script {
        infos = List.copyOf(infos);
    }
}
