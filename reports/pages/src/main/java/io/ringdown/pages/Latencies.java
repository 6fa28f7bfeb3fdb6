package io.ringdown.pages;

import io.ringdown.judge.verdict.Window;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Latencies of successful first attempts in microseconds, from when the answer was due (intended send, or end of the scripted hold)
 * to the final response: over time, and before, during and after the outage.
 */
final class Latencies {
    private static final long LARGEST_MICROS = 60_000_000;

    final TimeGrid grid;
    private final long outageFrom;
    private final long outageTo;
    private final Map<Intent, Histogram[]> overTime = new EnumMap<>(Intent.class);
    private final Map<Intent, Map<Window, Histogram>> windows = new EnumMap<>(Intent.class);

    Latencies(TimeGrid grid, long outageFrom, long outageTo) {
        this.grid = grid;
        this.outageFrom = outageFrom;
        this.outageTo = outageTo;
    }

    void add(Operation op) {
        if (op.outcome() != Outcome.OK || op.attempt() != AttemptKind.FIRST || op.end() == Operation.NONE) {
            return;
        }
        long due = due(op);
        long micros = Math.min(LARGEST_MICROS, Math.max(0, (op.end() - due) / 1_000));
        Window window = due < outageFrom ? Window.BEFORE : due <= outageTo ? Window.DURING : Window.AFTER;
        windows.computeIfAbsent(op.intent(), i -> new EnumMap<>(Window.class))
                .computeIfAbsent(window, w -> new Histogram(LARGEST_MICROS, 3))
                .recordValue(micros);
        int column = grid.column(due);
        if (column >= 0) {
            Histogram[] columns = overTime.computeIfAbsent(op.intent(), i -> new Histogram[grid.columns()]);
            if (columns[column] == null) {
                columns[column] = new Histogram(LARGEST_MICROS, 2);
            }
            columns[column].recordValue(micros);
        }
    }

    private static long due(Operation op) {
        long due = op.intended();
        if (op.hold18x() != Operation.NONE) {
            due = Math.max(due, op.hold18x());
        }
        return op.holdFinal() == Operation.NONE ? due : Math.max(due, op.holdFinal());
    }

    /** Intents that have a latency to show. */
    List<Intent> intents() {
        return new ArrayList<>(windows.keySet());
    }

    /** A percentile in a column in microseconds (100: the largest), or NaN without an operation. */
    double percentile(Intent intent, int column, double percentile) {
        Histogram[] columns = overTime.get(intent);
        return columns == null || columns[column] == null
                ? Double.NaN
                : columns[column].getValueAtPercentile(percentile);
    }

    /** The latencies of a window; empty without an operation. */
    Histogram window(Intent intent, Window window) {
        Histogram histogram = windows.getOrDefault(intent, Map.of()).get(window);
        return histogram == null ? new Histogram(LARGEST_MICROS, 3) : histogram;
    }
}
