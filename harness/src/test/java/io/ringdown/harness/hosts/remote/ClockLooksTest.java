package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.ClockOffset;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClockLooksTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClockLooks looks = new ClockLooks();
    private final long now = System.nanoTime();

    @Test
    void theQuickestLookCounts() {
        look(now - SECOND, MILLI / 10, 5 * SECOND);
        look(now - SECOND / 2, 20 * MILLI, 5 * SECOND + 9 * MILLI);

        ClockOffset offset = looks.offset();
        assertThat(offset.nanos()).isEqualTo(5 * SECOND);
        assertThat(offset.uncertainty()).isBetween(MILLI / 20, MILLI);
    }

    /** As one does whose virtual machine stood still for a while: a look from before is quick, and of another clock. */
    @Test
    void aClockThatHasJumpedSinceIsNotToldByTheLooksBefore() {
        look(now - SECOND, MILLI / 10, 5 * SECOND);
        look(now - SECOND / 2, 4 * MILLI, 5 * SECOND - 200 * MILLI);

        ClockOffset offset = looks.offset();
        assertThat(offset.nanos()).isEqualTo(5 * SECOND - 200 * MILLI);
        assertThat(offset.uncertainty()).isGreaterThanOrEqualTo(2 * MILLI);
    }

    /** @param ahead of the answer, read off halfway */
    private void look(long asked, long took, long ahead) {
        looks.add(asked, asked + took, asked + took / 2 + ahead, 0);
    }
}
