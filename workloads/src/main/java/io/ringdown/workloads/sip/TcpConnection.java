package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** A connection that stands: cuts what comes into messages, and keeps what the kernel does not take yet. */
final class TcpConnection {
    /** Who leaves so much unread reads nothing any more. */
    private static final int MOST_UNSENT = 64 << 20;

    /** What a connection tells. */
    interface User {
        /** A message came, or what is none and makes the rest unreadable. */
        void came(byte[] message);

        /** It ended. Once. */
        void ended();
    }

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in;
    private final User user;
    private final Stream stream = new Stream();
    private byte[] unsent = new byte[8_192];
    private int from;
    private int until;
    private boolean over;
    private boolean heard;

    /** @param in shared among the connections of a thread */
    TcpConnection(SocketChannel channel, Selector selector, ByteBuffer in, User user) throws IOException {
        this.channel = channel;
        this.in = in;
        this.user = user;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(selector, SelectionKey.OP_READ, (SelectingLoop.Ready) this::act);
    }

    private void act(SelectionKey ready) {
        try {
            if (ready.isReadable()) {
                read();
            }
            if (!over && ready.isWritable()) {
                flush();
            }
        } catch (IOException e) {
            end();
        }
    }

    private void read() throws IOException {
        in.clear();
        if (channel.read(in) < 0) {
            end();
            return;
        }
        heard = true;
        stream.add(in.flip());
        while (!over && stream.next()) {
            user.came(stream.message());
        }
        if (stream.broken() && !over) {
            user.came(stream.rest());
            end();
        }
    }

    /** Whether anything has come since the last time that this was asked. */
    boolean heard() {
        boolean now = heard;
        heard = false;
        return now;
    }

    boolean answersKeepAlives() {
        return stream.lineEnds();
    }

    /**
     * Keeps a message for the next {@link #flush}.
     *
     * @return whether there was room for it
     */
    boolean send(byte[] message) {
        if (until - from + message.length > MOST_UNSENT) {
            return false;
        }
        if (until + message.length > unsent.length) {
            int length = until - from;
            byte[] room = length + message.length > unsent.length
                    ? new byte[Math.max(2 * unsent.length, length + message.length)]
                    : unsent;
            System.arraycopy(unsent, from, room, 0, length);
            unsent = room;
            from = 0;
            until = length;
        }
        System.arraycopy(message, 0, unsent, until, message.length);
        until += message.length;
        return true;
    }

    /** Hands over what the kernel takes; the rest goes when it takes more. */
    void flush() {
        if (over || from == until && (key.interestOps() & SelectionKey.OP_WRITE) == 0) {
            return;
        }
        try {
            from += channel.write(ByteBuffer.wrap(unsent, from, until - from));
            if (from == until) {
                from = 0;
                until = 0;
                key.interestOps(SelectionKey.OP_READ);
                unsent = unsent.length > 1 << 20 ? Arrays.copyOf(unsent, 8_192) : unsent;
            } else {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (IOException e) {
            end();
        }
    }

    /** Ends it, and tells so. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        closeQuietly(channel);
        user.ended();
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone one way or the other
        }
    }
}
