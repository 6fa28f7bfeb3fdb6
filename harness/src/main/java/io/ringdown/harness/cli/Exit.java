package io.ringdown.harness.cli;

import io.ringdown.judge.Conclusion;

/** Exit statuses, which scripts and CI rely on. */
final class Exit {
    static final int PASS = 0;
    static final int FAIL = 1;
    static final int INCONCLUSIVE = 2;
    static final int USAGE = 64;
    static final int HARNESS_FAILED = 70;
    static final int INTERRUPTED = 130;

    private Exit() {}

    static int of(Conclusion conclusion) {
        return switch (conclusion) {
            case PASS -> PASS;
            case FAIL -> FAIL;
            case INCONCLUSIVE -> INCONCLUSIVE;
        };
    }

    /** The status of several runs: a failure outweighs doubt, doubt outweighs a pass. */
    static int worst(int one, int other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(int status) {
        return switch (status) {
            case PASS -> 0;
            case INCONCLUSIVE -> 1;
            case FAIL -> 2;
            default -> 3;
        };
    }
}
