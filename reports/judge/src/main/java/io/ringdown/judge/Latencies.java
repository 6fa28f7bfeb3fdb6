package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Latencies of first attempts before, during and after the fault. */
final class Latencies {
    private final long from;
    private final long until;
    private final Sample[][] samples = new Sample[Intent.values().length][Window.values().length];

    /**
     * @param from when the fault struck (run nanos)
     * @param until when the cluster was itself again
     */
    Latencies(long from, long until) {
        this.from = from;
        this.until = until;
        for (Sample[] row : samples) {
            Arrays.setAll(row, window -> new Sample());
        }
    }

    void add(Operation op) {
        if (op.attempt() != AttemptKind.FIRST || op.outcome() == Outcome.INDETERMINATE || op.end() == NONE) {
            return;
        }
        long due = Budget.due(op);
        Window window = due < from ? Window.BEFORE : due < until ? Window.DURING : Window.AFTER;
        Sample sample = samples[op.intent().ordinal()][window.ordinal()];
        if (op.outcome() == Outcome.FAILED) {
            sample.failed++;
        } else if (op.intent() == Intent.SETUP) {
            sample.add(Budget.alerted(op) - Budget.ringingDue(op));
        } else {
            sample.add(op.end() - due);
        }
    }

    List<LatencyRow> rows() {
        var rows = new ArrayList<LatencyRow>();
        for (Intent intent : Intent.values()) {
            for (Window window : Window.values()) {
                Sample sample = samples[intent.ordinal()][window.ordinal()];
                if (sample.count + sample.failed > 0) {
                    rows.add(sample.row(intent, window));
                }
            }
        }
        return rows;
    }

    private static String name(Intent intent) {
        return switch (intent) {
            case SETUP -> "SRD";
            case RELEASE -> "SDD";
            default -> intent.name();
        };
    }

    /** Microseconds, all of them: the percentiles are exact. */
    private static final class Sample {
        private int[] micros = new int[64];
        private int count;
        private long failed;

        void add(long nanos) {
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, 2 * count);
            }
            micros[count++] = (int) Math.min(Integer.MAX_VALUE, Math.max(0, nanos / 1_000));
        }

        LatencyRow row(Intent intent, Window window) {
            Arrays.sort(micros, 0, count);
            return new LatencyRow(
                    name(intent), intent, window, count, failed, at(500), at(900), at(990), at(999), at(1_000));
        }

        /** The nearest rank. */
        private long at(int perMille) {
            return count == 0 ? 0 : micros[(int) Math.max(0, (count * (long) perMille + 999) / 1_000 - 1)];
        }
    }
}
