package io.ringdown.judge;

import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.ZeroTest;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** One-sided 95 % bounds of a share, after Clopper and Pearson. */
final class ClopperPearson {
    private static final double CONFIDENCE = 0.95;

    private ClopperPearson() {}

    /** The share is above this. */
    static double lower(int bad, int of) {
        return bad == 0
                ? 0
                : rounded(BetaDistribution.of(bad, of - bad + 1.0).inverseCumulativeProbability(1 - CONFIDENCE));
    }

    /** The share is below this. */
    static double upper(int bad, int of) {
        return bad >= of
                ? 1
                : rounded(BetaDistribution.of(bad + 1.0, of - bad).inverseCumulativeProbability(CONFIDENCE));
    }

    /** T0. What is unknown is taken as bad for the upper bound and as good for the lower one. */
    static ZeroTest zero(int bad, int unknown, int of, double limit) {
        return zero(bad, unknown, of, lower(bad, Math.max(of, bad)), limit);
    }

    /** T0, where those who were harmed are not all among those who are watched, so that the lower bound is another group's. */
    static ZeroTest zero(int bad, int unknown, int of, double lower, double limit) {
        // More may be harmed than were exposed: harm to the others counts too.
        int watched = Math.max(of, bad + unknown);
        double upper = upper(bad + unknown, watched);
        Finding finding = upper < limit ? Finding.CONFIRMED : lower >= limit ? Finding.REFUTED : Finding.INCONCLUSIVE;
        return new ZeroTest(bad, unknown, watched, lower, upper, limit, finding);
    }

    /** Fewest watched of which none may be bad to stay below a limit. */
    static int needed(double limit) {
        int needed = (int) Math.max(1, Math.floor(Math.log(1 - CONFIDENCE) / Math.log1p(-Math.min(limit, 0.999999))));
        while (needed > 1 && upper(0, needed - 1) < limit) {
            needed--;
        }
        while (upper(0, needed) >= limit) {
            needed++;
        }
        return needed;
    }

    /** The last bits depend on the processor; nine decimals do not. */
    private static double rounded(double share) {
        return Math.rint(share * 1e9) / 1e9;
    }
}
