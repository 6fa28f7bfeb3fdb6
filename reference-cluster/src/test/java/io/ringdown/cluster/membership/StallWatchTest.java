package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private final AtomicLong clock = new AtomicLong(5);
    private final AtomicInteger stalls = new AtomicInteger();
    private final StallWatch watch = new StallWatch(clock::get, 100, stalls::incrementAndGet);

    @Test
    void countsFromTheFirstCall() {
        clock.set(10_000);
        assertThat(watch.steady()).isTrue();
    }

    @Test
    void isSteadyWhileCalledInTime() {
        for (int i = 0; i < 10; i++) {
            clock.addAndGet(100);
            assertThat(watch.steady()).isTrue();
        }
    }

    @Test
    void tellsAStandstillOnceAndNeverTrustsAgain() {
        watch.steady();
        clock.addAndGet(101);
        assertThat(watch.steady()).isFalse();
        assertThat(watch.steady()).isFalse();
        assertThat(stalls).hasValue(1);
    }
}
