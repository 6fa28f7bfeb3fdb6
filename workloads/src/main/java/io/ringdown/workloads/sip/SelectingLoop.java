package io.ringdown.workloads.sip;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A loop over one or several sockets by a selector. A key's attachment is what to do when it is ready. */
abstract class SelectingLoop implements WireLoop {
    /** Of timers or datagrams, before the others have their turn. */
    static final int BATCH = 64;

    private static final long MILLI = 1_000_000;
    private static final int LONGEST_WAIT_MILLIS = 100;
    /** What a sleep is late by itself. */
    private static final long SHORTEST_WAIT = 50_000;

    private static final int MOST_UNSELECTED = 16;

    /** What to do about a socket that is ready. */
    interface Ready {
        void act(SelectionKey key) throws IOException;
    }

    final Selector selector;
    private final LongSupplier clock;
    private final Timers timers = new Timers();
    private final Thread thread = new Thread(this::run, "calls");
    private final Alarm alarm;
    private List<? extends Receiver> receivers = List.of();
    private boolean realTime;
    private volatile boolean closed;
    private volatile Throwable failure;
    private volatile long longestStall;
    private volatile long sendErrors;

    SelectingLoop(LongSupplier clock) throws IOException {
        this.clock = clock;
        selector = Selector.open();
        alarm = new Alarm(clock, selector::wakeup);
        thread.setDaemon(true);
    }

    @Override
    public void start(List<? extends Receiver> receivers) {
        this.receivers = List.copyOf(receivers);
        thread.start();
    }

    @Override
    public final void inRealTime() throws IOException {
        String refusal = RealTime.refusal();
        if (!refusal.isEmpty()) {
            close();
            throw RealTime.refused(refusal);
        }
        realTime = true;
    }

    Receiver receiver(int source) {
        return receivers.get(source);
    }

    long now() {
        return clock.getAsLong();
    }

    Wire.Timer fireAt(long instant, Runnable task) {
        return timers.at(instant, clock.getAsLong(), task);
    }

    Wire.Timer fireAfter(long start, long duration, Runnable task) {
        return timers.after(start, duration, clock.getAsLong(), task);
    }

    private void run() {
        alarm.start(realTime);
        try {
            if (realTime) {
                RealTime.take();
            }
            begin();
            for (int unselected = 0; !closed; ) {
                boolean more = unselected < MOST_UNSELECTED && readOn();
                unselected = more ? unselected + 1 : 0;
                if (!more) {
                    select();
                }
                fireTimers();
                turnEnded();
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            alarm.close();
        }
    }

    /** Waits until a socket is ready or a timer due, and does what the sockets want. */
    private void select() throws IOException {
        Timers.Due next = timers.peek();
        long wait = next == null ? LONGEST_WAIT_MILLIS * MILLI : next.at - clock.getAsLong();
        if (wait < SHORTEST_WAIT) {
            selector.selectNow();
        } else if (wait < MILLI) {
            alarm.set(next.at);
            selector.select(1);
            alarm.clear();
        } else {
            // Rather too early than too late: the alarm has the rest.
            selector.select(Math.min(LONGEST_WAIT_MILLIS, wait / MILLI));
        }
        if (selector.selectedKeys().isEmpty()) {
            return;
        }
        var ready = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            if (key.isValid()) {
                ((Ready) key.attachment()).act(key);
            }
        }
    }

    /**
     * Reads sockets without asking which are ready, because in the last turn some were; for a number of turns, then all are asked for again.
     *
     * @return whether anything came
     */
    boolean readOn() throws IOException {
        return false;
    }

    /** A burst of timers must not let the sockets overflow: at most a batch at a time. */
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

    final void countSendErrors(int messages) {
        sendErrors += messages;
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
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closing();
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** The thread has ended, and the sockets are still there. */
    void closing() {
        // some have nothing to note
    }
}
