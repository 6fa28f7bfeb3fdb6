package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ToolTest {
    private static final Duration SOON = Duration.ofMillis(200);

    @Test
    void whatItSaysIsReturnedAndWhatItIsToldIsHeard() throws Exception {
        assertThat(Tool.start("cat").finish("one line\n")).isEqualTo("one line\n");
    }

    @Test
    void oneThatFailsIsNotBelieved() {
        assertThatThrownBy(() -> Tool.run("ls", "/no/such/folder"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/folder");
    }

    /** It neither ends nor closes its output. */
    @Test
    void oneThatDoesNotEndIsEnded() throws Exception {
        Tool endless = Tool.start("sleep", "600");

        assertThatThrownBy(() -> endless.finish("", SOON))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("sleep 600 does not end");
    }

    /** Its output is not over with its own end. */
    @Test
    void oneThatHasStartedAnotherIsEndedWithIt() throws Exception {
        Tool parent = Tool.start("sh", "-c", "sleep 20; true");

        long began = System.nanoTime();
        assertThatThrownBy(() -> parent.finish("", SOON)).hasMessageEndingWith("does not end");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    /** What it is told is more than a pipe holds. */
    @Test
    void oneThatDoesNotListenIsEnded() throws Exception {
        Tool deaf = Tool.start("sleep", "600");

        assertThatThrownBy(() -> deaf.finish("x".repeat(1_000_000), SOON)).hasMessageEndingWith("does not end");
    }
}
