package io.ringdown.harness.hosts.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * What has come through a {@link Tunnel} and is not read yet. Whoever brings it never waits: it is the jump's connection, and would keep all others from
 * what has come for them. How much may lie here is bounded by the windows of the connection that reads it (RFC 4254 section 5.2).
 */
final class Arrivals extends OutputStream {
    private final Deque<ByteBuffer> unread = new ArrayDeque<>();
    private int patienceMillis;
    private boolean ended;

    /** How long a reader waits; 0: for ever. */
    synchronized void setPatience(int millis) {
        patienceMillis = millis;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        unread.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + length)));
        notifyAll();
    }

    /** Nothing more comes. */
    @Override
    public synchronized void close() {
        ended = true;
        notifyAll();
    }

    InputStream reader() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return Arrivals.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                return Arrivals.this.read(into, at, most);
            }
        };
    }

    private synchronized int read(byte[] into, int at, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        await();
        ByteBuffer first = unread.peek();
        if (first == null) {
            return -1;
        }
        int taken = Math.min(most, first.remaining());
        first.get(into, at, taken);
        if (!first.hasRemaining()) {
            unread.remove();
        }
        return taken;
    }

    private synchronized void await() throws IOException {
        long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        while (unread.isEmpty() && !ended) {
            long left = patienceMillis == 0 ? Long.MAX_VALUE : giveUp - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            try {
                // Not less than a millisecond, since 0 is for ever.
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }
}
