package io.ringdown.workloads.sip;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A loop over several sockets by a selector. A key's attachment is what to do when it is ready. */
abstract class SelectingLoop implements WireLoop {
    /** Of timers or datagrams, before the others have their turn. */
    static final int BATCH = 64;

    private static final long MILLI = 1_000_000;
    private static final int LONGEST_WAIT_MILLIS = 100;

    /** What to do about a socket that is ready. */
    interface Ready {
        void act(SelectionKey key) throws IOException;
    }

    final Selector selector;
    private final LongSupplier clock;
    private final Timers timers = new Timers();
    private final Thread thread = new Thread(this::run, "calls");
    private List<? extends Receiver> receivers = List.of();
    private volatile boolean closed;
    private volatile Throwable failure;
    private volatile long longestStall;
    private volatile long sendErrors;

    SelectingLoop(LongSupplier clock) throws IOException {
        this.clock = clock;
        selector = Selector.open();
        thread.setDaemon(true);
    }

    @Override
    public void start(List<? extends Receiver> receivers) {
        this.receivers = List.copyOf(receivers);
        thread.start();
    }

    Receiver receiver(int source) {
        return receivers.get(source);
    }

    long nanos() {
        return clock.getAsLong();
    }

    Wire.Timer at(long instant, Runnable task) {
        return timers.at(instant, clock.getAsLong(), task);
    }

    Wire.Timer after(long start, long duration, Runnable task) {
        return timers.after(start, duration, clock.getAsLong(), task);
    }

    /** A socket is read for as long as it is asked to, and then again after the others. */
    private void run() {
        try {
            begin();
            while (!closed) {
                Timers.Due next = timers.peek();
                long wait = next == null ? LONGEST_WAIT_MILLIS * MILLI : next.at - clock.getAsLong();
                if (wait <= 0) {
                    selector.selectNow();
                } else {
                    selector.select(Math.min(LONGEST_WAIT_MILLIS, (wait + MILLI - 1) / MILLI));
                }
                var ready = new ArrayList<>(selector.selectedKeys());
                selector.selectedKeys().clear();
                for (SelectionKey key : ready) {
                    if (key.isValid()) {
                        ((Ready) key.attachment()).act(key);
                    }
                }
                fireTimers();
                turnEnded();
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

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

    /** On the loop's thread, before all else. */
    void begin() throws IOException {
        // some have nothing to begin
    }

    /** What was ready has been worked off, and a batch of timers. */
    void turnEnded() throws IOException {
        // some keep nothing for the end
    }

    final void countSendError() {
        sendErrors++;
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

    final boolean closed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closing();
        closed = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** The last that is done before the thread ends; not on it. */
    void closing() {
        // some have nothing to note
    }
}
