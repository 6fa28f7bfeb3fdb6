package io.ringdown.harness.calibration;

import io.ringdown.record.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calibration that is kept beside the installation, so that only the first run after a build, on another machine or after a week has to wait
 * for one.
 */
public final class KeptCalibration {
    private static final Logger LOG = LoggerFactory.getLogger(KeptCalibration.class);
    private static final Duration GOOD_FOR = Duration.ofDays(7);

    private final Path file;
    private final Path code;
    private final String machine;
    private final Clock clock;

    /** The one of this machine. */
    public KeptCalibration(Path file) {
        this(file, code(), Calibrating.machine(), Clock.systemUTC());
    }

    /** @param code file or folder of the generator's code: a calibration of older code is another one's; null: unknown */
    KeptCalibration(Path file, Path code, String machine, Clock clock) {
        this.file = file;
        this.code = code;
        this.machine = machine;
        this.clock = clock;
    }

    /** Measures. */
    public interface Measuring {
        /** Now. */
        Calibration measure() throws IOException, InterruptedException;
    }

    /** The calibration that still holds, or one made now; empty if none can be made. */
    public Optional<Calibration> orMeasured(Measuring measuring) {
        Optional<Calibration> kept = stillGood();
        if (kept.isPresent()) {
            return kept;
        }
        try {
            return Optional.of(renewed(measuring));
        } catch (IOException | RuntimeException e) {
            LOG.warn("the generator cannot be calibrated: {}", e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Measures now, and keeps what comes of it. */
    public Calibration renewed(Measuring measuring) throws IOException, InterruptedException {
        Calibration now = measuring.measure();
        try {
            now.write(file);
        } catch (IOException e) {
            LOG.debug("the calibration is not kept", e);
        }
        return now;
    }

    /** The one that is kept, if it is of this machine and this code, and not too old. */
    public Optional<Calibration> stillGood() {
        try {
            Calibration kept = Calibration.read(file);
            Instant measured = Instant.EPOCH.plusNanos(Math.multiplyExact(kept.measuredEpochMicros(), 1_000L));
            boolean recent = measured.isAfter(clock.instant().minus(GOOD_FOR)) && !measured.isAfter(clock.instant());
            boolean ofThisCode =
                    code == null || !Files.getLastModifiedTime(code).toInstant().isAfter(measured);
            return recent && ofThisCode && kept.machine().equals(machine) ? Optional.of(kept) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Path code() {
        try {
            return Path.of(io.ringdown.workloads.calls.Generator.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (java.net.URISyntaxException | RuntimeException e) {
            return null;
        }
    }
}
