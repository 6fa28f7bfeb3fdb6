package io.ringdown.cluster.sip;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One thread that receives datagrams, and messages by TCP, runs tasks handed to it and fires timers. Everything it calls runs on that
 * thread. Datagrams are taken in batches, and {@link Handler#turnEnded} closes each batch.
 */
public final class EventLoop implements AutoCloseable {
    private static final int BATCH = 64;
    /** More than a socket's buffer holds. */
    private static final int MOST_LEFT = 64 * 1_024;

    private static final int SOCKET_BUFFER = 8 << 20;
    /** How often the loop turns at least, so that a standstill of the process shows. */
    private static final long LONGEST_WAIT_MILLIS = 100;

    // Of the process, not of the loop: one that joins the others anew is not to go by a wall clock that has jumped
    // since.
    private static final long ORIGIN_NANOS = System.nanoTime();
    private static final long ORIGIN_MICROS = System.currentTimeMillis() * 1_000;

    private final Selector selector;
    private final Handler handler;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_535);
    private final ByteBuffer out = ByteBuffer.allocateDirect(65_535);
    private final byte[] datagram = new byte[65_535];
    private final Thread thread;
    private final BooleanSupplier steady;
    private final Connections connections;
    private final Relays relays;
    private final Trunks trunks;
    private final ConnectionCounters counters = new ConnectionCounters();
    private final List<Runnable> ready = new ArrayList<>();
    private volatile boolean closed;
    private DatagramChannel channel;
    private long sequence;

    /** What the loop calls. */
    public interface Handler {
        /** A datagram came, or a message by TCP; the array is reused. */
        void received(byte[] data, int length, InetSocketAddress from);

        /** The connection to a peer that is kept open broke: what went by it of late may not have been read. */
        default void broken(InetSocketAddress peer) {
            // who forgets what it sent has nothing to send again
        }

        /** A batch of datagrams, tasks and timers has been worked off. */
        default void turnEnded() {
            // most keep nothing between messages
        }
    }

    private record Timer(long at, long sequence, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    /**
     * Makes a loop that does nothing until {@link #start}.
     *
     * @param steady asked before anything is taken in, done or let out, so that a loop which is only busy is not taken for one that stood still; once it
     *     says no, nothing is any more
     */
    public EventLoop(String name, Handler handler, BooleanSupplier steady) throws IOException {
        this(name, handler, steady, ConnectionLimits.usual());
    }

    /**
     * As the other one.
     *
     * @param limits of its TCP connections
     */
    public EventLoop(String name, Handler handler, BooleanSupplier steady, ConnectionLimits limits) throws IOException {
        this.handler = handler;
        this.steady = steady;
        selector = Selector.open();
        connections = new Connections(selector, handler, this::epochMicros, limits, counters);
        trunks = new Trunks(selector, handler, this::epochMicros, counters);
        relays = new Relays(selector, this::epochMicros, limits, counters);
        thread = new Thread(this::run, name);
    }

    /** What it counts of its connections. */
    public ConnectionCounters counters() {
        return counters;
    }

    /**
     * Whether to go on with what takes long: to be asked again and again within it, so that a loop which is only busy is not taken for one that stood still.
     * On the loop's thread only.
     */
    public boolean steady() {
        return steady.getAsBoolean();
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Microseconds since 1970, monotonic within this process. */
    public long epochMicros() {
        return ORIGIN_MICROS + (System.nanoTime() - ORIGIN_NANOS) / 1_000;
    }

    /** Runs a task on the loop's thread. From any thread. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Runs a task at a time in {@link #epochMicros}. On the loop's thread only. */
    public void at(long epochMicros, Runnable task) {
        timers.add(new Timer(epochMicros, sequence++, task));
    }

    /**
     * Binds the loop's socket in place of the one it had. The address may be bound by another process, which then receives nothing
     * more. On the loop's thread, or before {@link #start}.
     */
    public void bind(InetSocketAddress address) throws IOException {
        unbind();
        var next = DatagramChannel.open();
        try {
            next.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            next.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
            next.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER);
            next.bind(address);
        } catch (BindException e) {
            next.close();
            throw new BindException("UDP " + address + " cannot be bound: " + e.getMessage());
        }
        next.configureBlocking(false);
        next.register(selector, SelectionKey.OP_READ);
        channel = next;
        trunks.speakFor(address);
    }

    /** Whether it has a socket. On the loop's thread only. */
    public boolean bound() {
        return channel != null;
    }

    /**
     * Accepts TCP connections at an address, beside the datagrams that come to it. On the loop's thread, or before {@link #start}.
     *
     * @throws BindException if another process listens there that will not share
     */
    public void listen(InetSocketAddress address) throws IOException {
        connections.listen(address, List.of(), List.of());
    }

    /**
     * As {@link #listen(InetSocketAddress)}, also for connections that {@link #relay} passes on or {@link #trunksTo} keeps open.
     *
     * @param passing from where they are
     * @param elements addresses that others keep connections open for
     */
    public void listen(
            InetSocketAddress address, Collection<InetAddress> passing, Collection<InetSocketAddress> elements)
            throws IOException {
        connections.listen(address, passing, elements);
    }

    /** Keeps TCP connections open to those and no others, for the address that it is bound to, whenever it is. On the loop's thread only. */
    public void trunksTo(Collection<InetSocketAddress> peers) {
        trunks.keepTo(peers);
    }

    /** Sends a message to one of those. On the loop's thread only. */
    public void sendByTrunk(byte[] data, int length, InetSocketAddress peer) {
        if (steady.getAsBoolean()) {
            trunks.send(data, length, peer);
        }
    }

    /** For how long one of those has taken too little, in microseconds. On the loop's thread only. */
    public long behind(InetSocketAddress peer) {
        return trunks.behind(peer);
    }

    /** Sends a message by the newest connection that another element keeps open for an address. On the loop's thread only. */
    public void answerByTrunk(byte[] data, int length, InetSocketAddress address) {
        if (steady.getAsBoolean()) {
            connections.send(data, length, address, address);
        }
    }

    /**
     * Passes TCP connections to an address on, unread, each to the next of the targets; closes it if that is null. On the loop's thread, or
     * before {@link #start}.
     */
    public void relay(InetSocketAddress address, Supplier<InetSocketAddress> targets) throws IOException {
        relays.listen(address, targets);
    }

    /** Ends the connections that were passed on to other targets. On the loop's thread only. */
    public void relayOnlyTo(Collection<InetSocketAddress> targets) {
        relays.keepOnly(targets);
    }

    /** Lets the socket go, and ends all connections. */
    public void unbind() throws IOException {
        connections.close();
        trunks.speakFor(null);
        relays.close();
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    /** As {@link #unbind}, once the datagrams that have come are worked off. On the loop's thread only. */
    public void letGo() throws IOException {
        boolean more = true;
        for (int batches = 0; more && batches < MOST_LEFT / BATCH; batches++) {
            more = receiveBatch();
        }
        unbind();
    }

    /** Sends a datagram; what the kernel does not take is lost, as on the wire. On the loop's thread only. */
    public void send(byte[] data, int length, InetSocketAddress to) {
        if (channel == null || length > out.capacity() || !steady.getAsBoolean()) {
            return;
        }
        out.clear().put(data, 0, length).flip();
        try {
            channel.send(out, to);
        } catch (IOException | UnsupportedAddressTypeException e) {
            // UDP promises nothing; retransmission is the transaction's business.
        }
    }

    /**
     * Sends a response where its request came from (RFC 3261 section 18.2.2): as a datagram; or on the request's connection, or on a new one
     * if that is gone. On the loop's thread only.
     *
     * @param via the topmost one of the response
     */
    public void respond(byte[] data, int length, Via via) {
        if (!via.tcp()) {
            send(data, length, via.destination());
        } else if (steady.getAsBoolean()) {
            connections.send(data, length, via.destination(), via.listening());
        }
    }

    private void run() {
        while (!closed) {
            try {
                Timer next = timers.peek();
                long millis = next == null ? LONGEST_WAIT_MILLIS : (next.at() - epochMicros()) / 1_000;
                if (millis <= 0) {
                    selector.selectNow();
                } else {
                    selector.select(Math.min(millis, LONGEST_WAIT_MILLIS));
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.attachment() instanceof Runnable action) {
                        ready.add(action);
                    }
                }
                selector.selectedKeys().clear();
                if (closed || !steady.getAsBoolean()) {
                    return;
                }
                turn();
            } catch (IOException e) {
                throw new IllegalStateException("event loop failed", e);
            }
        }
    }

    private void turn() throws IOException {
        // Tasks first: they bring changes of membership, by which what is received must be judged.
        for (Runnable task; steady.getAsBoolean() && (task = tasks.poll()) != null; ) {
            guarded(task);
        }
        receiveBatch();
        ready.forEach(EventLoop::guarded);
        ready.clear();
        connections.closeIdle();
        relays.closeStuck();
        trunks.turn();
        long now = epochMicros();
        while (!timers.isEmpty() && timers.peek().at() <= now && steady.getAsBoolean()) {
            guarded(timers.poll().task());
        }
        guarded(handler::turnEnded);
    }

    /** One message must never take an element down. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            System.err.println("dropped what failed: " + e);
        }
    }

    /** Whether more may be waiting. */
    private boolean receiveBatch() throws IOException {
        for (int i = 0; i < BATCH && channel != null && steady.getAsBoolean(); i++) {
            in.clear();
            var from = (InetSocketAddress) channel.receive(in);
            if (from == null) {
                return false;
            }
            in.flip();
            int length = in.remaining();
            in.get(datagram, 0, length);
            guarded(() -> handler.received(datagram, length, from));
        }
        if (channel != null) {
            // Do not sleep before the next batch.
            selector.wakeup();
        }
        return channel != null;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(1_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        unbind();
        selector.close();
    }
}
