package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.ResolvedPlan.Guard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AbortCriterionTest {
    private static final long SECOND = 1_000_000_000;

    private final AbortCriterion criterion = new AbortCriterion(new Guard(Duration.ofSeconds(5), null));

    @Test
    void isDueOnceNothingHasSucceededForSoLong() {
        assertThat(criterion.isDue(0, 0)).as("nothing was tried yet").isFalse();
        assertThat(criterion.isDue(0, 100 * SECOND)).isFalse();
        assertThat(criterion.isDue(7, 102 * SECOND)).isFalse();
        assertThat(criterion.isDue(0, 103 * SECOND)).isFalse();
        assertThat(criterion.isDue(0, 106 * SECOND)).isFalse();
        assertThat(criterion.isDue(0, 107 * SECOND)).isTrue();
        assertThat(criterion.why()).isEqualTo("no set-up succeeded for 5.0 s (abort-after)");
    }

    @Test
    void startsAnewWithEachSuccess() {
        assertThat(criterion.isDue(1, 0)).isFalse();
        assertThat(criterion.isDue(0, SECOND)).isFalse();
        assertThat(criterion.isDue(1, 5 * SECOND)).isFalse();
        assertThat(criterion.isDue(0, 7 * SECOND)).isFalse();
        assertThat(criterion.isDue(0, 9 * SECOND)).isFalse();
    }

    /** Who gets no answer at all knows of the failure much later. */
    @Test
    void aRowThatDoesNotGrowIsNoSuccess() {
        assertThat(criterion.isDue(300, 0)).isFalse();
        assertThat(criterion.isDue(300, 4 * SECOND)).isFalse();
        assertThat(criterion.isDue(300, 5 * SECOND)).isTrue();
        criterion.rest();
        assertThat(criterion.isDue(300, 6 * SECOND)).isFalse();
    }

    @Test
    void isNeverDueUnlessAskedFor() {
        var never = new AbortCriterion(null);
        assertThat(never.isDue(1, 0)).isFalse();
        assertThat(never.isDue(0, 1_000 * SECOND)).isFalse();
    }
}
