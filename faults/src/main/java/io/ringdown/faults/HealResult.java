package io.ringdown.faults;

import java.util.List;

/**
 * What healing did.
 *
 * @param done a line for each step undone, in the order of doing
 * @param failed a line for each step that could not be undone, with the reason
 */
public record HealResult(List<String> done, List<String> failed) {
    public HealResult {
        done = List.copyOf(done);
        failed = List.copyOf(failed);
    }

    /** Whether nothing is left behind. */
    public boolean complete() {
        return failed.isEmpty();
    }
}
