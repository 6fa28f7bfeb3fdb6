package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The call-detail records that an engine wrote, a JSON line each: the latest in memory, and all in a file if it has one, which a killed engine
 * leaves behind. Written by its thread, read by any.
 */
final class CallDetailRecords {
    private static final int KEPT = 20_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Path file;

    /**
     * Records yet to be written.
     *
     * @param file what they are appended to, or null
     */
    CallDetailRecords(Path file) {
        this.file = file;
    }

    /**
     * Writes the record of a call that has ended.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    synchronized void write(RelayedCall call) {
        String callId = call.callId.replace("\\", "\\\\").replace("\"", "\\\"");
        String line = "{\"callId\":\"" + callId + "\",\"begunMicros\":" + call.begun + ",\"answeredMicros\":"
                + call.answered + ",\"endedMicros\":" + call.ended + ",\"endedBy\":\"" + call.endedBy + "\"}\n";
        lines.add(line);
        if (lines.size() > KEPT) {
            lines.remove();
        }
        if (file != null) {
            try {
                Files.writeString(file, line, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Those that are kept, oldest first. */
    synchronized String lines() {
        return String.join("", lines);
    }
}
