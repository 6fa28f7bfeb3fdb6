package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateSearchTest {
    /** The trials that a device asks for whose capacity is known. */
    private static List<Integer> trials(RateSearch search, int capacity) {
        var rates = new ArrayList<Integer>();
        while (!search.complete()) {
            rates.add(search.rate());
            search.took(search.rate() <= capacity);
        }
        return rates;
    }

    /** RFC 7502, section 4.10: a device of 460 sessions a second is found to do 458, in 38 trials. */
    @Test
    void findsWhatTheRfcsExampleFinds() {
        var search = new RateSearch(100);

        List<Integer> rates = trials(search, 460);

        assertThat(search.best()).isEqualTo(458);
        assertThat(rates).hasSize(38).startsWith(100, 110, 121, 133, 146).endsWith(441, 485, 436);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 99, 100, 1_234, 50_000})
    void neverFindsMoreThanThereIsAndNotMuchLess(int capacity) {
        var search = new RateSearch(100);

        trials(search, capacity);

        assertThat(search.best()).isBetween((int) (capacity * 0.89), capacity);
    }

    @Test
    void endsWhereNothingSucceeds() {
        var search = new RateSearch(100);

        assertThat(trials(search, 0)).endsWith(1);
        assertThat(search.best()).isZero();
    }

    @Test
    void isOverWhenItIsOver() {
        var search = new RateSearch(1);
        trials(search, 0);

        assertThatThrownBy(() -> search.took(true)).isInstanceOf(IllegalStateException.class);
    }
}
