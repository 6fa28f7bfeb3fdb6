package io.ringdown.cluster;

import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.Lateness;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Finds out how long datagrams wait in a socket before they are handled: by sending some to oneself, which queue like all others. Whoever
 * stays behind for long should take nothing new; a pause is not that ({@link Lateness}). For one thread.
 */
final class Backlog implements BooleanSupplier {
    /** How often to send a probe, in microseconds. */
    static final long PERIOD = 100_000;

    private static final int MOST_UNDER_WAY = 64;
    private static final int MAGIC = 0x52444f50;
    private static final int LENGTH = 2 * Integer.BYTES + Long.BYTES;

    private final LongSupplier micros;
    private final long after;
    private final Deque<Long> underWay = new ArrayDeque<>();
    /** Null while nothing is watched. */
    private InetSocketAddress address;

    /** Who holds the address next gets what was sent to it. */
    private final int own = ThreadLocalRandom.current().nextInt();

    private boolean everReturned;
    private final Lateness lateness;

    /**
     * Nothing is late yet.
     *
     * @param micros the current time
     * @param t1Micros RFC 3261 timer T1: who waits longer has to ask again
     * @param afterMicros for how long datagrams must be late without a break
     */
    Backlog(LongSupplier micros, long t1Micros, long afterMicros) {
        this.micros = micros;
        lateness = new Lateness(Math.max(t1Micros, Lateness.LATE_AT_LEAST));
        after = afterMicros;
    }

    /** Sends probes from now on, by the loop's socket, while that is bound to the address. */
    void watch(EventLoop loop, InetSocketAddress itself) {
        address = itself;
        loop.execute(() -> sendProbe(loop));
    }

    private void sendProbe(EventLoop loop) {
        if (loop.bound()) {
            byte[] probe = probe();
            loop.send(probe, probe.length, address);
        } else {
            underWay.clear();
            lateness.forget();
        }
        loop.at(loop.epochMicros() + PERIOD, () -> sendProbe(loop));
    }

    /** Takes a datagram if it is of oneself. */
    boolean took(byte[] data, int length, InetSocketAddress from) {
        if (!from.equals(address)) {
            return false;
        }
        returned(data, length);
        return true;
    }

    /** A datagram to send to oneself now, every {@link #PERIOD}. */
    byte[] probe() {
        observe();
        long now = micros.getAsLong();
        if (underWay.size() == MOST_UNDER_WAY) {
            underWay.poll();
        }
        underWay.add(now);
        return ByteBuffer.allocate(LENGTH)
                .putInt(MAGIC)
                .putInt(own)
                .putLong(now)
                .array();
    }

    /** Takes what came from oneself. */
    void returned(byte[] data, int length) {
        ByteBuffer probe = ByteBuffer.wrap(data, 0, length);
        if (length != LENGTH || probe.getInt() != MAGIC || probe.getInt() != own) {
            return;
        }
        long sent = probe.getLong();
        everReturned = true;
        // None overtakes another: those before it are lost.
        while (!underWay.isEmpty() && underWay.peek() <= sent) {
            underWay.poll();
        }
        long now = micros.getAsLong();
        lateness.waited(now, now - sent);
    }

    private void observe() {
        if (everReturned && !underWay.isEmpty()) {
            long now = micros.getAsLong();
            lateness.waiting(now, now - underWay.peek());
        }
    }

    /** Whether datagrams have been late for too long. */
    @Override
    public boolean getAsBoolean() {
        observe();
        return lateness.behind() >= after;
    }
}
