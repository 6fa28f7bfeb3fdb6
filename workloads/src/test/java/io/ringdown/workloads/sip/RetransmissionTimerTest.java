package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 3261 sections 17.1.1.2 and 17.1.2.2, in half seconds: the unit is T1. */
class RetransmissionTimerTest {
    private static final long T1 = Duration.ofMillis(500).toNanos();

    @Test
    void timerADoubles() {
        assertThat(sends(new RetransmissionTimer(T1, true), 64)).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 63L);
    }

    @Test
    void timerEDoublesUpToT2() {
        assertThat(sends(new RetransmissionTimer(T1, false), 64))
                .containsExactly(0L, 1L, 3L, 7L, 15L, 23L, 31L, 39L, 47L, 55L, 63L);
    }

    @Test
    void timerEStandsAtT2AfterA1xx() {
        // It comes 2 T1 after the first send: the timer that runs then, from 1 T1 to 3 T1, is the last short one.
        assertThat(sends(new RetransmissionTimer(T1, false), 2))
                .containsExactly(0L, 1L, 3L, 11L, 19L, 27L, 35L, 43L, 51L, 59L);
    }

    @Test
    void timersBAndFAre64T1() {
        assertThat(new RetransmissionTimer(T1, true).timeout())
                .isEqualTo(Duration.ofSeconds(32).toNanos());
        assertThat(new RetransmissionTimer(T1, false).timeout())
                .isEqualTo(Duration.ofSeconds(32).toNanos());
    }

    /** Instants of all sends, in T1, of a request that gets at most a 1xx. */
    private static List<Long> sends(RetransmissionTimer timer, long provisionalAfter) {
        var sends = new ArrayList<Long>();
        sends.add(0L);
        long wait = timer.first();
        for (long at = wait; at < timer.timeout(); at += wait) {
            sends.add(at / T1);
            wait = timer.next(wait, at >= provisionalAfter * T1);
        }
        return sends;
    }
}
