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
    private final MicroSample[][] samples = new MicroSample[Intent.values().length][Window.values().length];
    private final long[][] failures = new long[Intent.values().length][Window.values().length];

    /**
     * @param from when the fault struck (run nanos)
     * @param until when the cluster was itself again
     */
    Latencies(long from, long until) {
        this.from = from;
        this.until = until;
        for (MicroSample[] row : samples) {
            Arrays.setAll(row, window -> new MicroSample());
        }
    }

    void add(Operation op) {
        if (op.attempt() != AttemptKind.FIRST || op.outcome() == Outcome.INDETERMINATE || op.end() == NONE) {
            return;
        }
        long due = Budget.due(op);
        Window window = due < from ? Window.BEFORE : due < until ? Window.DURING : Window.AFTER;
        MicroSample sample = samples[op.intent().ordinal()][window.ordinal()];
        if (op.outcome() == Outcome.FAILED) {
            failures[op.intent().ordinal()][window.ordinal()]++;
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
                MicroSample sample = samples[intent.ordinal()][window.ordinal()];
                long failed = failures[intent.ordinal()][window.ordinal()];
                if (sample.count() + failed > 0) {
                    rows.add(row(intent, window, sample, failed));
                }
            }
        }
        return rows;
    }

    private static LatencyRow row(Intent intent, Window window, MicroSample sample, long failed) {
        boolean any = sample.count() > 0;
        return new LatencyRow(
                name(intent),
                intent,
                window,
                sample.count(),
                failed,
                any ? sample.at(500) : 0,
                any ? sample.at(900) : 0,
                any ? sample.at(990) : 0,
                any ? sample.at(999) : 0,
                any ? sample.at(1_000) : 0);
    }

    private static String name(Intent intent) {
        return switch (intent) {
            case SETUP -> "INVITE to 18x";
            case RELEASE -> "BYE to 2xx";
            default -> intent.name();
        };
    }
}
