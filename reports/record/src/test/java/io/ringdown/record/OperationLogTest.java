package io.ringdown.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OperationLogTest {
    @TempDir
    Path folder;

    @Test
    void readsBackWhatWasWritten() throws IOException {
        List<Object> written = records(new Random(1), 5_000);
        Path log = write(written);

        var read = new ArrayList<Object>();
        assertThat(OperationLogReader.read(log, into(read))).isTrue();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void aLogCutAnywhereGivesAPrefixAndSaysThatItIsCut() throws IOException {
        List<Object> written = records(new Random(2), 3_000);
        byte[] whole = Files.readAllBytes(write(written));
        var random = new Random(3);
        for (int i = 0; i < 50; i++) {
            int length = i == 0
                    ? whole.length
                    : OperationLog.MAGIC.length + 1 + random.nextInt(whole.length - OperationLog.MAGIC.length - 1);
            Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            var read = new ArrayList<Object>();
            boolean complete = OperationLogReader.read(cut, into(read));
            assertThat(written.subList(0, read.size())).isEqualTo(read);
            assertThat(complete).isEqualTo(length == whole.length);
        }
    }

    /** Each part once, those who have been named before included, and only what is whole. */
    @Test
    void aLogIsReadPartByPartWhileItIsWritten() throws IOException {
        List<Object> written = records(new Random(8), 3_000);
        byte[] whole = Files.readAllBytes(write(written));
        var reader = new OperationLogReader(folder.resolve("growing"));
        var read = new ArrayList<Object>();
        for (int part = 1; part < 7; part++) {
            int length = whole.length / 8 * part;
            Files.write(folder.resolve("growing"), Arrays.copyOf(whole, length));
            assertThat(reader.more(into(read))).isFalse();
            assertThat(reader.whole()).isLessThanOrEqualTo(length);
            assertThat(written.subList(0, read.size())).isEqualTo(read);
        }
        assertThat(read).isNotEmpty().hasSizeLessThan(written.size());
        Files.write(folder.resolve("growing"), whole);

        assertThat(reader.more(into(read))).isTrue();
        assertThat(reader.whole()).isEqualTo(whole.length);
        assertThat(read).isEqualTo(written);
    }

    @Test
    void aFlippedByteEndsTheReadingAtItsBlock() throws IOException {
        List<Object> written = records(new Random(4), 3_000);
        byte[] bytes = Files.readAllBytes(write(written));
        bytes[bytes.length - 10] ^= 1;
        Path bad = Files.write(folder.resolve("bad"), bytes);
        var read = new ArrayList<Object>();
        assertThat(OperationLogReader.read(bad, into(read))).isFalse();
        assertThat(read).hasSizeLessThan(written.size()).isEqualTo(written.subList(0, read.size()));
    }

    /** Such as the one before, whose incidents were of fewer kinds. */
    @Test
    void anotherFormatIsRefused() throws IOException {
        byte[] log = Files.readAllBytes(write(records(new Random(7), 10)));
        for (byte format : new byte[] {2, 4}) {
            log[4] = format;
            Path other = Files.write(folder.resolve("other"), log);
            assertThatThrownBy(() -> OperationLogReader.read(other, into(new ArrayList<>())))
                    .isInstanceOf(IOException.class)
                    .hasMessage(other + ": not an operations log of format 3");
        }
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "no log at all");
        assertThatThrownBy(() -> OperationLogReader.read(other, into(new ArrayList<>())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not an operations log");
    }

    @Test
    void whatAFullDiskDoesNotTakeIsWrittenOnceThereIsSpaceAgain() throws IOException {
        List<Object> written = records(new Random(5), 6_000);
        Path log = folder.resolve("full");
        var disk = new FullDisk(log);
        var random = new Random(6);
        try (var writer = new OperationLogWriter(disk)) {
            for (int i = 0; i < written.size(); i++) {
                append(writer, written.get(i));
                if (i % 500 == 499) {
                    disk.left = random.nextInt(20);
                    assertThatThrownBy(writer::flush).isInstanceOf(UncheckedIOException.class);
                    // What has been written is whole, though it has no end yet.
                    var before = new ArrayList<Object>();
                    assertThat(OperationLogReader.read(log, into(before))).isFalse();
                    assertThat(written.subList(0, before.size())).isEqualTo(before);
                    disk.left = Integer.MAX_VALUE;
                }
            }
        }
        var read = new ArrayList<Object>();
        assertThat(OperationLogReader.read(log, into(read))).isTrue();
        assertThat(read).isEqualTo(written);
    }

    @Test
    @Timeout(30)
    void whoAppendsNeverWaitsForTheDisk() throws Exception {
        List<Object> written = records(new Random(8), 30_000);
        Path log = folder.resolve("slow");
        var disk = new FullDisk(log);
        try (var writer = new OperationLogWriter(disk)) {
            disk.busyUntil = new CountDownLatch(1);
            append(writer, written.get(0));
            var recording = new Thread(writer::flush);
            recording.start();
            // Several blocks, and all of it while the disk takes nothing.
            for (Object record : written.subList(1, written.size())) {
                append(writer, record);
            }
            assertThat(recording.isAlive()).isTrue();
            disk.busyUntil.countDown();
            recording.join();
        }
        var read = new ArrayList<Object>();
        assertThat(OperationLogReader.read(log, into(read))).isTrue();
        assertThat(read).isEqualTo(written);
    }

    @Test
    void aLogWhoseEndTheDiskDidNotTakeIsNotWhole() throws IOException {
        Path log = folder.resolve("full");
        var disk = new FullDisk(log);
        var writer = new OperationLogWriter(disk);
        List<Object> written = records(new Random(7), 100);
        for (Object record : written) {
            append(writer, record);
        }
        writer.flush();
        append(writer, written.get(0));
        disk.left = 10;
        assertThatThrownBy(writer::close).isInstanceOf(UncheckedIOException.class);
        var read = new ArrayList<Object>();
        assertThat(OperationLogReader.read(log, into(read))).isFalse();
        assertThat(read).isEqualTo(written);
    }

    private Path write(List<Object> records) throws IOException {
        Path log = folder.resolve("operations.log");
        Files.deleteIfExists(log);
        try (var writer = new OperationLogWriter(log)) {
            for (Object record : records) {
                append(writer, record);
            }
        }
        return log;
    }

    private static void append(OperationLogWriter writer, Object record) {
        if (record instanceof Call call) {
            writer.append(call);
        } else if (record instanceof Operation operation) {
            writer.append(operation);
        } else if (record instanceof Incident incident) {
            writer.append(incident);
        }
    }

    private static OperationLogReader.Visitor into(List<Object> read) {
        return new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                read.add(call);
            }

            @Override
            public void operation(Operation operation) {
                read.add(operation);
            }

            @Override
            public void incident(Incident incident) {
                read.add(incident);
            }
        };
    }

    private static List<Object> records(Random random, int count) {
        var records = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            int call = random.nextInt(1_000_000);
            switch (random.nextInt(4)) {
                case 0 ->
                    records.add(new Call(
                            call,
                            "id-" + random.nextLong() + "@ü",
                            any(random, CallRole.values()),
                            any(random, Phase.values()),
                            random.nextBoolean(),
                            random.nextInt(10) - 1));
                case 1 ->
                    records.add(new Incident(
                            call,
                            random.nextLong() >> 3,
                            any(random, Incident.Kind.values()),
                            "x".repeat(random.nextInt(50))));
                default -> records.add(operation(random, call));
            }
        }
        return records;
    }

    private static Operation operation(Random random, int call) {
        return new Operation(
                call,
                any(random, Intent.values()),
                random.nextInt(300),
                any(random, AttemptKind.values()),
                random.nextInt(70_000),
                instant(random),
                maybe(random),
                maybe(random),
                maybe(random),
                maybe(random),
                maybe(random),
                maybe(random),
                maybe(random),
                any(random, Outcome.values()),
                random.nextInt(700),
                random.nextInt(12),
                "node-" + random.nextInt(20),
                random.nextInt(4) - 1L,
                random.nextInt(4) - 1,
                random.nextInt(4) - 1,
                maybe(random));
    }

    private static long instant(Random random) {
        return random.nextLong() >> 8;
    }

    private static long maybe(Random random) {
        return random.nextBoolean() ? Operation.NONE : instant(random);
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
