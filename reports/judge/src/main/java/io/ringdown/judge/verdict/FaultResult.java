package io.ringdown.judge.verdict;

import java.util.List;

/**
 * A fault, and how the cluster got over it. Instants are run nanos.
 *
 * @param what one line: what was done to what
 * @param domain {@code process}, {@code machine} or {@code rack}
 * @param kind {@code crash}, {@code silent}, {@code hang} or {@code stop}
 * @param injected whether the run got as far as to inject it; else the instants are null
 * @param asked it took effect no earlier
 * @param confirmed it took effect no later
 * @param repairAsked when what failed was started again; null: never
 * @param servingAt when the last repaired element said that it serves; null: never
 * @param rerouting null if there were no detection probes
 * @param outage what followed it and those that struck with it; null if it was not injected
 */
public record FaultResult(
        int index,
        String what,
        String domain,
        String kind,
        List<String> targets,
        List<String> elements,
        boolean injected,
        Long asked,
        Long confirmed,
        Long repairAsked,
        Long servingAt,
        boolean proven,
        List<String> proof,
        Rerouting rerouting,
        SetUpOutage outage) {
    public FaultResult {
        targets = List.copyOf(targets);
        elements = List.copyOf(elements);
        proof = List.copyOf(proof);
    }
}
