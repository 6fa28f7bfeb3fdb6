package io.ringdown.pages;

import io.ringdown.pages.svg.Scale;

/**
 * Equal columns of time.
 *
 * @param from run nanos at which the first begins
 * @param width nanoseconds of each
 * @param columns how many
 */
record TimeGrid(long from, long width, int columns) {
    /** Covers a span by at most the given number of columns, each 1, 2 or 5 times a power of ten wide and on a round instant after {@code origin}. */
    static TimeGrid over(long from, long to, long origin, int most) {
        long width = Math.max(1_000_000, Math.round(Scale.roundUp(Math.max(1.0, (double) (to - from)) / most)));
        long start = origin + Math.floorDiv(from - origin, width) * width;
        return new TimeGrid(start, width, (int) Math.max(1, (to - start + width - 1) / width));
    }

    /** The column of an instant, or -1. */
    int column(long instant) {
        if (instant < from) {
            return -1;
        }
        long column = (instant - from) / width;
        return column < columns ? (int) column : -1;
    }

    /** Run nanos at which a column begins. */
    long start(int column) {
        return from + column * width;
    }

    /** Run nanos at which the last column ends. */
    long end() {
        return start(columns);
    }
}
