package io.ringdown.record;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the generator can do on this machine by itself, measured against a peer that only answers (RFC 7502 section 6.1: the baseline).
 *
 * @param measuredEpochMicros wall clock at which it was measured
 * @param machine of what kind the machine was, so that it is not taken for another one's
 * @param ceiling sessions a second, each a set-up and a release, that it could offer and record on time
 * @param latenessP99Nanos 99th percentile of actual minus intended send time at that rate
 * @param halfLatenessP99Nanos the same at half that rate
 */
public record Calibration(
        long measuredEpochMicros, String machine, int ceiling, long latenessP99Nanos, long halfLatenessP99Nanos) {
    /** Reads one that was written. */
    public static Calibration read(Path file) throws IOException {
        return Json.MAPPER.readValue(file.toFile(), Calibration.class);
    }

    /** Writes it, whole or not at all. */
    public void write(Path file) throws IOException {
        Json.write(file, this);
    }
}
