package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * UDP from one or several addresses on one thread: unconnected sockets (a connected one would be told of a dead peer and skip its
 * retransmissions, RFC 3261 section 18.4).
 */
public class UdpSources extends SelectingLoop {
    private static final int BUFFER = 8 << 20;

    private final List<Wire> wires = new ArrayList<>();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final List<InetSocketAddress> locals = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65_535);
    private final ByteBuffer out = ByteBuffer.allocateDirect(65_535);
    /** Of each source, what waits to leave together; empty: nothing waits. */
    private final List<Batches> batches = new ArrayList<>();

    private final byte[] datagram = new byte[65_535];
    /** Null until the loop has ended, and its sockets are to go. */
    private volatile Long finalKernelDrops;

    /** Whether something came in the last turn. */
    private boolean busy;

    /** Binds a socket to each address. IPv4, like the kernel's table of its drops. */
    public UdpSources(List<InetSocketAddress> addresses, LongSupplier clock) throws IOException {
        super(clock);
        for (InetSocketAddress address : addresses) {
            var channel = DatagramChannel.open(StandardProtocolFamily.INET);
            try {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
                channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
                channel.bind(address);
                channel.configureBlocking(false);
            } catch (IOException e) {
                channel.close();
                close();
                throw new IOException("UDP " + address + " cannot be bound: " + e.getMessage(), e);
            }
            int source = wires.size();
            channel.register(selector, SelectionKey.OP_READ, (Ready) key -> busy |= receive(channel, source));
            channels.add(channel);
            var local = (InetSocketAddress) channel.getLocalAddress();
            locals.add(local);
            wires.add(new Source(this, local) {
                @Override
                public void send(byte[] data, InetSocketAddress to) {
                    if (batches.isEmpty()) {
                        UdpSources.this.send(channel, data, to);
                    } else {
                        batches.get(source).add(data, to);
                    }
                }
            });
        }
    }

    @Override
    public final List<Wire> wires() {
        return List.copyOf(wires);
    }

    /** {@inheritDoc} By the kernel's segmentation of UDP; without it they leave one by one. */
    @Override
    public final void sendTogether() {
        for (int source = 0; source < channels.size(); source++) {
            SegmentSize size = segmentSize(locals.get(source));
            if (size == null) {
                batches.clear();
                return;
            }
            batches.add(new Batches(channels.get(source), size, this::countSendErrors));
        }
    }

    /** Null also where the library is not at hand by which it is set, as on a load host elsewhere, whose calls never leave together. */
    private static SegmentSize segmentSize(InetSocketAddress socket) {
        try {
            return SegmentSize.of(socket);
        } catch (LinkageError e) {
            return null;
        }
    }

    @Override
    final void turnEnded() {
        for (int source = 0; source < batches.size(); source++) {
            batches.get(source).flush();
        }
    }

    private void send(DatagramChannel channel, byte[] data, InetSocketAddress to) {
        out.clear().put(data).flip();
        try {
            if (channel.send(out, to) == 0) {
                countSendErrors(1);
            }
        } catch (IOException e) {
            countSendErrors(1);
        }
    }

    @Override
    final boolean readOn() throws IOException {
        if (busy) {
            busy = false;
            for (int source = 0; source < channels.size(); source++) {
                busy |= receive(channels.get(source), source);
            }
        }
        return busy;
    }

    /** Whether anything came. */
    private boolean receive(DatagramChannel channel, int source) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            in.clear();
            var from = (InetSocketAddress) channel.receive(in);
            if (from == null) {
                return i > 0;
            }
            in.flip();
            int length = in.remaining();
            in.get(datagram, 0, length);
            receiver(source).received(datagram, length, from);
        }
        return true;
    }

    @Override
    public final long kernelDrops() {
        Long last = finalKernelDrops;
        return last == null ? drops() : last;
    }

    /** The sum; unknown as soon as one of them is. */
    private long drops() {
        long sum = 0;
        for (InetSocketAddress local : locals) {
            long drops = KernelDrops.of(local);
            if (drops == KernelDrops.UNKNOWN) {
                return KernelDrops.UNKNOWN;
            }
            sum += drops;
        }
        return sum;
    }

    @Override
    final void closing() {
        finalKernelDrops = drops();
    }
}
