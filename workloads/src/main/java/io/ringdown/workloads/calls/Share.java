package io.ringdown.workloads.calls;

/**
 * The calls that one generator makes of a workload that several share: of everything that is counted, what leaves {@code index} when divided by
 * {@code of}. All of them plan the whole workload alike, so that together they make just the calls that one would.
 *
 * @param index from 0
 * @param of how many generators there are
 */
public record Share(int index, int of) {
    /** All of it. */
    public static final Share ALL = new Share(0, 1);

    public Share {
        if (index < 0 || index >= of) {
            throw new IllegalArgumentException("no share " + index + " of " + of);
        }
    }

    /** Whether a thing is this generator's, by its number. */
    public boolean has(int number) {
        return number % of == index;
    }

    /** The first number from one on that is this generator's. */
    int first(int from) {
        return from + Math.floorMod(index - from, of);
    }

    /** How many of a number of things are, of which the first has a number of its own. */
    int count(int from, int things) {
        return Math.max(0, Math.floorDiv(from + things - 1 - first(from), of) + 1);
    }
}
