package io.ringdown.harness.hosts.remote;

import io.ringdown.record.ClockOffset;
import io.ringdown.record.RunClock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/**
 * What another machine's clocks showed, look by look. A look is off by up to half of the time it took; with its age that grows by what two clocks drift
 * apart.
 */
final class ClockLooks {
    /** As RFC 5905 (section 7.1) takes it to be at most, 15 ppm, and a good deal more: clocks of virtual machines are worse. */
    private static final double DRIFT = 100e-6;

    private static final int KEPT = 64;

    /**
     * @param at {@link System#nanoTime} here
     * @param nanos how far its monotonic clock was ahead of this machine's
     * @param wallMicros how far its wall clock was ahead of this machine's
     */
    private record Look(long at, long nanos, long wallMicros, long uncertainty) {
        double now(long now) {
            return uncertainty + (now - at) * DRIFT;
        }

        /** Whether both can have shown one clock that has not jumped in between. */
        boolean agreesWith(Look later) {
            return Math.abs(nanos - later.nanos) <= now(later.at) + later.uncertainty;
        }
    }

    private final Deque<Look> looks = new ArrayDeque<>();

    synchronized void add(long asked, long answered, long nanos, long wallMicros) {
        long half = (answered - asked) / 2;
        long between = asked + half;
        RunClock here = RunClock.startingNow();
        long wallHere = here.toEpochMicros(between - here.originNanos());
        var look = new Look(between, nanos - between, wallMicros - wallHere, half);
        // A virtual machine that stood still, as when it is moved, has another clock since.
        looks.removeIf(earlier -> !earlier.agreesWith(look));
        looks.addLast(look);
        if (looks.size() > KEPT) {
            looks.removeFirst();
        }
    }

    /** The best that is known now, against {@link System#nanoTime}. */
    synchronized ClockOffset offset() {
        long now = System.nanoTime();
        Look best = best(now);
        return new ClockOffset(best.at(), best.nanos(), Math.round(best.now(now)));
    }

    synchronized long wallMicros() {
        return looks.isEmpty() ? 0 : best(System.nanoTime()).wallMicros();
    }

    private Look best(long now) {
        return looks.stream()
                .min(Comparator.comparingDouble(look -> look.now(now)))
                .orElseThrow(() -> new IllegalStateException("no look at the clock yet"));
    }
}
