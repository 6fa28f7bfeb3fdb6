package io.ringdown.judge;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The search for the session establishment rate (RFC 7502 section 4.10), one trial after the other. Decimal arithmetic, and rates cut to
 * whole sessions a second, so that the same outcomes ask for the same trials everywhere.
 */
public final class RateSearch {
    /** Successful trials that bring no higher rate before the search ends. */
    private static final int ENOUGH = 10;

    private static final BigDecimal LEAST = new BigDecimal("0.10");
    private static final BigDecimal TWO = new BigDecimal(2);

    private int rate;
    private BigDecimal increase = LEAST;
    private BigDecimal decrease = LEAST.max(increase.divide(TWO));
    private int best;
    private int count;
    private boolean complete;

    /** @param startRate sessions a second in the first trial, at least 1 */
    public RateSearch(int startRate) {
        rate = startRate;
    }

    /** Sessions a second that the next trial is to offer. */
    public int rate() {
        return rate;
    }

    /** The highest rate so far at which every session succeeded; 0: none. When the search is complete, its result. */
    public int best() {
        return best;
    }

    /** Whether the result is found. */
    public boolean complete() {
        return complete;
    }

    /** Takes the outcome of the trial at {@link #rate}: whether every session succeeded. */
    public void took(boolean allSucceeded) {
        if (complete) {
            throw new IllegalStateException("the search is over");
        }
        if (allSucceeded) {
            succeeded();
        } else {
            rate = changed(decrease.negate());
            decrease = LEAST.max(decrease.divide(TWO));
            increase = LEAST.max(increase.divide(TWO));
            // The RFC's search has no end where nothing succeeds: a rate of less than one session a second is none.
            complete = rate < 1;
        }
    }

    private void succeeded() {
        if (rate > best) {
            best = rate;
        } else if (++count == ENOUGH) {
            complete = true;
            return;
        }
        rate = changed(increase);
    }

    private int changed(BigDecimal share) {
        BigDecimal now = new BigDecimal(rate);
        return now.add(now.multiply(share)).setScale(0, RoundingMode.DOWN).intValueExact();
    }
}
