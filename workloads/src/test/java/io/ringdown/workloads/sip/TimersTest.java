package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
    private record Expected(long at, int set) {}

    private final Timers timers = new Timers();

    /** Some at instants, some after durations, of which the clock's own jitter disturbs the order; more durations than have a queue. */
    @Test
    void fireInOrderOfInstantsAndThenOfSettingHoweverTheyWereSet() {
        var random = new Random(1);
        var expected = new ArrayList<Expected>();
        var fired = new ArrayList<Expected>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(3);
            long start = now - random.nextInt(10) + (random.nextInt(50) == 0 ? 20 : 0);
            long duration = 100 * (1 + random.nextInt(25));
            var one = new Expected(start + duration, i);
            if (random.nextInt(4) == 0) {
                timers.at(one.at, now, () -> fired.add(one));
            } else {
                timers.after(start, duration, now, () -> fired.add(one));
            }
            expected.add(one);
            fire(now, fired);
        }
        fire(Long.MAX_VALUE, fired);
        expected.sort(Comparator.comparingLong(Expected::at).thenComparingInt(Expected::set));
        assertThat(fired).isEqualTo(expected);
    }

    private void fire(long now, List<Expected> fired) {
        for (Timers.Due due; (due = timers.peek()) != null && due.at <= now; ) {
            timers.remove(due);
            int before = fired.size();
            due.task().run();
            assertThat(fired).hasSize(before + 1);
        }
    }

    @Test
    void whatIsCancelledHoldsOnToNothing() {
        Timers.Due due = timers.after(0, 64, 0, () -> {
            throw new AssertionError("cancelled");
        });
        due.cancel();
        assertThat(due.task()).isNull();
        assertThat(timers.peek()).isNull();
    }

    @Test
    void anyOfAQueueCanBeCancelledAndMoreThanOnce() {
        var random = new Random(2);
        var fired = new ArrayList<Expected>();
        var expected = new ArrayList<Expected>();
        for (int i = 0; i < 10_000; i++) {
            var one = new Expected(i + 50, i);
            Timers.Due due = timers.after(i, 50, i, () -> fired.add(one));
            if (random.nextInt(3) > 0) {
                due.cancel();
                due.cancel();
            } else {
                expected.add(one);
            }
            fire(i, fired);
        }
        fire(Long.MAX_VALUE, fired);
        assertThat(fired).isEqualTo(expected);
    }
}
