package io.ringdown.pages;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/** How many requests were sent, and how many answers came, in each column of time; detection probes apart. */
final class Activity {
    /** What became of an attempt, best first: the order in which they are stacked. */
    enum Fate {
        CLEAN,
        RETRANSMITTED,
        REPEATED,
        UNCLEAR,
        FAILED
    }

    final TimeGrid grid;
    private final int[][] sent = new int[Fate.values().length][];
    private final int[] answered;
    private final int[] probesSent;
    private final int[] probesAnswered;

    Activity(TimeGrid grid) {
        this.grid = grid;
        for (int i = 0; i < sent.length; i++) {
            sent[i] = new int[grid.columns()];
        }
        answered = new int[grid.columns()];
        probesSent = new int[grid.columns()];
        probesAnswered = new int[grid.columns()];
    }

    void add(Operation op, boolean detectionProbe) {
        if (op.sent() == Operation.NONE) {
            return;
        }
        int left = grid.column(op.sent());
        if (detectionProbe) {
            if (left >= 0) {
                probesSent[left]++;
                probesAnswered[left] += op.outcome() == Outcome.OK ? 1 : 0;
            }
            return;
        }
        if (left >= 0) {
            sent[fate(op).ordinal()][left]++;
        }
        int came = op.outcome() == Outcome.OK ? grid.column(op.end()) : -1;
        if (came >= 0) {
            answered[came]++;
        }
    }

    private static Fate fate(Operation op) {
        return switch (op.outcome()) {
            case FAILED -> Fate.FAILED;
            case INDETERMINATE -> Fate.UNCLEAR;
            case OK ->
                op.attempt() == AttemptKind.REPEAT || op.attempt() == AttemptKind.REDIAL
                        ? Fate.REPEATED
                        : op.retransmissions() > 0 ? Fate.RETRANSMITTED : Fate.CLEAN;
        };
    }

    /** Requests that first left in a column and met the given fate, or any before it in the stacking order. */
    int sentUpTo(Fate fate, int column) {
        int sum = 0;
        for (int i = 0; i <= fate.ordinal(); i++) {
            sum += sent[i][column];
        }
        return sum;
    }

    /** Requests of the given fate in all columns. */
    long total(Fate fate) {
        return java.util.Arrays.stream(sent[fate.ordinal()]).asLongStream().sum();
    }

    int answered(int column) {
        return answered[column];
    }

    int mostSent() {
        int most = 0;
        for (int i = 0; i < grid.columns(); i++) {
            most = Math.max(most, sentUpTo(Fate.FAILED, i));
        }
        return most;
    }

    int mostAnswered() {
        return java.util.Arrays.stream(answered).max().orElse(0);
    }

    /** Whether any detection probe was sent. */
    boolean probed() {
        return java.util.Arrays.stream(probesSent).anyMatch(n -> n > 0);
    }

    /** Share of a column's detection probes that were answered, or NaN without any. */
    double probesAnswered(int column) {
        return probesSent[column] == 0 ? Double.NaN : (double) probesAnswered[column] / probesSent[column];
    }
}
