package io.ringdown.judge.verdict;

/**
 * The test T0: were there no bad calls, and were enough watched to say so? One-sided Clopper-Pearson bounds at 95 %.
 *
 * @param bad calls that were bad for certain
 * @param unknown calls of which it cannot be told; bad when confirming, good when refuting
 * @param of calls watched
 * @param lower largest share that the true one exceeds at 95 %, the unknown taken as good: of a phase the exposed's own, or that of all its calls
 * @param upper smallest share that the true one stays below at 95 %, the unknown taken as bad
 * @param limit the share that "zero" may hide (the plan's bound, 1 % by default)
 * @param finding confirmed if {@code upper < limit}, refuted if {@code lower >= limit}, else inconclusive
 */
public record ZeroTest(int bad, int unknown, int of, double lower, double upper, double limit, Finding finding) {
    /** Whether nothing was harmed, for certain. */
    public boolean clean() {
        return bad + unknown == 0;
    }

    /** The same counts, otherwise decided. */
    public ZeroTest with(Finding another) {
        return new ZeroTest(bad, unknown, of, lower, upper, limit, another);
    }
}
