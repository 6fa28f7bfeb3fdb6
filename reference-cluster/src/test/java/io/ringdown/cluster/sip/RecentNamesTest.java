package io.ringdown.cluster.sip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentNamesTest {
    private static final int GENERATION = 1 << 16;

    private final RecentNames recent = new RecentNames(1 << 16);

    @Test
    void knowsThoseOfAGenerationAtLeastAndForgetsThoseOfThree() {
        for (int i = 0; i < 10 * GENERATION; i++) {
            recent.add("call-" + i);
            if (i % 1_000 == 0) {
                assertThat(recent.contains("call-" + i)).isTrue();
                assertThat(recent.contains("call-" + Math.max(0, i - GENERATION + 1)))
                        .isTrue();
                assertThat(recent.contains("other-" + i)).isFalse();
            }
        }
        assertThat(recent.contains("call-" + 7 * GENERATION)).isFalse();
    }

    @Test
    void countsOneThatComesAgainOnce() {
        recent.add("first");
        for (int i = 0; i < 10 * GENERATION; i++) {
            recent.add("again");
        }
        assertThat(recent.contains("first")).isTrue();
    }
}
