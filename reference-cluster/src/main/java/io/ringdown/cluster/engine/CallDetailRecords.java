package io.ringdown.cluster.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** The call-detail records that an engine wrote, a JSON line each; the latest of them. Written by its thread, read by any. */
final class CallDetailRecords {
    private static final int KEPT = 20_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private long written;

    /** Writes the record of a call that has ended. */
    synchronized void write(RelayedCall call) {
        String callId = call.callId.replace("\\", "\\\\").replace("\"", "\\\"");
        lines.add("{\"callId\":\"" + callId + "\",\"begunMicros\":" + call.begun + ",\"answeredMicros\":"
                + call.answered + ",\"endedMicros\":" + call.ended + ",\"endedBy\":\"" + call.endedBy + "\"}\n");
        written++;
        if (lines.size() > KEPT) {
            lines.remove();
        }
    }

    /** Those that are kept, oldest first. */
    synchronized String lines() {
        return String.join("", lines);
    }

    synchronized long written() {
        return written;
    }
}
