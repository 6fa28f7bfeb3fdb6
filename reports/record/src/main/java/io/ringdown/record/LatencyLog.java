package io.ringdown.record;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
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

    @Override
    public void close() {
        endInterval();
        stream.close();
    }
}
