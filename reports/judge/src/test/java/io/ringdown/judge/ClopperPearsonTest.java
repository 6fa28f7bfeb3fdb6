package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Finding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClopperPearsonTest {
    @ParameterizedTest
    @CsvSource({
        "0, 299, CONFIRMED",
        "0, 298, INCONCLUSIVE",
        "1, 473, CONFIRMED",
        "1, 472, INCONCLUSIVE",
        "2, 628, CONFIRMED",
        "2, 627, INCONCLUSIVE",
        "3, 773, CONFIRMED",
        "3, 772, INCONCLUSIVE",
        "7, 300, REFUTED",
        "6, 300, INCONCLUSIVE",
        "0, 0, INCONCLUSIVE",
        "5, 5, REFUTED"
    })
    void decidesAsTheCriteriaSay(int bad, int of, Finding finding) {
        assertThat(ClopperPearson.zero(bad, 0, of, 0.01).finding()).isEqualTo(finding);
    }

    @ParameterizedTest
    @CsvSource({"0.01, 299", "0.05, 59", "0.1, 29"})
    void tellsHowManyAreNeeded(double limit, int needed) {
        assertThat(ClopperPearson.needed(limit)).isEqualTo(needed);
    }
}
