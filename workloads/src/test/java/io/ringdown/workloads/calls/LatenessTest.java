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
        assertThat(lateness.all().getValueAtPercentile(99)).isZero();
        assertThat(lateness.aboutStrike().getTotalCount()).isEqualTo(2_501);
        assertThat(lateness.aboutStrike().getValueAtPercentile(99)).isGreaterThan(100 * MILLI);
    }
}
