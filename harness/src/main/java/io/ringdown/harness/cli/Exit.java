package io.ringdown.harness.cli;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.record.RunEvent.Ending;

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

    /** A harness that failed demotes a PASS and adds to doubt, but hides no witnessed FAIL. */
    static int of(Ending ending, Conclusion conclusion) {
        return ending == Ending.HARNESS_FAILED && conclusion != Conclusion.FAIL ? HARNESS_FAILED : of(conclusion);
    }

    /** The status of several runs: a witnessed failure outweighs a harness that failed, that outweighs doubt, and doubt a pass. */
    static int worst(int one, int other) {
        return rank(one) >= rank(other) ? one : other;
    }

    private static int rank(int status) {
        return switch (status) {
            case PASS -> 0;
            case INCONCLUSIVE -> 1;
            case FAIL -> 3;
            default -> 2;
        };
    }
}
