package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The caller's one thread: an unconnected UDP socket (a connected one would be told of a dead peer and skip its retransmissions,
 * RFC 3261 section 18.4) and timers at absolute instants of the run's clock.
 */
public final class UdpLoop implements Wire, WireLoop {
    private static final int BATCH = 64;
    private static final long MILLI = 1_000_000;
    private static final int LONGEST_WAIT_MILLIS = 100;

    private final LongSupplier clock;
    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final Selector selector;
    private final Timers timers = new Timers();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_535);
    private final ByteBuffer out = ByteBuffer.allocateDirect(65_535);
    private final byte[] datagram = new byte[65_535];
    private final Thread thread;
    private Receiver receiver;
    private volatile boolean closed;
    private volatile Throwable failure;
    private volatile long longestStall;
    private volatile long sendErrors;
    private volatile long finalKernelDrops;

    /** Binds the socket. IPv4, like the kernel's table of its drops. */
    public UdpLoop(InetSocketAddress address, LongSupplier clock) throws IOException {
        this.clock = clock;
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 8 << 20);
        channel.bind(address);
        channel.configureBlocking(false);
        local = (InetSocketAddress) channel.getLocalAddress();
        selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        thread = new Thread(this::run, "calls");
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start(Receiver receiver) {
        this.receiver = receiver;
        thread.start();
    }

    @Override
    public List<Wire> wires() {
        return List.of(this);
    }

    @Override
    public void start(List<? extends Receiver> receivers) {
        start(receivers.get(0));
    }

    @Override
    public long nanos() {
        return clock.getAsLong();
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    /** {@inheritDoc} On the loop's thread, or before {@link #start}. */
    @Override
    public Timer at(long instant, Runnable task) {
        return timers.at(instant, clock.getAsLong(), task);
    }

    /** {@inheritDoc} On the loop's thread, or before {@link #start}. */
    @Override
    public Timer after(long start, long duration, Runnable task) {
        return timers.after(start, duration, clock.getAsLong(), task);
    }

    /** {@inheritDoc} On the loop's thread only. */
    @Override
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

    @Override
    public long sendErrors() {
        return sendErrors;
    }

    @Override
    public long longestStall() {
        return longestStall;
    }

    @Override
    public Throwable failure() {
        return failure;
    }

    @Override
    public long kernelDrops() {
        return closed ? finalKernelDrops : KernelDrops.of(local);
    }

    private void run() {
        try {
            while (!closed) {
                Timers.Due next = timers.peek();
                long wait = next == null ? LONGEST_WAIT_MILLIS * MILLI : next.at - clock.getAsLong();
                if (wait <= 0) {
                    selector.selectNow();
                } else {
                    selector.select(Math.min(LONGEST_WAIT_MILLIS, (wait + MILLI - 1) / MILLI));
                }
                selector.selectedKeys().clear();
                receive();
                fireTimers();
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** A burst of timers must not let the socket overflow: at most a batch at a time. */
    private void fireTimers() {
        for (int fired = 0; fired < BATCH; ) {
            Timers.Due due = timers.peek();
            long now = clock.getAsLong();
            if (due == null || due.at > now) {
                return;
            }
            timers.remove(due);
            if (due.task() != null) {
                longestStall = Math.max(longestStall, now - due.due);
                due.task().run();
                fired++;
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
    }

    /** Ends the thread and lets the socket go. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        finalKernelDrops = KernelDrops.of(local);
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
