package io.ringdown.cluster.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.membership.StallWatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A loop that is busy has not stood still, however much it has to do at once. */
class EventLoopTest {
    private static final long PATIENCE = 1_000;

    private final AtomicLong clock = new AtomicLong();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final StallWatch watch = new StallWatch(clock::get, PATIENCE, () -> told.add("stood still"));

    @Test
    void manyTasksThatTogetherOutlastThePatienceAreNoStandstill() throws IOException {
        try (var loop = loop()) {
            for (int i = 0; i < 10; i++) {
                loop.execute(() -> clock.addAndGet(PATIENCE * 2 / 3));
            }
            loop.execute(() -> told.add("done"));

            loop.start();

            await().until(() -> told.contains("done"));
            loop.execute(() -> told.add("and in the next turn"));
            await().until(() -> told.size() == 2);
            assertThat(told).containsExactly("done", "and in the next turn");
        }
    }

    @Test
    void whoStoodStillWithinATaskDoesNothingMore() throws IOException {
        try (var loop = loop()) {
            loop.execute(() -> clock.addAndGet(2 * PATIENCE));
            loop.execute(() -> told.add("done"));

            loop.start();

            await().until(() -> !told.isEmpty());
        }
        assertThat(told).containsExactly("stood still");
    }

    private EventLoop loop() throws IOException {
        return new EventLoop("tested", (data, length, from) -> {}, watch::steady);
    }
}
