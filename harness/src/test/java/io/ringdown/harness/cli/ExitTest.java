package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.record.RunEvent.Ending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitTest {
    @ParameterizedTest
    @CsvSource({
        "COMPLETED,      PASS,         0",
        "COMPLETED,      FAIL,         1",
        "COMPLETED,      INCONCLUSIVE, 2",
        "HOST_LOST,      INCONCLUSIVE, 2",
        "HARNESS_FAILED, FAIL,         1",
        "HARNESS_FAILED, INCONCLUSIVE, 70",
        "HARNESS_FAILED, PASS,         70",
    })
    void aHarnessThatFailedHidesNoWitness(Ending ending, Conclusion conclusion, int status) {
        assertThat(Exit.of(ending, conclusion)).isEqualTo(status);
    }

    @Test
    void theWorstOfSeveralRunsIsAWitnessedFailure() {
        assertThat(Exit.worst(Exit.HARNESS_FAILED, Exit.FAIL)).isEqualTo(Exit.FAIL);
        assertThat(Exit.worst(Exit.INCONCLUSIVE, Exit.HARNESS_FAILED)).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(Exit.worst(Exit.INCONCLUSIVE, Exit.PASS)).isEqualTo(Exit.INCONCLUSIVE);
    }
}
