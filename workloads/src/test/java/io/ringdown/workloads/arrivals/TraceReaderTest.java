package io.ringdown.workloads.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceReaderTest {
    @Test
    void aLineIsAnArrival() {
        assertThat(TraceReader.read("t", "# of a Monday\n\n0\n0.25 # two at once\n0.25\n\t12.3456789\r\n")
                        .offsetsMicros())
                .containsExactly(0L, 250_000L, 250_000L, 12_345_679L);
    }

    @ParameterizedTest
    @CsvSource({
        "'0\n1s\n',      't:2: ''1s'' is not a number of seconds'",
        "'0\n-1\n',      't:2: ''-1'' is not a number of seconds'",
        "'0\n1e3\n',     't:2: ''1e3'' is not a number of seconds'",
        "'0\n1,5\n',     't:2: ''1,5'' is not a number of seconds'",
        "'0\n2\n1.5\n',  't:3: 1.5 s is earlier than the line before'",
        "'0\n86401\n',   't:2: 86401 s is more than the 24 hours'",
        "'1\n',          't: a trace holds two arrivals at least'",
        "'1\n1\n',       't: a trace holds two arrivals at least'",
        "'',             't: a trace holds two arrivals at least'",
    })
    void anythingElseIsRefusedInOneLine(String text, String complaint) {
        assertThatThrownBy(() -> TraceReader.read("t", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint)
                .hasMessageNotContaining("\n");
    }
}
