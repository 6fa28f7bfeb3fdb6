package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A socket's queue on a clock that is turned by hand. */
class BacklogTest {
    private static final long MILLI = 1_000;

    private record Queued(byte[] probe, long sent) {}

    private long now = 1_000_000_000L;
    private final Deque<Queued> queue = new ArrayDeque<>();
    private final Backlog backlog = new Backlog(() -> now, 500 * MILLI, 2_000 * MILLI);

    /** Lets time pass in which probes are sent, and handled once they have waited so long. Whether it ever was too long. */
    private boolean pass(long millis, long waitMillis) {
        boolean tooLong = false;
        for (long end = now + millis * MILLI; now < end; now += Backlog.PERIOD) {
            queue.add(new Queued(backlog.probe(), now));
            while (!queue.isEmpty() && now - queue.peek().sent >= waitMillis * MILLI) {
                byte[] probe = queue.poll().probe;
                backlog.returned(probe, probe.length);
            }
            tooLong |= backlog.getAsBoolean();
        }
        return tooLong;
    }

    @Test
    void refusesAfterTheTimeForWhichAllWasLateAndNotBefore() {
        assertThat(pass(10_000, 400)).isFalse();
        pass(100, 0);
        // The first of them is late after half a second.
        assertThat(pass(2_400, 1_000)).isFalse();
        assertThat(pass(500, 1_000)).isTrue();
        assertThat(pass(10_000, 3_000)).isTrue();
    }

    @Test
    void takesCallsAgainAsSoonAsItIsNoLongerBehind() {
        pass(1_000, 0);
        assertThat(pass(5_000, 1_000)).isTrue();
        pass(Backlog.PERIOD / MILLI, 0);
        assertThat(backlog.getAsBoolean()).isFalse();
        assertThat(pass(2_000, 1_000)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {200, 1_000, 5_000, 60_000})
    void aPauseIsNoOverload(long millis) {
        pass(1_000, 0);
        for (int pause = 0; pause < 20; pause++) {
            // Nothing runs, then what gathered is worked off within a second.
            now += millis * MILLI;
            assertThat(pass(1_000, 600)).isFalse();
            assertThat(pass(300, 0)).isFalse();
        }
    }

    @Test
    void probesThatGetLostInAFullSocketCountAsLate() {
        pass(1_000, 0);
        assertThat(pass(5_000, 1_000_000)).isTrue();
        queue.clear();
        pass(200, 0);
        assertThat(backlog.getAsBoolean()).isFalse();
    }

    @Test
    void whereProbesNeverReturnNothingIsKnown() {
        assertThat(pass(60_000, 1_000_000)).isFalse();
    }

    @Test
    void whatIsNoProbeSaysNothing() {
        pass(1_000, 0);
        assertThat(pass(5_000, 1_000)).isTrue();
        backlog.returned(new byte[12], 12);
        backlog.returned(new byte[0], 0);
        assertThat(backlog.getAsBoolean()).isTrue();
    }
}
