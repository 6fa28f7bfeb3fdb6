package io.ringdown.record;

import java.util.List;
import java.util.Objects;

/**
 * A fault that was injected, with its proof. Instants are run nanos.
 *
 * @param index position in the plan, from 0
 * @param asked just before the first freeze was asked for: the fault took effect no earlier
 * @param confirmed when the last freeze was seen on the target: it took effect no later
 * @param repairAsked just before the first element was started again or resumed, or {@link Operation#NONE}
 * @param proven whether the effect was verified on the target
 * @param proof what was seen, a line an element
 */
public record InjectedFault(
        int index, FaultOrder order, long asked, long confirmed, long repairAsked, boolean proven, List<String> proof) {
    public InjectedFault {
        Objects.requireNonNull(order, "order");
        proof = List.copyOf(proof);
    }
}
