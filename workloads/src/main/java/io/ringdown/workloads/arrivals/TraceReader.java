package io.ringdown.workloads.arrivals;

import io.ringdown.record.Arrivals;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a recorded trace of arrivals: a line an arrival, each in seconds from the beginning, in order. Empty lines are passed over, and what
 * follows a {@code #}.
 */
public final class TraceReader {
    private static final int MOST = 1_000_000;
    private static final BigDecimal LONGEST_SECONDS = new BigDecimal(86_400);
    private static final BigDecimal MICROS = new BigDecimal(1_000_000);
    private static final int LONGEST_WORD = 40;

    private TraceReader() {}

    /**
     * Reads it.
     *
     * @param file its name, for complaints
     * @throws IllegalArgumentException with one line that names file and line, and says what was expected
     */
    public static Arrivals.Trace read(String file, String text) {
        var offsets = new ArrayList<Long>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String word = line.replaceFirst("#.*", "").strip();
            if (!word.isEmpty()) {
                offsets.add(offset(file + ":" + number + ": ", word, offsets));
            }
        }
        if (offsets.size() < 2 || offsets.get(0).equals(offsets.get(offsets.size() - 1))) {
            throw new IllegalArgumentException(file + ": a trace holds two arrivals at least, at different instants");
        }
        return new Arrivals.Trace(offsets);
    }

    private static long offset(String where, String word, List<Long> before) {
        if (!word.matches("\\d{1,9}(\\.\\d{1,12})?")) {
            String shown = word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) + "..." : word;
            throw new IllegalArgumentException(where + "'" + shown + "' is not a number of seconds such as 12.345");
        }
        var seconds = new BigDecimal(word);
        if (seconds.compareTo(LONGEST_SECONDS) > 0) {
            throw new IllegalArgumentException(where + word + " s is more than the 24 hours that a trace may last");
        }
        long offset =
                seconds.multiply(MICROS).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
        if (!before.isEmpty() && offset < before.get(before.size() - 1)) {
            throw new IllegalArgumentException(
                    where + word + " s is earlier than the line before; expected them in order");
        }
        if (before.size() == MOST) {
            throw new IllegalArgumentException(where + "more than the 1,000,000 arrivals that a trace may hold");
        }
        return offset;
    }
}
