package io.ringdown.workloads.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * The caller's one thread: an unconnected UDP socket (a connected one would be told of a dead peer and skip its retransmissions,
 * RFC 3261 section 18.4), timers at absolute instants of the run's clock, and tasks from outside.
 */
public final class UdpLoop implements AutoCloseable {
    private static final int BATCH = 128;
    private static final long MILLI = 1_000_000;

    private record Timer(long at, long sequence, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    /** Receives datagrams; the array is reused. */
    public interface Receiver {
        void received(byte[] data, int length, InetSocketAddress from);
    }

    private final LongSupplier clock;
    private final Receiver receiver;
    private final DatagramChannel channel;
    private final Selector selector;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_535);
    private final ByteBuffer out = ByteBuffer.allocateDirect(65_535);
    private final byte[] datagram = new byte[65_535];
    private final Thread thread;
    private volatile boolean closed;
    private volatile Throwable failure;
    private volatile long longestStall;
    private volatile long sendErrors;
    private long sequence;

    public UdpLoop(InetSocketAddress local, LongSupplier clock, Receiver receiver) throws IOException {
        this.clock = clock;
        this.receiver = receiver;
        // Java's default, an IPv6 socket for both, is missing from the kernel's table of IPv4 sockets and their drops.
        channel = DatagramChannel.open(
                local.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 8 << 20);
        channel.bind(local);
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        thread = new Thread(this::run, "calls");
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** The socket's own address. */
    public InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a task at an instant. On the loop's thread, or before {@link #start}. */
    public void at(long instant, Runnable task) {
        timers.add(new Timer(instant, sequence++, task));
    }

    /** Runs a task soon. From any thread. */
    public void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Sends a datagram. On the loop's thread only. */
    public void send(byte[] data, InetSocketAddress to) {
        out.clear().put(data).flip();
        try {
            if (channel.send(out, to) == 0) {
                sendErrors++;
            }
        } catch (IOException e) {
            sendErrors++;
        }
    }

    /** Datagrams that could not be sent. */
    public long sendErrors() {
        return sendErrors;
    }

    /** Longest time in nanoseconds for which a due timer had to wait because the loop did not run. */
    public long longestStall() {
        return longestStall;
    }

    /** What ended the loop against its will, or null. */
    public Throwable failure() {
        return failure;
    }

    /** Datagrams that the kernel dropped on this socket because nobody fetched them in time; -1 where it does not tell. */
    public long kernelDrops() {
        return KernelDrops.of(local());
    }

    private void run() {
        try {
            while (!closed) {
                Timer next = timers.peek();
                long wait = next == null ? 100 * MILLI : next.at() - clock.getAsLong();
                if (wait <= 0 || !tasks.isEmpty()) {
                    selector.selectNow();
                } else {
                    selector.select(Math.min(100, (wait + MILLI - 1) / MILLI));
                }
                selector.selectedKeys().clear();
                receive();
                for (Runnable task; (task = tasks.poll()) != null; ) {
                    task.run();
                }
                fireTimers();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private void fireTimers() throws IOException {
        int fired = 0;
        for (Timer due; (due = timers.peek()) != null && due.at() <= clock.getAsLong(); ) {
            longestStall = Math.max(longestStall, clock.getAsLong() - due.at());
            timers.poll().task().run();
            if (++fired % BATCH == 0) {
                // A burst of timers must not let the socket overflow.
                receive();
            }
        }
    }

    private void receive() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            in.clear();
            var from = (InetSocketAddress) channel.receive(in);
            if (from == null) {
                return;
            }
            in.flip();
            int length = in.remaining();
            in.get(datagram, 0, length);
            receiver.received(datagram, length, from);
        }
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
        selector.close();
    }
}
