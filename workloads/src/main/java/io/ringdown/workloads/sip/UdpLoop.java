package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.LongSupplier;

/** UDP from one address, which is the wire itself. */
public final class UdpLoop extends UdpSources implements Wire {
    private final Wire wire = wires().get(0);

    /** Binds the socket. IPv4, like the kernel's table of its drops. */
    public UdpLoop(InetSocketAddress address, LongSupplier clock) throws IOException {
        super(List.of(address), clock);
    }

    /** Starts the thread. */
    public void start(Receiver receiver) {
        start(List.of(receiver));
    }

    @Override
    public long nanos() {
        return wire.nanos();
    }

    /** {@inheritDoc} On the loop's thread, or before {@link #start}. */
    @Override
    public Timer at(long instant, Runnable task) {
        return wire.at(instant, task);
    }

    /** {@inheritDoc} On the loop's thread, or before {@link #start}. */
    @Override
    public Timer after(long start, long duration, Runnable task) {
        return wire.after(start, duration, task);
    }

    /** {@inheritDoc} On the loop's thread only. */
    @Override
    public void send(byte[] data, InetSocketAddress to) {
        wire.send(data, to);
    }

    @Override
    public InetSocketAddress local() {
        return wire.local();
    }
}
