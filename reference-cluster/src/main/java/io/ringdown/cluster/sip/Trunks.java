package io.ringdown.cluster.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * TCP connections that an element keeps open to others on an event loop: each carries the messages of many clients, both ways (RFC 3261 section
 * 18, RFC 5923). It begins with a {@link ProxyHeader} that tells the address it speaks for, so that whoever answers, or has something of
 * its own to send, finds the newest of that address. What a peer does not take waits, up to a bound; then it is lost, as a datagram would be,
 * and nobody waits for it. A connection that breaks is opened again as long as the peer is wanted, and goes on with the message that was
 * not whole. On the loop's thread only.
 */
final class Trunks {
    /** A second of some thousand messages. */
    private static final int MOST_UNSENT = 2 << 20;

    private static final long AGAIN_MICROS = 50_000;
    private static final long CONNECTED_WITHIN_MICROS = 1_000_000;

    private final Selector selector;
    private final EventLoop.Handler handler;
    private final LongSupplier micros;
    private final ConnectionCounters counters;
    private final Map<InetSocketAddress, Trunk> open = new HashMap<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(TcpSockets.BUFFER);
    /** Null while it speaks for none. */
    private InetSocketAddress own;

    private Collection<InetSocketAddress> wanted = List.of();

    Trunks(Selector selector, EventLoop.Handler handler, LongSupplier micros, ConnectionCounters counters) {
        this.selector = selector;
        this.handler = handler;
        this.micros = micros;
        this.counters = counters;
    }

    /** Speaks for an address from now on; null: for none, and all end. */
    void speakFor(InetSocketAddress address) {
        own = address;
        adjust();
    }

    /** Keeps connections open to those, and no others. */
    void keepTo(Collection<InetSocketAddress> peers) {
        wanted = List.copyOf(peers);
        adjust();
    }

    private void adjust() {
        Collection<InetSocketAddress> now = own == null ? List.of() : wanted;
        List.copyOf(open.values()).stream()
                .filter(trunk -> !now.contains(trunk.peer))
                .forEach(Trunk::end);
        now.forEach(peer -> open.computeIfAbsent(peer, Trunk::new));
        turn();
    }

    /** Opens again what broke. To be called again and again. */
    void turn() {
        long now = micros.getAsLong();
        open.values().forEach(trunk -> trunk.turn(now));
    }

    /** Sends a message. Who is not wanted yet soon will be: what changed is told by another thread. */
    void send(byte[] data, int length, InetSocketAddress peer) {
        byte[] message = inStream(data, length);
        if (message == null || own == null) {
            counters.dropped.increment();
        } else {
            open.computeIfAbsent(peer, Trunk::new).send(message);
        }
    }

    /** For how long a peer has taken too little, in microseconds. */
    long behind(InetSocketAddress peer) {
        Trunk trunk = open.get(peer);
        return trunk == null ? 0 : trunk.lateness.behind();
    }

    /** The message as it goes into a stream, or null if that is not possible. */
    static byte[] inStream(byte[] data, int length) {
        if (ProxyHeader.begins(data, 0, length)) {
            return java.util.Arrays.copyOf(data, length);
        }
        try {
            return StreamText.of(data, length);
        } catch (MalformedMessageException e) {
            return null;
        }
    }

    private final class Trunk implements Runnable {
        private final InetSocketAddress peer;
        private final SendQueue unsent = new SendQueue();
        private final Lateness lateness = new Lateness(Lateness.LATE_AT_LEAST);
        /** Null while there is none. */
        private SocketChannel channel;

        private SelectionKey key;
        private ByteBuffer header;
        private Framing framing;
        private long begun = Long.MIN_VALUE / 2;

        Trunk(InetSocketAddress peer) {
            this.peer = peer;
        }

        void turn(long now) {
            if (channel == null && now - begun >= AGAIN_MICROS) {
                begun = now;
                connect();
            } else if (channel != null && !channel.isConnected() && now - begun >= CONNECTED_WITHIN_MICROS) {
                broke();
            }
            lateness.waited(now, unsent.age(now));
        }

        private void connect() {
            try {
                channel = SocketChannel.open();
                TcpSockets.prepare(channel);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, TcpSockets.BUFFER);
                // By this the peer knows that it may believe the header.
                channel.bind(new InetSocketAddress(own.getAddress(), 0));
                framing = new Framing();
                framing.ofElement();
                header = ByteBuffer.wrap(ProxyHeader.ofConnection(own, peer));
                boolean connected = channel.connect(peer);
                key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
                counters.trunks.increment();
                if (connected) {
                    write();
                }
            } catch (IOException | IllegalArgumentException e) {
                broke();
            }
        }

        @Override
        public void run() {
            try {
                if (key.isConnectable() && channel.finishConnect()) {
                    write();
                }
                if (key.isValid() && key.isWritable()) {
                    write();
                }
                if (key.isValid() && key.isReadable()) {
                    read();
                }
            } catch (IOException | CancelledKeyException | MalformedMessageException e) {
                broke();
            }
        }

        private void read() throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                broke();
                return;
            }
            in.flip();
            framing.add(in);
            SocketChannel from = channel;
            for (byte[] message; channel == from && (message = framing.next()) != null; ) {
                handler.received(message, message.length, peer);
            }
        }

        void send(byte[] message) {
            boolean blocked = unsent.bytes() > 0;
            if (unsent.bytes() + message.length > MOST_UNSENT) {
                counters.dropped.increment();
                return;
            }
            unsent.add(message, message.length, micros.getAsLong());
            if (channel != null && channel.isConnected() && !blocked) {
                try {
                    write();
                } catch (IOException | CancelledKeyException e) {
                    broke();
                }
            }
        }

        private void write() throws IOException {
            if (header.hasRemaining()) {
                channel.write(header);
            }
            boolean all = !header.hasRemaining() && unsent.writeTo(channel);
            key.interestOps(all ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }

        /** What was written may not have been read: whoever remembers it sends it again. */
        private void broke() {
            boolean served = channel != null && channel.isConnected();
            drop();
            unsent.beginAnew();
            if (served) {
                counters.broken.increment();
                handler.broken(peer);
            }
        }

        private void drop() {
            if (key != null) {
                counters.trunks.decrement();
                key = null;
            }
            TcpSockets.closeQuietly(channel);
            channel = null;
        }

        void end() {
            open.remove(peer, this);
            drop();
        }
    }
}
