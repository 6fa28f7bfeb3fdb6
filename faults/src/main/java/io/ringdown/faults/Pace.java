package io.ringdown.faults;

import io.ringdown.record.RunClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The injector's time: a run's clock and the waiting for it. */
interface Pace {
    /** Run nanos. */
    long nanos();

    /** Returns at the instant, as exactly as can be, or at once if it has passed. */
    void until(long runNanos) throws InterruptedException;

    /** Waits so long before looking again. */
    void pause(Duration duration);

    /** The pace of a run. */
    static Pace of(RunClock clock) {
        return new Pace() {
            private static final long SPIN_NANOS = 500_000;

            @Override
            public long nanos() {
                return clock.nanos();
            }

            @Override
            public void until(long runNanos) throws InterruptedException {
                long left;
                while ((left = runNanos - clock.nanos()) > 0) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("interrupted before the fault");
                    }
                    if (left > SPIN_NANOS) {
                        LockSupport.parkNanos(left - SPIN_NANOS);
                    } else {
                        Thread.onSpinWait();
                    }
                }
            }

            @Override
            public void pause(Duration duration) {
                LockSupport.parkNanos(duration.toNanos());
            }
        };
    }
}
