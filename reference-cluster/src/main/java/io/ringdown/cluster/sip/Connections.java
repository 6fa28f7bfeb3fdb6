package io.ringdown.cluster.sip;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * SIP over TCP on an event loop (RFC 3261 section 18): connections that were accepted, and those opened for responses whose connection is
 * gone. Each key's attachment is what to do when it is ready. On the loop's thread only.
 */
final class Connections {
    private static final int MOST = 2_000;
    private static final int ACCEPTED_AT_ONCE = 64;
    private static final int WAITING = 1_024;
    /** Of one connection; who leaves so much unread reads nothing any more. */
    private static final int MOST_UNSENT = 1 << 20;

    /** Longer than an INVITE takes that a proxy gives up (Timer C): transactions end on the connection that they began on. */
    private static final long IDLE_MICROS = 200_000_000;
    /** A message that has begun. */
    private static final long UNFINISHED_MICROS = 32_000_000;

    private static final long CHECKED_EACH_MICROS = 1_000_000;
    private static final byte[] PONG = {'\r', '\n'};

    private final Selector selector;
    private final EventLoop.Handler handler;
    private final LongSupplier micros;
    private final Map<InetSocketAddress, Connection> open = new HashMap<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(16 << 10);
    private ServerSocketChannel listener;
    private Collection<InetAddress> passedOnBy = List.of();
    private long checked;

    Connections(Selector selector, EventLoop.Handler handler, LongSupplier micros) {
        this.selector = selector;
        this.handler = handler;
        this.micros = micros;
    }

    /**
     * Accepts connections.
     *
     * @param passedOnBy whose connections begin with a {@link ProxyHeader} that tells whose they are
     */
    void listen(InetSocketAddress address, Collection<InetAddress> passedOnBy) throws IOException {
        ServerSocketChannel next = listener(address);
        next.register(selector, SelectionKey.OP_ACCEPT, (Runnable) this::accept);
        if (listener != null) {
            listener.close();
        }
        listener = next;
        this.passedOnBy = passedOnBy;
    }

    /** A socket that listens. Another process may do so already and be frozen: new connections are shared with it. */
    static ServerSocketChannel listener(InetSocketAddress address) throws IOException {
        var listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            listener.bind(address, WAITING);
        } catch (BindException e) {
            listener.close();
            throw new BindException("TCP " + address + " cannot be bound: " + e.getMessage());
        }
        listener.configureBlocking(false);
        return listener;
    }

    /** Ends all connections, and accepts none. */
    void close() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        List.copyOf(open.values()).forEach(Connection::close);
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE && listener != null; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                if (open.size() >= MOST) {
                    channel.close();
                } else {
                    var remote = (InetSocketAddress) channel.getRemoteAddress();
                    Connection connection = add(channel, remote, SelectionKey.OP_READ);
                    connection.headed = passedOnBy.contains(remote.getAddress());
                }
            }
        } catch (IOException e) {
            // it went before it was taken
        }
    }

    private Connection add(SocketChannel channel, InetSocketAddress remote, int operations) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var connection = new Connection(channel, remote);
        connection.key = channel.register(selector, operations, connection);
        register(connection);
        return connection;
    }

    private void register(Connection connection) {
        Connection before = open.put(connection.remote, connection);
        if (before != null && before != connection) {
            before.close();
        }
    }

    /**
     * Sends on a connection, or on a new one if that is gone (RFC 3261 section 18.2.2).
     *
     * @param remote the far end of the connection that the request came by
     * @param listening where its sender says that it listens
     */
    void send(byte[] data, int length, InetSocketAddress remote, InetSocketAddress listening) {
        Connection connection = open.get(remote);
        if (connection == null) {
            connection = open.get(listening);
        }
        if (connection == null) {
            connection = connect(listening);
        }
        if (connection != null) {
            connection.send(data, length);
        }
    }

    private Connection connect(InetSocketAddress to) {
        if (open.size() >= MOST) {
            return null;
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            Connection connection = add(channel, to, SelectionKey.OP_CONNECT);
            if (channel.connect(to)) {
                connection.key.interestOps(SelectionKey.OP_READ);
            }
            return connection;
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
            open.remove(to);
            closeQuietly(channel);
            return null;
        }
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it is gone one way or the other
        }
    }

    /** Closes what nobody uses, or uses to say nothing. To be called again and again. */
    void closeIdle() {
        long now = micros.getAsLong();
        if (now - checked < CHECKED_EACH_MICROS) {
            return;
        }
        checked = now;
        for (Connection connection : List.copyOf(open.values())) {
            boolean unfinished = connection.framing.unfinished() && now - connection.begun > UNFINISHED_MICROS;
            if (unfinished || now - connection.used > IDLE_MICROS) {
                connection.close();
            }
        }
    }

    private final class Connection implements Runnable {
        private final SocketChannel channel;
        /** Who is at the far end, or whose connection it passes on. */
        private InetSocketAddress remote;
        /** Whether it has yet to tell whose it is. */
        private boolean headed;

        private final Framing framing = new Framing();
        private final Deque<ByteBuffer> unsent = new ArrayDeque<>(2);
        private SelectionKey key;
        private int unsentBytes;
        private long used = micros.getAsLong();
        /** When the message that is not whole yet began. */
        private long begun = used;

        Connection(SocketChannel channel, InetSocketAddress remote) {
            this.channel = channel;
            this.remote = remote;
        }

        @Override
        public void run() {
            try {
                if (key.isConnectable() && channel.finishConnect()) {
                    key.interestOps(SelectionKey.OP_READ);
                    write();
                }
                if (key.isValid() && key.isWritable()) {
                    write();
                }
                if (key.isValid() && key.isReadable()) {
                    read();
                }
            } catch (IOException | CancelledKeyException | MalformedMessageException e) {
                close();
            }
        }

        private void read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                close();
                return;
            }
            used = micros.getAsLong();
            if (!framing.unfinished()) {
                begun = used;
            }
            in.flip();
            if (headed && !readHeader()) {
                return;
            }
            framing.add(in);
            for (byte[] message; (message = framing.next()) != null; ) {
                begun = used;
                handler.received(message, message.length, remote);
            }
            for (int pings = framing.pings(); pings > 0; pings--) {
                send(PONG, PONG.length);
            }
        }

        /** The relay writes it in one piece, before all else: it comes so. */
        private boolean readHeader() {
            byte[] header = new byte[Math.min(in.remaining(), ProxyHeader.LENGTH)];
            in.get(header);
            InetSocketAddress client = ProxyHeader.read(header, header.length)
                    .orElseThrow(() -> new MalformedMessageException("no header of who passes on"))
                    .source();
            headed = false;
            open.remove(remote, this);
            remote = client;
            register(this);
            return in.hasRemaining();
        }

        void send(byte[] data, int length) {
            if (unsentBytes + length > MOST_UNSENT) {
                close();
                return;
            }
            used = micros.getAsLong();
            // Copied, since the caller's array is reused.
            unsent.add(ByteBuffer.allocate(length).put(data, 0, length).flip());
            unsentBytes += length;
            if (!channel.isConnected() || unsent.size() > 1) {
                return;
            }
            try {
                write();
            } catch (IOException | CancelledKeyException e) {
                close();
            }
        }

        private void write() throws IOException {
            while (!unsent.isEmpty()) {
                unsentBytes -= channel.write(unsent.peek());
                if (unsent.peek().hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
                unsent.poll();
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        void close() {
            open.remove(remote, this);
            closeQuietly(channel);
        }
    }
}
