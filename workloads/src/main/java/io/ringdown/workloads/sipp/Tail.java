package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** The lines of a file that another process is still writing. A last line without its end waits for the rest. */
final class Tail {
    private final Path file;
    private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private long position;

    Tail(Path file) {
        this.file = file;
    }

    /**
     * Hands over the whole lines that came since the last time, and that stand there by now: a writer that is faster than the reader is not
     * waited for. None while there is no file.
     */
    void read(Consumer<String> line) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = channel.size();
            while (position < end && channel.read(upTo(end), position) > 0) {
                position += buffer.position();
                split(buffer.array(), buffer.position(), line);
            }
        } catch (NoSuchFileException e) {
            // not written yet
        }
    }

    private ByteBuffer upTo(long end) {
        return buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
    }

    /** Hands over what came after the last whole line of a file to which nothing more is written. */
    void rest(Consumer<String> line) {
        if (unfinished.size() > 0) {
            line.accept(unfinished.toString(ISO_8859_1));
            unfinished.reset();
        }
    }

    private void split(byte[] bytes, int length, Consumer<String> line) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                unfinished.write(bytes, start, i - start);
                line.accept(unfinished.toString(ISO_8859_1));
                unfinished.reset();
                start = i + 1;
            }
        }
        unfinished.write(bytes, start, length - start);
    }
}
