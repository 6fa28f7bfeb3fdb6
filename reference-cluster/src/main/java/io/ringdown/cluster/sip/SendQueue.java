package io.ringdown.cluster.sip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** Messages that wait until a TCP connection takes them. For one thread. */
final class SendQueue {
    private final Deque<Waiting> waiting = new ArrayDeque<>(2);
    private int bytes;

    private record Waiting(ByteBuffer message, long since) {}

    /** Appends a message, which is copied. */
    void add(byte[] data, int length, long now) {
        waiting.add(new Waiting(ByteBuffer.allocate(length).put(data, 0, length).flip(), now));
        bytes += length;
    }

    /** Writes as much as the connection takes. Whether nothing is left. */
    boolean writeTo(SocketChannel channel) throws IOException {
        while (!waiting.isEmpty()) {
            ByteBuffer first = waiting.peek().message();
            bytes -= channel.write(first);
            if (first.hasRemaining()) {
                return false;
            }
            waiting.poll();
        }
        return true;
    }

    /** The connection is gone: what it took a part of only is to be sent as a whole. */
    void beginAnew() {
        if (!waiting.isEmpty()) {
            ByteBuffer first = waiting.peek().message();
            bytes += first.position();
            first.rewind();
        }
    }

    /** Appends all that waits to another queue. */
    void moveTo(SendQueue other) {
        beginAnew();
        other.waiting.addAll(waiting);
        other.bytes += bytes;
        clear();
    }

    void clear() {
        waiting.clear();
        bytes = 0;
    }

    /** How many bytes wait. */
    int bytes() {
        return bytes;
    }

    /** For how long the first has waited, 0 if nothing does. */
    long age(long now) {
        return waiting.isEmpty() ? 0 : now - waiting.peek().since();
    }
}
