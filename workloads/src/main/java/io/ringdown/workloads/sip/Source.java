package io.ringdown.workloads.sip;

import java.net.InetSocketAddress;

/** One of the addresses that a loop sends from. */
abstract class Source implements Wire {
    private final SelectingLoop loop;
    private final InetSocketAddress local;

    Source(SelectingLoop loop, InetSocketAddress local) {
        this.loop = loop;
        this.local = local;
    }

    @Override
    public long nanos() {
        return loop.now();
    }

    /** {@inheritDoc} On the loop's thread, or before it starts. */
    @Override
    public Timer at(long instant, Runnable task) {
        return loop.fireAt(instant, task);
    }

    /** {@inheritDoc} On the loop's thread, or before it starts. */
    @Override
    public Timer after(long start, long duration, Runnable task) {
        return loop.fireAfter(start, duration, task);
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }
}
