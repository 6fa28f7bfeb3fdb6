package io.ringdown.judge.verdict;

import java.util.List;

/**
 * The worst witnesses, worst first.
 *
 * @param total all calls that were harmed
 * @param shown some of them, at most {@link #MOST}
 */
public record Witnesses(int total, List<Witness> shown) {
    /** Witnesses written into a verdict. */
    public static final int MOST = 50;

    public Witnesses {
        shown = List.copyOf(shown);
    }
}
