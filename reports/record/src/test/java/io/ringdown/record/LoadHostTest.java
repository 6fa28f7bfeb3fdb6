package io.ringdown.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadHostTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void whatLiesWithinTheErrorOfMeasuringIsNoDrift() {
        LoadHost host = host(new ClockOffset(0, 7_000, 30_000), new ClockOffset(60 * SECOND, 27_000, 30_000));

        assertThat(host.clock().runNanos(30 * SECOND)).isEqualTo(30 * SECOND);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(50_000);
    }

    /** 3 ms in a minute: half of them after half a minute, if it went evenly, which nobody has seen. */
    @Test
    void aClockThatRunsFastIsSetBackEvenly() {
        LoadHost host = host(new ClockOffset(0, 0, 30_000), new ClockOffset(60 * SECOND, 3_000_000, 40_000));

        assertThat(host.clock().runNanos(30 * SECOND + 1_500_000)).isEqualTo(30 * SECOND);
        assertThat(host.clock().runNanos(0)).isZero();
        assertThat(host.clock().runNanos(Operation.NONE)).isEqualTo(Operation.NONE);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(40_000 + 3_000_000);
    }

    /** Set right by 300 ms at a twelfth, beginning after 20 s, and back again after 40: before and after the calls it shows the same. */
    @Test
    void aClockThatIsSetRightMeanwhileIsFollowed() {
        var looks = new ArrayList<ClockOffset>();
        for (int second = 1; second < 60; second++) {
            looks.add(new ClockOffset(second * SECOND, gained(second * SECOND), 30_000));
        }
        LoadHost followed = host(new ClockOffset(0, 0, 30_000), looks, new ClockOffset(60 * SECOND, 0, 30_000));

        for (long at = 0; at < 60 * SECOND; at += SECOND / 10) {
            long recorded = at + gained(at);
            long error = Math.abs(followed.clock().runNanos(recorded) - at);
            assertThat(error).isLessThanOrEqualTo(followed.uncertainty(at));
            assertThat(followed.runNanos(followed.shown(at)) - at)
                    .as("what it is told is meant for then")
                    .isBetween(-2L, 2L);
        }
        assertThat(followed.uncertainty(30 * SECOND)).as("once it is right").isEqualTo(30_000);
        assertThat(followed.uncertainty(21_500_000_000L)).as("meanwhile").isGreaterThan(80_000_000);
    }

    private static long gained(long at) {
        long most = 300_000_000;
        long there = Math.max(0, at - 20 * SECOND) / 12;
        long back = Math.max(0, at - 40 * SECOND) / 12;
        return Math.min(most, there) - Math.min(most, back);
    }

    @Test
    void aClockThatCouldNotBeAskedAgainMayHaveDrifted() {
        LoadHost host = host(new ClockOffset(0, 0, 30_000), null);

        assertThat(host.clock().runNanos(30 * SECOND)).isEqualTo(30 * SECOND);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(30_000 + 3_000_000);
    }

    /** Of a load host that died there are looks until then. */
    @Test
    void aClockIsKnownAsLongAsItWasAsked() {
        LoadHost host =
                host(new ClockOffset(0, 0, 30_000), List.of(new ClockOffset(29 * SECOND, 400_000, 50_000)), null);

        assertThat(host.clock().runNanos(30 * SECOND)).isEqualTo(30 * SECOND - 400_000);
        assertThat(host.uncertainty(30 * SECOND)).isEqualTo(50_000 + 100_000);
    }

    private static LoadHost host(ClockOffset before, ClockOffset after) {
        return host(before, List.of(), after);
    }

    private static LoadHost host(ClockOffset before, List<ClockOffset> meanwhile, ClockOffset after) {
        return new LoadHost("load-1", "", 0, 2, List.of(), 0, before, meanwhile, after, "", true, null);
    }
}
