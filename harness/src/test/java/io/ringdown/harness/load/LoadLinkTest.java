package io.ringdown.harness.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Talk;
import io.ringdown.record.RunClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadLinkTest {
    private static LoadLink told(String answers) {
        var talk = new Talk(new BufferedReader(new StringReader(answers)), Writer.nullWriter(), () -> {});
        return new LoadLink("caller-1", talk, "its process has ended", new RunClock(0, 0), status -> {});
    }

    /** Otherwise nobody listens to it any more, and what it told last stands for what it does. */
    @ParameterizedTest
    @ValueSource(strings = {"status 1 2", "status 1 2 3 many", "clock 5", "offered x"})
    void oneThatCannotBeUnderstoodIsNotThereAnyMore(String line) {
        LoadLink link = told(line + "\nready\n");

        assertThatThrownBy(() -> link.await(LoadLink.BEGUN, 3))
                .isInstanceOf(IOException.class)
                .hasMessage("load host caller-1: it told what cannot be understood: " + line);
        assertThat(link.alive()).isFalse();
    }

    @Test
    void oneThatSaysNothingMoreIsGone() {
        assertThatThrownBy(() -> told("ready\n").await(LoadLink.BEGUN, 3))
                .hasMessage("load host caller-1: its process has ended");
    }
}
