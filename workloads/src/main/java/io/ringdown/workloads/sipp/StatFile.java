package io.ringdown.workloads.sipp;

import io.ringdown.record.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SIPp's statistics ({@code -trace_stat}, {@code -fd 1}) as they stand: the last whole row, by the header's names. A row comes each second. */
final class StatFile {
    /** Whoever writes no row for so long stands still: its watchdogs tell of that only once it goes on. */
    private static final long STANDS_STILL = 5_000_000_000L;

    private final Tail tail;
    private final Map<String, Integer> columns = new HashMap<>();
    private List<String> row = List.of();
    private boolean came;
    /** When a row came last, or the file was first looked for. */
    private long last = Operation.NONE;

    private boolean stoodStill;

    StatFile(Path file) {
        tail = new Tail(file);
    }

    /**
     * Reads what SIPp has written since the last time.
     *
     * @param now in nanoseconds
     * @param alive whether it is to write more
     */
    void read(long now, boolean alive) throws IOException {
        came = false;
        tail.read(this::line);
        last = came || last == Operation.NONE ? now : last;
        stoodStill |= alive && now - last > STANDS_STILL;
    }

    /** Whether SIPp stalled so that it cannot have heard what came, or sent what was due: and went on, as its watchdogs tell, or did not. */
    boolean stalled() {
        return value("WatchdogMajor(C)") + value("WatchdogMinor(C)") > 0 || stoodStill;
    }

    void line(String line) {
        List<String> fields = List.of(line.split(";", -1));
        if (columns.isEmpty()) {
            for (int i = 0; i < fields.size(); i++) {
                columns.putIfAbsent(fields.get(i).trim(), i);
            }
        } else {
            row = fields;
            came = true;
        }
    }

    /** A number by its column's name; 0 if there is none, or no row yet. */
    double value(String column) {
        Integer place = columns.get(column);
        if (place == null || place >= row.size()) {
            return 0;
        }
        try {
            return Double.parseDouble(row.get(place).trim());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
