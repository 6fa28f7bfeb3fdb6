package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * TCP from one or more addresses on one thread (RFC 3261 section 18): from each a connection to each service address, made at the start and again
 * whenever it ends, and to each other element of the cluster from when something is first sent there; and a socket that listens, at the port that Via and Contact tell, for responses whose connection is gone (section 18.2.2).
 */
public final class TcpLoop extends SelectingLoop {
    /** In T1: a far end that answers keep-alives and is silent for so long after one is gone; RFC 5626 section 4.4.1 allows 10 s. */
    private static final int DEAD_AFTER = 20;

    /** A short T1 gives a busy machine no less. */
    private static final long LEAST_DEAD_AFTER = 2_000_000_000L;

    private static final int KEEP_ALIVE_EACH = 4;
    private static final int TIMEOUT = 64;
    private static final int ACCEPTED_AT_ONCE = 64;
    private static final int WAITING = 1_024;

    final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final long t1;
    private final Set<InetSocketAddress> elements;
    private final List<Port> ports = new ArrayList<>();

    /**
     * Binds the sockets that listen.
     *
     * @param services where connections are made to, from each address
     * @param elements where connections may be made to besides
     * @param t1 RFC 3261's T1 in nanoseconds
     */
    public TcpLoop(
            List<InetSocketAddress> addresses,
            List<InetSocketAddress> services,
            List<InetSocketAddress> elements,
            long t1,
            LongSupplier clock)
            throws IOException {
        super(clock);
        this.t1 = t1;
        this.elements = Set.copyOf(elements);
        for (InetSocketAddress address : addresses) {
            var listener = ServerSocketChannel.open();
            try {
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.bind(address, WAITING);
                listener.configureBlocking(false);
            } catch (IOException e) {
                listener.close();
                close();
                throw new IOException("TCP " + address + " cannot be bound: " + e.getMessage(), e);
            }
            var port = new Port(ports.size(), (InetSocketAddress) listener.getLocalAddress());
            listener.register(selector, SelectionKey.OP_ACCEPT, (Ready) key -> port.accept(listener));
            ports.add(port);
            services.forEach(service -> port.flows.put(service, new TcpFlow(this, port.number, service)));
        }
    }

    @Override
    public List<Wire> wires() {
        return List.copyOf(ports);
    }

    InetSocketAddress local(int source) {
        return ports.get(source).local();
    }

    long timeout() {
        return TIMEOUT * t1;
    }

    long deadAfter() {
        return Math.max(LEAST_DEAD_AFTER, DEAD_AFTER * t1);
    }

    long keepAliveEach() {
        return KEEP_ALIVE_EACH * t1;
    }

    @Override
    void begin() {
        ports.forEach(port -> port.flows.values().forEach(TcpFlow::connect));
    }

    @Override
    void turnEnded() {
        ports.forEach(Port::flush);
    }

    /** {@inheritDoc} By TCP the kernel drops none. */
    @Override
    public long kernelDrops() {
        return 0;
    }

    /** One address with its connections. */
    private final class Port extends Source {
        private final int number;
        /** One that ends while all are gone through may have another one made. */
        private final Map<InetSocketAddress, TcpFlow> flows = new ConcurrentHashMap<>();

        private final Map<InetSocketAddress, TcpConnection> accepted = new HashMap<>();

        Port(int number, InetSocketAddress local) {
            super(TcpLoop.this, local);
            this.number = number;
        }

        @Override
        public boolean reliable() {
            return true;
        }

        @Override
        public boolean connected(InetSocketAddress to) {
            TcpFlow flow = flows.get(to);
            return flow != null && flow.connected();
        }

        @Override
        public void send(byte[] data, InetSocketAddress to) {
            TcpFlow flow = flow(to);
            TcpConnection incoming = flow == null ? accepted.get(to) : null;
            if (flow != null) {
                flow.send(data);
            } else if (incoming != null && !incoming.send(data)) {
                countSendErrors(1);
            }
            // An answer whose connection is gone goes nowhere: its asker did not wait for it.
        }

        private TcpFlow flow(InetSocketAddress to) {
            TcpFlow known = flows.get(to);
            if (known != null || accepted.containsKey(to) || !elements.contains(to)) {
                return known;
            }
            var made = new TcpFlow(TcpLoop.this, number, to);
            flows.put(to, made);
            made.connect();
            return made;
        }

        private void flush() {
            flows.values().forEach(TcpFlow::flush);
            if (!accepted.isEmpty()) {
                List.copyOf(accepted.values()).forEach(TcpConnection::flush);
            }
        }

        private void accept(ServerSocketChannel listener) throws IOException {
            for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                try {
                    take(channel);
                } catch (IOException e) {
                    TcpConnection.closeQuietly(channel);
                }
            }
        }

        private void take(SocketChannel channel) throws IOException {
            var remote = (InetSocketAddress) channel.getRemoteAddress();
            accepted.put(remote, new TcpConnection(channel, selector, in, new TcpConnection.User() {
                @Override
                public void came(byte[] message) {
                    receiver(number).received(message, message.length, remote);
                }

                @Override
                public void ended() {
                    accepted.remove(remote);
                }
            }));
        }
    }
}
