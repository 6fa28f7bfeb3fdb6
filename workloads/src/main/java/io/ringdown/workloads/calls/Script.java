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
 */
public record Script(
        Phase phase,
        boolean probed,
        boolean modify,
        long setUp,
        long operate,
        long release,
        List<Long> infos,
        long bye) {
    public Script {
        infos = List.copyOf(infos);
    }
}
