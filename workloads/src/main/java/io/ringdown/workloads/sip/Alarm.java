package io.ringdown.workloads.sip;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Wakes a loop at an instant within the millisecond that a selector cannot part: a thread's sleep is true to some 60 us. */
final class Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier clock;
    private final Runnable wake;
    private final Thread thread = new Thread(this::run, "alarm");
    /** When it is to ring, or {@link #NEVER}; set by the loop, and by this thread once it has rung. */
    private volatile long due = NEVER;

    private boolean realTime;
    private volatile boolean closed;

    /** @param wake what it does when it rings, on a thread of its own */
    Alarm(LongSupplier clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
        thread.setDaemon(true);
    }

    /** @param inRealTime whether it goes before threads of usual scheduling, as the loop does */
    void start(boolean inRealTime) {
        realTime = inRealTime;
        thread.start();
    }

    /** To ring at an instant, and no more at the one before. */
    void set(long instant) {
        due = instant;
        LockSupport.unpark(thread);
    }

    /** Not to ring. Its thread is left to see that by itself. */
    void clear() {
        due = NEVER;
    }

    private void run() {
        if (realTime) {
            takeRealTime();
        }
        while (!closed) {
            long at = due;
            long wait = at == NEVER ? NEVER : at - clock.getAsLong();
            if (at == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else {
                due = NEVER;
                wake.run();
            }
        }
    }

    private static void takeRealTime() {
        try {
            RealTime.take();
        } catch (IOException e) {
            // It rings all the same; the loop, which may no more than this, fails and says so.
        }
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
