package io.ringdown.cluster.sip;

import io.ringdown.cluster.sip.ConnectionCounters.End;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * SIP over TCP on an event loop (RFC 3261 section 18): connections that were accepted, of clients and of other elements ({@link Trunks}), and
 * those opened for responses whose connection is gone. Each key's attachment is what to do when it is ready. On the loop's thread only.
 */
final class Connections {
    private static final int ACCEPTED_AT_ONCE = 64;
    /** Beyond what clients may have, for those that are not known yet to be of elements. */
    private static final int RESERVED = 64;

    /** How much an element may leave untaken, and how long it is waited for: then who sent it sends it again. */
    private static final int MOST_FOR_ELEMENT = 2 << 20;

    private static final long AWAITED_MICROS = 2_000_000;
    private static final long CHECKED_EACH_MICROS = 100_000;
    private static final byte[] PONG = {'\r', '\n'};

    private final Selector selector;
    private final EventLoop.Handler handler;
    private final LongSupplier micros;
    private final ConnectionLimits limits;
    private final ConnectionCounters counters;
    private final Map<InetSocketAddress, Connection> open = new HashMap<>();
    /** Those of elements whose address another one speaks for by now. */
    private final Set<Connection> former = new HashSet<>();

    /** What waits for an element to connect. */
    private final Map<InetSocketAddress, SendQueue> awaiting = new HashMap<>();

    private final ByteBuffer in = ByteBuffer.allocateDirect(TcpSockets.BUFFER);
    private ServerSocketChannel listener;
    private SelectionKey accepting;
    private Collection<InetAddress> passedOnBy = List.of();
    private Set<InetSocketAddress> elements = Set.of();
    private int clients;
    private int kept;
    private long checked;

    Connections(
            Selector selector,
            EventLoop.Handler handler,
            LongSupplier micros,
            ConnectionLimits limits,
            ConnectionCounters counters) {
        this.selector = selector;
        this.handler = handler;
        this.micros = micros;
        this.limits = limits;
        this.counters = counters;
    }

    /**
     * Accepts connections.
     *
     * @param passedOnBy whose connections begin with a {@link ProxyHeader} that tells whose they are
     * @param elements those that it may tell of other elements, whose connections carry the messages of many clients
     */
    void listen(InetSocketAddress address, Collection<InetAddress> passedOnBy, Collection<InetSocketAddress> elements)
            throws IOException {
        ServerSocketChannel next = TcpSockets.listener(address);
        accepting = next.register(selector, SelectionKey.OP_ACCEPT, (Runnable) this::accept);
        if (listener != null) {
            listener.close();
        }
        listener = next;
        this.passedOnBy = passedOnBy;
        this.elements = Set.copyOf(elements);
    }

    /** Ends all connections, and accepts none. */
    void close() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        List.copyOf(open.values()).forEach(connection -> connection.close(End.RELEASED));
        List.copyOf(former).forEach(connection -> connection.close(End.RELEASED));
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE && listener != null; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                var remote = (InetSocketAddress) channel.getRemoteAddress();
                boolean headed = passedOnBy.contains(remote.getAddress());
                if (clients >= limits.most() + (headed ? RESERVED : 0)) {
                    counters.refused.increment();
                    channel.close();
                } else {
                    add(channel, remote, SelectionKey.OP_READ).headed = headed;
                }
            }
        } catch (IOException e) {
            // It went before it was taken; or there is no file descriptor left, and accepting at once again would be
            // all that is done.
            accepting.interestOps(0);
        }
    }

    private Connection add(SocketChannel channel, InetSocketAddress remote, int operations) throws IOException {
        TcpSockets.prepare(channel);
        var connection = new Connection(channel, remote);
        connection.key = channel.register(selector, operations, connection);
        connection.count(1);
        register(connection);
        return connection;
    }

    private void register(Connection connection) {
        Connection before = open.put(connection.remote, connection);
        if (before == null || before == connection) {
            return;
        }
        if (connection.ofElement) {
            // Who has let the address go, or is about to, may have sent something yet.
            former.add(before);
            before.unsent.moveTo(connection.unsent);
        } else {
            before.close(End.CLOSED);
        }
    }

    /**
     * Sends on a connection, or on a new one if that is gone (RFC 3261 section 18.2.2). Elements are not connected to: they come, whoever has
     * their address by then.
     *
     * @param remote the far end of the connection that the request came by
     * @param listening where its sender says that it listens
     */
    void send(byte[] data, int length, InetSocketAddress remote, InetSocketAddress listening) {
        if (elements.contains(remote)) {
            sendToElement(data, length, remote);
            return;
        }
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

    private void sendToElement(byte[] data, int length, InetSocketAddress element) {
        byte[] message = Trunks.inStream(data, length);
        Connection connection = open.get(element);
        SendQueue queue =
                connection == null ? awaiting.computeIfAbsent(element, none -> new SendQueue()) : connection.unsent;
        if (message == null || queue.bytes() + message.length > MOST_FOR_ELEMENT) {
            counters.dropped.increment();
        } else if (connection == null) {
            queue.add(message, message.length, micros.getAsLong());
        } else {
            connection.append(message, message.length);
        }
    }

    private Connection connect(InetSocketAddress to) {
        if (clients >= limits.most()) {
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
            Connection failed = open.get(to);
            if (failed != null && failed.channel == channel) {
                failed.close(End.CLOSED);
            }
            TcpSockets.closeQuietly(channel);
            return null;
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
            connection.check(now);
        }
        awaiting.values().removeIf(queue -> queue.age(now) > AWAITED_MICROS);
        if (listener != null) {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void keep(int more) {
        kept += more;
        counters.kept.add(more);
        if (more > 0 && kept > limits.mostKept()) {
            open.values().stream()
                    .filter(connection -> !connection.ofElement)
                    .max(Comparator.comparingInt(connection -> connection.kept))
                    .ifPresent(largest -> largest.close(End.LARGEST));
        }
    }

    private final class Connection implements Runnable {
        private final SocketChannel channel;
        /** Who is at the far end, or whose connection it passes on. */
        private InetSocketAddress remote;
        /** Whether it has yet to tell whose it is. */
        private boolean headed;

        private boolean ofElement;
        private boolean closed;
        private final Framing framing = new Framing();
        private final SendQueue unsent = new SendQueue();
        private SelectionKey key;
        private int kept;
        /** When the far end said something. */
        private long heard = micros.getAsLong();
        /** When the message that is not whole yet began. */
        private long begun = heard;

        Connection(SocketChannel channel, InetSocketAddress remote) {
            this.channel = channel;
            this.remote = remote;
        }

        private void count(int one) {
            (ofElement ? counters.trunks : counters.clients).add(one);
            clients += ofElement ? 0 : one;
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
            } catch (MalformedMessageException e) {
                close(End.MALFORMED);
            } catch (IOException | CancelledKeyException e) {
                close(End.CLOSED);
            }
        }

        private void read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                close(End.CLOSED);
                return;
            }
            heard = micros.getAsLong();
            if (!framing.unfinished()) {
                begun = heard;
            }
            in.flip();
            if (headed && !readHeader()) {
                return;
            }
            framing.add(in);
            for (byte[] message; !closed && (message = framing.next()) != null; ) {
                begun = heard;
                handler.received(message, message.length, remote);
            }
            for (int pings = framing.pings(); pings > 0 && !closed; pings--) {
                send(PONG, PONG.length);
            }
            keepCount();
        }

        /** Whoever passes on writes it in one piece, before all else: it comes so. */
        private boolean readHeader() {
            byte[] header = new byte[Math.min(in.remaining(), ProxyHeader.LENGTH)];
            in.get(header);
            InetSocketAddress source = ProxyHeader.read(header, header.length)
                    .orElseThrow(() -> new MalformedMessageException("no header of who passes on"))
                    .source();
            headed = false;
            open.remove(remote, this);
            remote = source;
            if (elements.contains(source)) {
                count(-1);
                ofElement = true;
                count(1);
                framing.ofElement();
            }
            // What an earlier one of that address had not taken comes first.
            register(this);
            SendQueue waiting = awaiting.remove(remote);
            if (waiting != null) {
                waiting.moveTo(unsent);
            }
            writeOrClose();
            return !closed && in.hasRemaining();
        }

        void send(byte[] data, int length) {
            if (unsent.bytes() + length > limits.mostUnsent()) {
                close(End.SLOW);
            } else {
                append(data, length);
            }
        }

        private void append(byte[] data, int length) {
            boolean blocked = unsent.bytes() > 0;
            // Copied, since the caller's array is reused.
            unsent.add(data, length, micros.getAsLong());
            if (channel.isConnected() && !blocked) {
                writeOrClose();
            }
            keepCount();
        }

        private void writeOrClose() {
            try {
                write();
            } catch (IOException | CancelledKeyException e) {
                close(End.CLOSED);
            }
        }

        private void write() throws IOException {
            boolean all = unsent.writeTo(channel);
            key.interestOps(all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            keepCount();
        }

        private void keepCount() {
            int now = closed || ofElement ? 0 : unsent.bytes() + framing.kept();
            int more = now - kept;
            kept = now;
            keep(more);
        }

        private void check(long now) {
            boolean unfinished = framing.unfinished() && now - begun > limits.stuckMicros();
            if (unfinished || ofElement) {
                if (unfinished) {
                    close(End.UNFINISHED);
                }
            } else if (unsent.age(now) > limits.stuckMicros()) {
                close(End.SLOW);
            } else if (now - heard > limits.idleMicros()) {
                close(End.IDLE);
            }
        }

        void close(End why) {
            if (closed) {
                return;
            }
            closed = true;
            count(-1);
            TcpSockets.closeQuietly(channel);
            former.remove(this);
            boolean last = open.remove(remote, this);
            if (ofElement) {
                counters.broken.increment();
                if (last && unsent.bytes() > 0) {
                    unsent.moveTo(awaiting.computeIfAbsent(remote, none -> new SendQueue()));
                }
            } else {
                counters.ended(why);
            }
            unsent.clear();
            keepCount();
        }
    }
}
