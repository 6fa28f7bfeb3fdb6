package io.ringdown.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Time that passes only by waiting. */
final class FakePace implements Pace {
    private final Deque<Runnable> whileWaiting = new ArrayDeque<>();
    private long now = 1_000_000_000;
    /** How long each look at the victims takes at least. */
    long step;

    /** Something that happens during the next wait for an instant. */
    void whileWaiting(Runnable happening) {
        whileWaiting.add(happening);
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void until(long runNanos) {
        if (!whileWaiting.isEmpty()) {
            whileWaiting.remove().run();
        }
        now = Math.max(now, runNanos);
    }

    @Override
    public void pause(Duration duration) {
        now += Math.max(step, duration.toNanos());
    }
}
