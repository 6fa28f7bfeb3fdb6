package io.ringdown.harness.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptCalibrationTest {
    private static final Instant MEASURED = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private final AtomicInteger measured = new AtomicInteger();
    private Path code;

    @BeforeEach
    void codeIsThere() throws IOException {
        code = Files.createFile(folder.resolve("code.jar"));
        Files.setLastModifiedTime(code, FileTime.from(MEASURED.minusSeconds(60)));
        kept("m", MEASURED).orMeasured(() -> calibration("m"));
    }

    private Calibration calibration(String machine) {
        measured.incrementAndGet();
        return new Calibration(MEASURED.toEpochMilli() * 1_000, machine, 9_000, 1, 1);
    }

    private KeptCalibration kept(String machine, Instant now) {
        return new KeptCalibration(folder.resolve("calibration.json"), code, machine, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void whatWasMeasuredIsKept() {
        assertThat(kept("m", MEASURED.plus(Duration.ofDays(6))).orMeasured(() -> calibration("m")))
                .hasValueSatisfying(kept -> assertThat(kept.ceiling()).isEqualTo(9_000));
        assertThat(measured).hasValue(1);
    }

    @Test
    void anotherMachineAWeekAndNewCodeWantAnother() throws IOException {
        assertThat(kept("n", MEASURED.plusSeconds(1)).stillGood()).isEmpty();
        assertThat(kept("m", MEASURED.plus(Duration.ofDays(8))).stillGood()).isEmpty();
        assertThat(kept("m", MEASURED.minusSeconds(1)).stillGood()).isEmpty();
        Files.setLastModifiedTime(code, FileTime.from(MEASURED.plusSeconds(60)));
        assertThat(kept("m", MEASURED.plusSeconds(90)).stillGood()).isEmpty();
    }

    @Test
    void aTornFileIsAsGoodAsNone() throws IOException {
        Files.writeString(folder.resolve("calibration.json"), "{\"machine\":");

        assertThat(kept("m", MEASURED).stillGood()).isEmpty();
    }

    @Test
    void aRunDoesNotFailForWantOfOne() {
        assertThat(new KeptCalibration(folder.resolve("none.json"), code, "m", Clock.systemUTC()).orMeasured(() -> {
                    throw new IOException("no socket");
                }))
                .isEmpty();
    }

    @Test
    void whatCannotBeKeptIsStillTold() {
        assertThat(new KeptCalibration(folder.resolve("no/such/folder.json"), code, "m", Clock.systemUTC())
                        .orMeasured(() -> calibration("m")))
                .isPresent();
    }
}
