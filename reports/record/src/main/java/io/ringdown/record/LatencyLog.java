package io.ringdown.record;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;
import org.HdrHistogram.Recorder;

/**
 * Latencies of successful first attempts in HdrHistogram's interval log format, one tag an intent, in microseconds from the
 * intended send (and scripted hold) to the final response.
 */
final class LatencyLog implements AutoCloseable {
    private static final long LARGEST_MICROS = 60_000_000;

    private final PrintStream stream;
    private final HistogramLogWriter writer;
    private final RunClock clock;
    private final Map<Intent, Recorder> recorders = new EnumMap<>(Intent.class);
    private final Map<String, Histogram> taken = new HashMap<>();
    private final Map<Intent, Histogram> recycled = new EnumMap<>(Intent.class);

    LatencyLog(Path path, RunClock clock) throws IOException {
        this.clock = clock;
        stream = new PrintStream(path.toFile());
        writer = new HistogramLogWriter(stream);
        writer.outputLogFormatVersion();
        writer.outputStartTime(clock.originEpochMicros() / 1_000);
        writer.setBaseTime(clock.originEpochMicros() / 1_000);
        writer.outputLegend();
        for (Intent intent : Intent.values()) {
            recorders.put(intent, new Recorder(LARGEST_MICROS, 2));
        }
    }

    void add(Operation op) {
        if (op.outcome() == Outcome.OK && op.attempt() == AttemptKind.FIRST) {
            long due = op.holdFinal() == Operation.NONE ? op.intended() : Math.max(op.intended(), op.holdFinal());
            recorders.get(op.intent()).recordValue(Math.min(LARGEST_MICROS, Math.max(0, (op.end() - due) / 1_000)));
        }
    }

    /** Ends an interval: writes a histogram for each intent that had an operation. */
    synchronized void endInterval() {
        long now = clock.toEpochMicros(clock.nanos()) / 1_000;
        recorders.forEach((intent, recorder) -> {
            Histogram interval = recorder.getIntervalHistogram(recycled.get(intent));
            interval.setTag(intent.name());
            interval.setEndTimeStamp(now);
            if (interval.getTotalCount() > 0) {
                writer.outputIntervalHistogram(interval);
            }
            recycled.put(intent, interval);
        });
        stream.flush();
    }

    /** Takes over the intervals of another log, which are whole seconds of the same clock: those of one second and intent are one. */
    synchronized void take(Path other) throws IOException {
        if (!Files.exists(other)) {
            return;
        }
        try (var reader = new HistogramLogReader(other.toFile())) {
            for (EncodableHistogram next; (next = reader.nextIntervalHistogram()) != null; ) {
                var interval = (Histogram) next;
                String key = Math.round(interval.getEndTimeStamp() / 1e3) + " " + interval.getTag();
                taken.merge(key, interval, LatencyLog::sum);
            }
        }
    }

    private static Histogram sum(Histogram one, Histogram other) {
        one.add(other);
        one.setStartTimeStamp(Math.min(one.getStartTimeStamp(), other.getStartTimeStamp()));
        one.setEndTimeStamp(Math.max(one.getEndTimeStamp(), other.getEndTimeStamp()));
        return one;
    }

    @Override
    public void close() {
        taken.values().stream()
                .sorted(Comparator.comparingLong(Histogram::getEndTimeStamp).thenComparing(Histogram::getTag))
                .forEach(writer::outputIntervalHistogram);
        endInterval();
        stream.close();
    }
}
