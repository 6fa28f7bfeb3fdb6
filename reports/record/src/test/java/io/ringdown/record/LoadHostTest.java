package io.ringdown.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadHostTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void whatLiesWithinTheErrorOfMeasuringIsNoDrift() {
        LoadHost host = host(new ClockOffset(0, 7_000, 30_000), new ClockOffset(60 * SECOND, 27_000, 30_000));

        assertThat(host.runNanos(30 * SECOND)).isEqualTo(30 * SECOND);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(50_000);
    }

    /** 3 ms in a minute: half of them after half a minute. */
    @Test
    void aClockThatRunsFastIsSetBackEvenly() {
        LoadHost host = host(new ClockOffset(0, 0, 30_000), new ClockOffset(60 * SECOND, 3_000_000, 40_000));

        assertThat(host.runNanos(30 * SECOND)).isEqualTo(30 * SECOND - 1_500_000);
        assertThat(host.runNanos(0)).isZero();
        assertThat(host.runNanos(Operation.NONE)).isEqualTo(Operation.NONE);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(40_000);
    }

    @Test
    void aClockThatCouldNotBeAskedAgainMayHaveDrifted() {
        LoadHost host = host(new ClockOffset(0, 0, 30_000), null);

        assertThat(host.runNanos(30 * SECOND)).isEqualTo(30 * SECOND);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(30_000 + 3_000_000);
    }

    private static LoadHost host(ClockOffset before, ClockOffset after) {
        return new LoadHost("load-1", 0, 2, List.of(), 0, before, after, "", true, null);
    }
}
