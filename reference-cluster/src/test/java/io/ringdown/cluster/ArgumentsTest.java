package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.config.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void optionsComeInAnyOrder() {
        assertThat(of("--detached --element r1m1-engine --config cluster.properties"))
                .isEqualTo(new Arguments(Path.of("cluster.properties"), "r1m1-engine", true));
        assertThat(of("--config a --element b").detached()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --config a --elemnt b           | no option '--elemnt'; nearest: --element
                    --config a --element b --detach | no option '--detach'; nearest: --detached
                    --config=a --element b          | no option '--config=a'; nearest: --config
                    --config a --element            | --element: expected NAME after it
                    --config --element b            | --config: expected FILE after it
                    --config a --element b c        | expected options only, not 'c'
                    --config a --element b --warm-up | --warm-up is given alone, or not at all
                    --config a --config b           | --config: given twice
                    --detached --detached           | --detached: given twice
                    """)
    void whateverElseIsRefusedInOneLine(String line, String refusal) {
        assertThatThrownBy(() -> of(line))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage(refusal);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> of("--config a")).hasMessageStartingWith("expected --element NAME; usage: ");
        assertThatThrownBy(() -> of("--detached")).hasMessageStartingWith("expected --config FILE; usage: ");
        assertThatThrownBy(() -> Arguments.of(List.of())).hasMessageStartingWith("usage: ");
    }

    private static Arguments of(String line) {
        return Arguments.of(List.of(line.split(" ")));
    }
}
