package io.ringdown.cluster.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
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
import java.util.function.Supplier;

/**
 * TCP connections passed on unread on an event loop: what one end says the other one gets, after a {@link ProxyHeader} that names the client.
 * They end together; idle ones are the far end's business. On the loop's thread only.
 */
final class Relays {
    private static final int MOST = 2_000;
    private static final int ACCEPTED_AT_ONCE = 64;
    private static final int BUFFER = 16 << 10;

    private final Selector selector;
    private final Set<Relay> open = new HashSet<>();
    private ServerSocketChannel listener;
    private InetSocketAddress address;
    private Supplier<InetSocketAddress> targets;

    Relays(Selector selector) {
        this.selector = selector;
    }

    /** Accepts connections, and passes each on to the next target; closes it if that is null. */
    void listen(InetSocketAddress address, Supplier<InetSocketAddress> targets) throws IOException {
        ServerSocketChannel next = Connections.listener(address);
        next.register(selector, SelectionKey.OP_ACCEPT, (Runnable) this::accept);
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
                .forEach(Relay::close);
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTED_AT_ONCE && listener != null; i++) {
                SocketChannel client = listener.accept();
                if (client == null) {
                    return;
                }
                InetSocketAddress target = open.size() < MOST ? targets.get() : null;
                if (target == null) {
                    client.close();
                } else {
                    begin(client, target);
                }
            }
        } catch (IOException e) {
            // it went before it was taken
        }
    }

    private void begin(SocketChannel client, InetSocketAddress target) throws IOException {
        SocketChannel upstream = SocketChannel.open();
        var relay = new Relay(client, upstream, target);
        try {
            byte[] header = ProxyHeader.ofConnection((InetSocketAddress) client.getRemoteAddress(), target);
            relay.forth.put(header);
            for (SocketChannel channel : List.of(client, upstream)) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            // By this the target knows who passes on.
            upstream.bind(new InetSocketAddress(address.getAddress(), 0));
            boolean connected = upstream.connect(target);
            relay.clientKey = client.register(selector, 0, relay);
            relay.upstreamKey = upstream.register(selector, connected ? 0 : SelectionKey.OP_CONNECT, relay);
            open.add(relay);
            if (connected) {
                relay.run();
            }
        } catch (IOException | IllegalArgumentException e) {
            relay.close();
        }
    }

    private final class Relay implements Runnable {
        private final SocketChannel client;
        private final SocketChannel upstream;
        private final InetSocketAddress target;
        private final ByteBuffer forth = ByteBuffer.allocate(BUFFER);
        private final ByteBuffer back = ByteBuffer.allocate(BUFFER);
        private SelectionKey clientKey;
        private SelectionKey upstreamKey;

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
                if (ended) {
                    close();
                    return;
                }
                clientKey.interestOps(operations(forth, back));
                upstreamKey.interestOps(operations(back, forth));
            } catch (IOException | CancelledKeyException e) {
                close();
            }
        }

        /** Whether the source may say more. */
        private static boolean pass(SocketChannel from, ByteBuffer buffer, SocketChannel to) throws IOException {
            int read = buffer.hasRemaining() ? from.read(buffer) : 0;
            buffer.flip();
            to.write(buffer);
            buffer.compact();
            return read >= 0;
        }

        private static int operations(ByteBuffer taken, ByteBuffer given) {
            return (taken.hasRemaining() ? SelectionKey.OP_READ : 0)
                    | (given.position() > 0 ? SelectionKey.OP_WRITE : 0);
        }

        void close() {
            open.remove(this);
            Connections.closeQuietly(client);
            Connections.closeQuietly(upstream);
        }
    }
}
