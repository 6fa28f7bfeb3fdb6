package io.ringdown.workloads.sipp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SIPp's statistics ({@code -trace_stat}) as they stand: the last whole row, by the header's names. */
final class StatFile {
    private final Tail tail;
    private final Map<String, Integer> columns = new HashMap<>();
    private List<String> row = List.of();

    StatFile(Path file) {
        tail = new Tail(file);
    }

    /** Reads what SIPp has written since the last time. */
    void read() throws IOException {
        tail.read(this::line);
    }

    void line(String line) {
        List<String> fields = List.of(line.split(";", -1));
        if (columns.isEmpty()) {
            for (int i = 0; i < fields.size(); i++) {
                columns.putIfAbsent(fields.get(i).trim(), i);
            }
        } else {
            row = fields;
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
