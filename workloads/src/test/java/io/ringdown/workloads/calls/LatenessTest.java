package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenessTest {
    private static final long MILLI = 1_000_000;
    private static final long STRIKE = 20_000 * MILLI;

    @Test
    void aStallAboutTheStrikeIsNotLostAmongAllTheOtherRequests() {
        var lateness = new Lateness(STRIKE);
        for (long at = 0; at < 40_000; at++) {
            boolean stalled = at >= 20_000 && at < 20_150;
            lateness.add(at * MILLI, (stalled ? 20_150 : at) * MILLI);
        }
        assertThat(lateness.otherwise().getValueAtPercentile(99)).isZero();
        assertThat(lateness.otherwise().getTotalCount()).isEqualTo(40_000 - 2_501);
        assertThat(lateness.aboutStrike().getTotalCount()).isEqualTo(2_501);
        assertThat(lateness.aboutStrike().getValueAtPercentile(99)).isGreaterThan(100 * MILLI);
        assertThat(lateness.saturates(100 * MILLI)).isFalse();
        assertThat(lateness.saturates(50 * MILLI)).isTrue();
    }

    @Test
    void whoIsLateAllTheTimeOffersLess() {
        var lateness = new Lateness(STRIKE);
        for (long at = 0; at < 10_000; at++) {
            lateness.add(at * MILLI, (at + 120) * MILLI);
        }
        assertThat(lateness.saturates(100 * MILLI)).isTrue();
        assertThat(lateness.saturates(150 * MILLI)).isFalse();
    }
}
