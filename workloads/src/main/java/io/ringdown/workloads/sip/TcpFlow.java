package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The way from one source to one service address: a connection, and after its end another one, for as long as the caller calls. What is to be sent
 * meanwhile waits for it. Keep-alives (RFC 5626 section 3.5.1) tell when a far end is there no more that never said so.
 */
final class TcpFlow implements TcpConnection.User {
    private static final long MILLI = 1_000_000;
    private static final long FIRST_WAIT = 10 * MILLI;
    private static final long LONGEST_WAIT = 100 * MILLI;
    private static final int MOST_WAITING = 64 << 20;
    private static final byte[] PING = {'\r', '\n', '\r', '\n'};

    private final TcpLoop loop;
    private final int source;
    private final InetSocketAddress service;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long wait;
    private TcpConnection connection;
    private long establishedAt;
    /** When a keep-alive left that nothing has followed yet; 0: none. */
    private long pinged;

    /** Whether the far end has ever answered one. */
    private boolean answersKeepAlives;

    private record Waiting(byte[] message, long since) {}

    TcpFlow(TcpLoop loop, int source, InetSocketAddress service) {
        this.loop = loop;
        this.source = source;
        this.service = service;
    }

    boolean connected() {
        return connection != null;
    }

    void send(byte[] message) {
        if (connection != null) {
            if (!connection.send(message)) {
                loop.countSendErrors(1);
            }
        } else if (waitingBytes + message.length > MOST_WAITING) {
            loop.countSendErrors(1);
        } else {
            waiting.add(new Waiting(message, loop.now()));
            waitingBytes += message.length;
        }
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    void connect() {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(loop.local(source).getAddress(), 0));
            if (channel.connect(service)) {
                established(channel);
            } else {
                SocketChannel made = channel;
                channel.register(loop.selector, SelectionKey.OP_CONNECT, (SelectingLoop.Ready) key -> finish(made));
            }
        } catch (IOException e) {
            failed(channel);
        }
    }

    private void finish(SocketChannel channel) {
        try {
            if (channel.finishConnect()) {
                established(channel);
            }
        } catch (IOException e) {
            failed(channel);
        }
    }

    private void failed(SocketChannel channel) {
        if (channel != null) {
            TcpConnection.closeQuietly(channel);
        }
        wait = Math.min(LONGEST_WAIT, Math.max(FIRST_WAIT, 2 * wait));
        loop.fireAt(loop.now() + wait, this::connect);
    }

    private void established(SocketChannel channel) throws IOException {
        connection = new TcpConnection(channel, loop.selector, loop.in, this);
        establishedAt = loop.now();
        pinged = 0;
        long oldest = loop.now() - loop.timeout();
        for (Waiting each : waiting) {
            // Of an older one the transaction is over.
            if (each.since >= oldest) {
                connection.send(each.message);
            }
        }
        waiting.clear();
        waitingBytes = 0;
        keepAlive(connection);
    }

    private void keepAlive(TcpConnection of) {
        if (connection != of) {
            return;
        }
        long now = loop.now();
        answersKeepAlives |= of.answersKeepAlives();
        if (of.heard() || pinged == 0) {
            pinged = now;
            of.send(PING);
        } else if (answersKeepAlives && now - pinged >= loop.deadAfter()) {
            of.end();
            return;
        }
        loop.fireAt(now + loop.keepAliveEach(), () -> keepAlive(of));
    }

    @Override
    public void came(byte[] message) {
        loop.receiver(source).received(message, message.length, service);
    }

    @Override
    public void ended() {
        connection = null;
        if (loop.now() - establishedAt > LONGEST_WAIT) {
            wait = 0;
            connect();
        } else {
            // Who takes connections only to end them is not asked all the time.
            failed(null);
        }
        loop.receiver(source).connectionLost(service);
    }
}
