package io.ringdown.judge.verdict;

import java.util.List;

/**
 * A call that caps the level, with the operations that show it.
 *
 * @param group its phase at t_f, or another group of {@link MatrixRow}
 * @param exposure {@code owner}, {@code copy}, {@code dispatcher} (several with {@code +}), {@code control}, {@code boundary}, {@code later} or
 *     {@code unknown}
 * @param sentence what befell it, for people
 */
public record Witness(
        String callId, int call, String group, Fate fate, String exposure, String sentence, List<WitnessStep> steps) {
    public Witness {
        steps = List.copyOf(steps);
    }
}
