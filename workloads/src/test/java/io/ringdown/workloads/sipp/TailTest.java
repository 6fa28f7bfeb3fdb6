package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TailTest {
    @TempDir
    Path folder;

    @Test
    void aLineWithoutItsEndWaitsForTheRest() throws IOException {
        var file = folder.resolve("messages.log");
        var tail = new Tail(file);
        var lines = new ArrayList<String>();

        tail.read(lines::add);
        append(file, "one\ntw");
        tail.read(lines::add);
        assertThat(lines).containsExactly("one");
        append(file, "o\nthree");
        tail.read(lines::add);
        assertThat(lines).containsExactly("one", "two");
        tail.rest(lines::add);
        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void moreThanOneBufferIsReadWhole() throws IOException {
        var file = folder.resolve("messages.log");
        List<String> written =
                IntStream.range(0, 50_000).mapToObj(i -> "line " + i).toList();
        Files.write(file, written);
        var lines = new ArrayList<String>();

        new Tail(file).read(lines::add);

        assertThat(lines).isEqualTo(written);
    }

    /** As SIPp does that makes more calls than its logs can be read of: whoever waited for the end of those would never look at anything else. */
    @Test
    @Timeout(20)
    void aWriterThatIsFasterThanTheReaderIsNotWaitedFor() throws IOException {
        var file = folder.resolve("messages.log");
        append(file, "one\n");
        var tail = new Tail(file);
        var lines = new ArrayList<String>();

        tail.read(line -> {
            lines.add(line);
            append(file, line + "\n" + line + "\n");
        });
        assertThat(lines).hasSize(1);

        tail.read(lines::add);
        assertThat(lines).hasSize(3);
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
