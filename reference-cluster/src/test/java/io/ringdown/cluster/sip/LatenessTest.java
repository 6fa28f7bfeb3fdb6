package io.ringdown.cluster.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenessTest {
    private final Lateness lateness = new Lateness(500_000);

    @Test
    void aPauseCountsForLittle() {
        lateness.waited(1_000_000, 600_000);
        lateness.waited(9_000_000, 8_000_000);
        assertThat(lateness.behind()).isEqualTo(200_000);
    }

    @Test
    void whoHasBeenLateIsInTimeWhenLittleWaits() {
        lateness.waited(1_000_000, 600_000);
        lateness.waited(1_100_000, 600_000);
        lateness.waited(1_200_000, 400_000);
        assertThat(lateness.behind()).isEqualTo(100_000);
        lateness.waiting(1_250_000, 10);
        assertThat(lateness.behind()).isEqualTo(100_000);
        lateness.waited(1_300_000, 125_000);
        assertThat(lateness.behind()).isZero();
    }
}
