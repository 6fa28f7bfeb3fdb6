package io.ringdown.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuccessRowTest {
    @Test
    void successesOfAllAddUp() {
        var row = new SuccessRow(2);

        row.told(0, told(10, 0));
        row.told(1, told(5, 0));

        assertThat(row.length()).isEqualTo(15);
    }

    @Test
    void aFailureOfOneEndsTheRowOfAll() {
        var row = new SuccessRow(2);
        row.told(0, told(10, 0));
        row.told(1, told(5, 0));

        row.told(1, told(7, 1));
        assertThat(row.length()).isZero();

        row.told(0, told(12, 0));
        row.told(1, told(8, 1));
        assertThat(row.length()).isEqualTo(3);
    }

    @Test
    void whatIsToldTwiceCountsOnce() {
        var row = new SuccessRow(1);

        row.told(0, told(4, 2));
        row.told(0, told(4, 2));

        assertThat(row.length()).isZero();
    }

    private static LoadStatus told(int successes, int failures) {
        return LoadStatus.of(new LoadStatus(3, 2, successes, failures).line());
    }
}
