package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.LatencyRow;
import io.ringdown.judge.verdict.Window;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Latencies of first attempts before, during and after the fault. What answered a challenge or a redirection is a part of its attempt. */
final class Latencies {
    private final long from;
    private final long until;
    private final MicroSample[][] samples = new MicroSample[Intent.values().length][Window.values().length];
    private final long[][] failures = new long[Intent.values().length][Window.values().length];

    /** Of the call's intents those that wait to be followed up, by their indices. */
    private final Map<Integer, Asked> asked = new HashMap<>();

    /** @param waited nanoseconds that the cluster has taken so far */
    private record Asked(Intent intent, Window window, long waited) {}

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

    /** Takes an attempt of a call, all of whose attempts come one after the other, in order of time. */
    void add(Operation op) {
        boolean first = op.attempt() == AttemptKind.FIRST;
        if (!first && asked.isEmpty()) {
            return;
        }
        Asked before = first ? null : asked.remove(op.intentIndex());
        if (before != null && op.attempt() != AttemptKind.FOLLOW_UP) {
            failed(op.intent(), before.window);
        }
        if (!first && (before == null || op.attempt() != AttemptKind.FOLLOW_UP)
                || op.outcome() == Outcome.INDETERMINATE
                || op.end() == NONE) {
            return;
        }
        Window window = before == null ? window(Budget.due(op)) : before.window;
        if (Attempts.asksToFollowUp(op)) {
            asked.put(op.intentIndex(), new Asked(op.intent(), window, waited(before) + Budget.took(op, due(op))));
        } else if (op.outcome() == Outcome.FAILED) {
            failed(op.intent(), window);
        } else {
            long end = op.intent() == Intent.SETUP ? Budget.alerted(op) : op.end();
            samples[op.intent().ordinal()][window.ordinal()].add(waited(before) + end - due(op));
        }
    }

    /** The call has no further ones. */
    void callEnds() {
        if (!asked.isEmpty()) {
            asked.values().forEach(each -> failed(each.intent, each.window));
            asked.clear();
        }
    }

    private static long waited(Asked before) {
        return before == null ? 0 : before.waited;
    }

    private static long due(Operation op) {
        return op.intent() == Intent.SETUP ? Budget.ringingDue(op) : Budget.due(op);
    }

    private Window window(long due) {
        return due < from ? Window.BEFORE : due < until ? Window.DURING : Window.AFTER;
    }

    private void failed(Intent intent, Window window) {
        failures[intent.ordinal()][window.ordinal()]++;
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
