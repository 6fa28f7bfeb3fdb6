package io.ringdown.cluster.admin;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The latest things that happened to an element, as JSON lines. Safe for several threads. Their instants count from when it was made: a wall clock that
 * jumps meanwhile puts none of them elsewhere.
 */
public final class EventJournal {
    private static final int KEPT = 2_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final LongSupplier nanos;
    private final long originNanos;
    private final long originMicros;

    /** One that is empty. */
    public EventJournal() {
        this(EventJournal::wallMicros, System::nanoTime);
    }

    /**
     * As the other one.
     *
     * @param wallMicros since 1970; asked once
     * @param nanos of a clock that goes on evenly
     */
    EventJournal(LongSupplier wallMicros, LongSupplier nanos) {
        this.nanos = nanos;
        originNanos = nanos.getAsLong();
        originMicros = wallMicros.getAsLong();
    }

    /** Notes an event, now. Values of the detail are numbers or plain words. */
    public synchronized void add(String event, Map<String, ?> detail) {
        long micros = originMicros + TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong() - originNanos);
        String fields = detail.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> quoted(entry.getKey()) + ":"
                        + (entry.getValue() instanceof Number number
                                ? number
                                : quoted(entry.getValue().toString())))
                .collect(Collectors.joining(","));
        lines.add("{\"epochMicros\":" + micros + ",\"event\":" + quoted(event) + ",\"detail\":{" + fields + "}}\n");
        if (lines.size() > KEPT) {
            lines.remove();
        }
    }

    /** All kept events, oldest first. */
    public synchronized String lines() {
        return String.join("", lines);
    }

    private static long wallMicros() {
        var now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + '"';
    }
}
