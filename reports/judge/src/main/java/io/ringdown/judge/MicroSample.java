package io.ringdown.judge;

import java.util.Arrays;

/** Durations in microseconds, all of them kept: the percentiles are exact. */
final class MicroSample {
    private int[] micros = new int[64];
    private int count;
    private long sum;
    private boolean sorted = true;

    void add(long nanos) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
        }
        int value = (int) Math.min(Integer.MAX_VALUE, Math.max(0, nanos / 1_000));
        micros[count++] = value;
        sum += value;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** The nearest rank, of a sample that is not empty. */
    long at(int perMille) {
        if (!sorted) {
            Arrays.sort(micros, 0, count);
            sorted = true;
        }
        return micros[(int) Math.max(0, (count * (long) perMille + 999) / 1_000 - 1)];
    }

    /** The arithmetic mean of a sample that is not empty, to the nearest microsecond. */
    long mean() {
        return Math.round((double) sum / count);
    }
}
