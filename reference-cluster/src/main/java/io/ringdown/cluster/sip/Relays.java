package io.ringdown.cluster.sip;

import io.ringdown.cluster.sip.ConnectionCounters.End;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * TCP connections passed on unread on an event loop: what one end says the other one gets, after a {@link ProxyHeader} that names the client.
 * They end together; idle ones are the far end's business. On the loop's thread only.
 */
final class Relays {
    private static final int ACCEPTED_AT_ONCE = 64;
    private static final int BUFFER = 16 << 10;
    private static final long CHECKED_EACH_MICROS = 100_000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Selector selector;
    private final LongSupplier micros;
    private final ConnectionLimits limits;
    private final ConnectionCounters counters;
    private final Set<Relay> open = new HashSet<>();
    private final ByteBuffer read = ByteBuffer.allocateDirect(BUFFER);
    private ServerSocketChannel listener;
    private SelectionKey accepting;
    private InetSocketAddress address;
    private Supplier<InetSocketAddress> targets;
    private int kept;
    private long checked;

    Relays(Selector selector, LongSupplier micros, ConnectionLimits limits, ConnectionCounters counters) {
        this.selector = selector;
        this.micros = micros;
        this.limits = limits;
        this.counters = counters;
    }

    /** Accepts connections, and passes each on to the next target; closes it if that is null. */
    void listen(InetSocketAddress address, Supplier<InetSocketAddress> targets) throws IOException {
        ServerSocketChannel next = TcpSockets.listener(address);
        accepting = next.register(selector, SelectionKey.OP_ACCEPT, (Runnable) this::accept);
        if (listener != null) {
            listener.close();
        }
        listener = next;
        this.address = address;
        this.targets = targets;
    }

    /** Ends all, and accepts none. */
    void close() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        keepOnly(List.of());
    }

    /** Ends those to other targets, whose clients may begin anew. */
    void keepOnly(Collection<InetSocketAddress> living) {
        List.copyOf(open).stream()
                .filter(relay -> !living.contains(relay.target))
                .forEach(relay -> relay.close(End.RELEASED));
    }

    /** Ends those whose far end takes nothing. To be called again and again. */
    void closeStuck() {
        long now = micros.getAsLong();
        if (listener == null || now - checked < CHECKED_EACH_MICROS) {
            return;
        }
        checked = now;
        accepting.interestOps(SelectionKey.OP_ACCEPT);
        List.copyOf(open).stream()
                .filter(relay -> relay.kept > 0 && now - relay.stuckSince > limits.stuckMicros())
                .forEach(relay -> relay.close(End.SLOW));
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE && listener != null; i++) {
                SocketChannel client = listener.accept();
                if (client == null) {
                    return;
                }
                InetSocketAddress target = open.size() < limits.most() ? targets.get() : null;
                if (target == null) {
                    counters.refused.increment();
                    client.close();
                } else {
                    begin(client, target);
                }
            }
        } catch (IOException e) {
            // As in Connections.
            accepting.interestOps(0);
        }
    }

    private void begin(SocketChannel client, InetSocketAddress target) throws IOException {
        SocketChannel upstream = SocketChannel.open();
        var relay = new Relay(client, upstream, target);
        open.add(relay);
        counters.clients.increment();
        try {
            relay.forth.left =
                    ByteBuffer.wrap(ProxyHeader.ofConnection((InetSocketAddress) client.getRemoteAddress(), target));
            TcpSockets.prepare(client);
            TcpSockets.prepare(upstream);
            // By this the target knows who passes on.
            upstream.bind(new InetSocketAddress(address.getAddress(), 0));
            boolean connected = upstream.connect(target);
            relay.clientKey = client.register(selector, 0, relay);
            relay.upstreamKey = upstream.register(selector, connected ? 0 : SelectionKey.OP_CONNECT, relay);
            if (connected) {
                relay.run();
            }
        } catch (IOException | IllegalArgumentException e) {
            relay.close(End.CLOSED);
        }
    }

    /** What one end said and the other one has not taken. */
    private static final class Direction {
        private ByteBuffer left = NOTHING;
    }

    private final class Relay implements Runnable {
        private final SocketChannel client;
        private final SocketChannel upstream;
        private final InetSocketAddress target;
        private final Direction forth = new Direction();
        private final Direction back = new Direction();
        private SelectionKey clientKey;
        private SelectionKey upstreamKey;
        private int kept;
        private long stuckSince;

        Relay(SocketChannel client, SocketChannel upstream, InetSocketAddress target) {
            this.client = client;
            this.upstream = upstream;
            this.target = target;
        }

        @Override
        public void run() {
            try {
                if (!upstream.isConnected() && !upstream.finishConnect()) {
                    return;
                }
                boolean ended = !pass(client, forth, upstream) | !pass(upstream, back, client);
                count(forth.left.remaining() + back.left.remaining());
                if (ended || Relays.this.kept > limits.mostKept()) {
                    close(ended ? End.CLOSED : End.LARGEST);
                    return;
                }
                clientKey.interestOps(operations(forth, back));
                upstreamKey.interestOps(operations(back, forth));
            } catch (IOException | CancelledKeyException e) {
                close(End.CLOSED);
            }
        }

        private void count(int now) {
            if (kept == 0 && now > 0) {
                stuckSince = micros.getAsLong();
            }
            Relays.this.kept += now - kept;
            counters.kept.add(now - kept);
            kept = now;
        }

        /** Whether the source may say more. */
        private boolean pass(SocketChannel from, Direction direction, SocketChannel to) throws IOException {
            to.write(direction.left);
            if (direction.left.hasRemaining()) {
                return true;
            }
            direction.left = NOTHING;
            read.clear();
            if (from.read(read) < 0) {
                return false;
            }
            read.flip();
            to.write(read);
            if (read.hasRemaining()) {
                direction.left = ByteBuffer.allocate(read.remaining()).put(read).flip();
            }
            return true;
        }

        private static int operations(Direction taken, Direction given) {
            return (taken.left.hasRemaining() ? 0 : SelectionKey.OP_READ)
                    | (given.left.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        }

        void close(End why) {
            if (open.remove(this)) {
                count(0);
                counters.clients.decrement();
                counters.ended(why);
            }
            TcpSockets.closeQuietly(client);
            TcpSockets.closeQuietly(upstream);
        }
    }
}
