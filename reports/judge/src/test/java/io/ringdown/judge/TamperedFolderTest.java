package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a folder that somebody has changed since its run ended nothing passes, and the file is named. */
class TamperedFolderTest {
    private static final int BLOCK_HEAD = 5;

    @TempDir
    private Path folder;

    private static RunStory good() {
        return RunStory.struck().exposed(300, Phase.P4).crowded(0, 0, 0);
    }

    @Test
    void aRunThatCompletedPassesOnlyWithItsSeal() throws IOException {
        assertThat(good().judge(folder).conclusion()).isEqualTo(Conclusion.PASS);

        Verdict verdict = good().unsealed().judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("has no seal"));
        assertThat(good().judge(folder).conclusion())
                .as("of an earlier version")
                .isEqualTo(Conclusion.PASS);
    }

    /** Each of its files in turn is another run's, which would not pass. */
    @Test
    void filesOfTwoRunsMakeNoRun() throws IOException {
        RunStory bad = RunStory.struck().exposed(290, Phase.P4).unproven();
        Path other = bad.read(folder).folder().path();
        for (Path file : files(other)) {
            Path run = good().read(folder).folder().path();
            byte[] mine = Files.readAllBytes(run.resolve(file.getFileName()));
            Files.write(run.resolve(file.getFileName()), Files.readAllBytes(file));
            if (Arrays.equals(mine, Files.readAllBytes(file))) {
                continue;
            }
            assertRefused(
                    run, file.endsWith("seal.json") ? "" : file.getFileName().toString());
        }
    }

    @Test
    void aDigitThatIsAnotherIsFoundOut() throws IOException {
        Path whole = good().read(folder).folder().path();
        var random = new Random(11);
        for (Path file : files(whole)) {
            byte[] bytes = Files.readAllBytes(file);
            var digits = new ArrayList<Integer>();
            for (int at = 0; at < bytes.length; at++) {
                if (Character.isDigit(bytes[at])) {
                    digits.add(at);
                }
            }
            for (int attempt = 0; attempt < 10 && !digits.isEmpty(); attempt++) {
                byte[] changed = bytes.clone();
                int at = digits.get(random.nextInt(digits.size()));
                changed[at] = (byte) ('0' + (changed[at] - '0' + 1 + random.nextInt(9)) % 10);
                Files.write(file, changed);
                assertRefused(whole, "");
            }
            Files.write(file, bytes);
        }
        assertThat(judged(whole)).isEqualTo(Conclusion.PASS);
    }

    @Test
    void linesThatAreMissingOrThereTwiceAreFoundOut() throws IOException {
        Path whole = good().read(folder).folder().path();
        for (Path file : files(whole)) {
            List<String> lines = file.toString().endsWith(".jsonl") ? Files.readAllLines(file) : List.of();
            for (int at = 0; at < lines.size(); at++) {
                var without = new ArrayList<>(lines);
                without.remove(at);
                Files.write(file, without);
                assertRefused(whole, file.getFileName().toString());
                var twice = new ArrayList<>(lines);
                twice.add(at, lines.get(at));
                Files.write(file, twice);
                assertRefused(whole, file.getFileName().toString());
            }
            if (!lines.isEmpty()) {
                Files.write(file, lines);
            }
        }
        assertThat(judged(whole)).isEqualTo(Conclusion.PASS);
    }

    /** By it an answer that came late is excused, or is not. */
    @Test
    void whatALoadHostsMachineWasBusyWithIsSealedAsWell() throws IOException {
        Path whole = good().loadHosts(0.05, "")
                .crowdedElsewhere(0, 0, 0)
                .read(folder)
                .folder()
                .path();
        assertThat(judged(whole)).isEqualTo(Conclusion.PASS);
        Path machine = whole.resolve("load/load-2/machine.jsonl");
        byte[] bytes = Files.readAllBytes(machine);
        for (byte[] damaged : damaged(bytes)) {
            if (damaged == null) {
                Files.delete(machine);
            } else {
                Files.write(machine, damaged);
            }
            assertRefused(whole, "load/load-2/machine.jsonl");
        }
        Files.write(machine, bytes);
        assertThat(judged(whole)).isEqualTo(Conclusion.PASS);
        Files.move(whole.resolve("load"), whole.resolve("moved"));
        assertRefused(whole, "load/load-1/machine.jsonl");
    }

    /** Cut, empty, binary, nonsense or gone: of a run that was sealed, and of one whose harness was killed. */
    @Test
    void whateverIsDamagedIsNamedAndNothingPasses() throws IOException {
        for (boolean sealed : List.of(true, false)) {
            Path whole =
                    (sealed ? good() : good().unsealed()).read(folder).folder().path();
            for (Path file : files(whole)) {
                byte[] bytes = Files.readAllBytes(file);
                for (byte[] damaged : damaged(bytes)) {
                    if (file.endsWith("seal.json") && damaged != null && damaged.length == bytes.length - 1) {
                        // Without its line's end it tells the same.
                        continue;
                    }
                    if (damaged == null) {
                        Files.delete(file);
                    } else {
                        Files.write(file, damaged);
                    }
                    if (sealed && !file.endsWith("seal.json")) {
                        assertRefused(whole, file.getFileName().toString());
                    } else {
                        assertDoesNotPass(whole, file);
                    }
                    Files.write(file, bytes);
                }
            }
        }
    }

    /** Its checksum is right, and what it holds nobody has written. */
    @Test
    void aBlockOfNonsenseIsRefused() throws IOException {
        RecordedRun run = good().read(folder);
        Path log = run.folder().operations();
        byte[] head = Arrays.copyOf(Files.readAllBytes(log), BLOCK_HEAD);
        var random = new Random(12);
        for (int attempt = 0; attempt < 2_000; attempt++) {
            byte[] payload = new byte[1 + random.nextInt(60)];
            random.nextBytes(payload);
            payload[0] = (byte) (1 + random.nextInt(5));
            var checksum = new java.util.zip.CRC32C();
            checksum.update(payload);
            var block = java.nio.ByteBuffer.allocate(BLOCK_HEAD + 8 + payload.length);
            block.put(head)
                    .putInt(payload.length)
                    .putInt((int) checksum.getValue())
                    .put(payload);
            Files.write(log, block.array());
            assertDoesNotPass(run.folder().path(), log);
        }
    }

    private static List<byte[]> damaged(byte[] bytes) {
        byte[] binary = new byte[300];
        new Random(13).nextBytes(binary);
        var all = new ArrayList<byte[]>();
        all.add(null);
        all.add(new byte[0]);
        all.add(binary);
        all.add("hello\n".getBytes(StandardCharsets.UTF_8));
        all.add("null\n".getBytes(StandardCharsets.UTF_8));
        all.add("{}\n".getBytes(StandardCharsets.UTF_8));
        all.add(Arrays.copyOf(bytes, bytes.length / 2));
        all.add(Arrays.copyOf(bytes, Math.max(0, bytes.length - 1)));
        all.removeIf(damage -> Arrays.equals(damage, bytes));
        return all;
    }

    private static void assertRefused(Path run, String file) {
        assertThatThrownBy(() -> judged(run))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(run.toString())
                .hasMessageContaining(file)
                .message()
                .hasLineCount(1);
    }

    private static void assertDoesNotPass(Path run, Path file) throws IOException {
        try {
            assertThat(judged(run)).as(file.toString()).isNotEqualTo(Conclusion.PASS);
        } catch (IOException e) {
            assertThat(e.getMessage())
                    .contains(run.toString(), file.getFileName().toString())
                    .hasLineCount(1);
        } catch (IllegalStateException e) {
            assertThat(e.getMessage()).contains("call number").hasLineCount(1);
        }
    }

    private static Conclusion judged(Path run) throws IOException {
        return Judge.judge(RecordedRun.read(RunFolder.open(run))).conclusion();
    }

    private static List<Path> files(Path run) throws IOException {
        try (Stream<Path> all = Files.list(run)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
