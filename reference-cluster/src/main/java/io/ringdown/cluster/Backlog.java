package io.ringdown.cluster;

import io.ringdown.cluster.sip.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Finds out how long datagrams wait in a socket before they are handled: by sending some to oneself, which queue like all others. Whoever
 * stays behind for long should take nothing new. A pause (of the collector, of the machine, of a takeover) is not that: what gathered
 * meanwhile is late once, then things are as before; so the time in which nothing was observed counts for little. For one thread.
 */
final class Backlog implements BooleanSupplier {
    /** How often to send a probe, in microseconds. */
    static final long PERIOD = 100_000;

    /** Datagrams later than this are late, whatever T1 is: machines that test at a short T1 pause no shorter. */
    private static final long LATE_AT_LEAST = 500_000;

    private static final long COUNTED_AT_MOST = 2 * PERIOD;
    private static final int MOST_UNDER_WAY = 64;
    private static final int MAGIC = 0x52444f50;
    private static final int LENGTH = Integer.BYTES + Long.BYTES;
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier micros;
    private final long late;
    private final long after;
    private final Deque<Long> underWay = new ArrayDeque<>();
    /** Null while nothing is watched. */
    private InetSocketAddress address;

    private boolean everReturned;
    private long lastLate = NEVER;
    private long behind;

    /**
     * Nothing is late yet.
     *
     * @param micros the current time
     * @param t1Micros RFC 3261 timer T1: who waits longer has to ask again
     * @param afterMicros for how long datagrams must be late without a break
     */
    Backlog(LongSupplier micros, long t1Micros, long afterMicros) {
        this.micros = micros;
        late = Math.max(t1Micros, LATE_AT_LEAST);
        after = afterMicros;
    }

    /** Sends probes from now on, by the loop's socket, which is bound to that address. */
    void watch(EventLoop loop, InetSocketAddress own) {
        address = own;
        loop.execute(() -> sendProbe(loop));
    }

    private void sendProbe(EventLoop loop) {
        byte[] probe = probe();
        loop.send(probe, probe.length, address);
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
        return ByteBuffer.allocate(LENGTH).putInt(MAGIC).putLong(now).array();
    }

    /** Takes what came from oneself. */
    void returned(byte[] data, int length) {
        if (length != LENGTH || ByteBuffer.wrap(data).getInt() != MAGIC) {
            return;
        }
        long sent = ByteBuffer.wrap(data, Integer.BYTES, Long.BYTES).getLong();
        everReturned = true;
        // None overtakes another: those before it are lost.
        while (!underWay.isEmpty() && underWay.peek() <= sent) {
            underWay.poll();
        }
        if (micros.getAsLong() - sent > late) {
            countLate();
        } else {
            lastLate = NEVER;
            behind = 0;
        }
    }

    private void observe() {
        if (everReturned && !underWay.isEmpty() && micros.getAsLong() - underWay.peek() > late) {
            countLate();
        }
    }

    private void countLate() {
        long now = micros.getAsLong();
        if (lastLate != NEVER) {
            behind += Math.min(now - lastLate, COUNTED_AT_MOST);
        }
        lastLate = now;
    }

    /** Whether datagrams have been late for too long. */
    @Override
    public boolean getAsBoolean() {
        observe();
        return behind >= after;
    }
}
