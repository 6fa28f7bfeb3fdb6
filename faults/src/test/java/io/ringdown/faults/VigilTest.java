package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** A fault that is looked at while it lasts, and a way to look that fails. */
class VigilTest {
    @Test
    void whatNobodyCouldLookAtMayHaveBeenLifted() {
        var looks = new AtomicInteger();
        try (Vigil vigil = Vigil.over(looked(looks, look -> true), Duration.ofMillis(20))) {
            await().until(() -> vigil.lapse().isPresent());
            assertThat(vigil.lapse().orElseThrow()).contains("nobody could tell for", "too many open files");
            assertThat(looks).hasValueGreaterThan(1);
        }
    }

    @Test
    void whoFailsToLookOnceLooksAgain() {
        var looks = new AtomicInteger();
        try (Vigil vigil = Vigil.over(looked(looks, look -> look == 2), Duration.ofMillis(500))) {
            await().until(() -> looks.get() > 3);
            assertThat(vigil.lapse()).isEmpty();
        }
    }

    /** Of a look that ends in an error there is no next one, and one that hangs tells nothing of the time meanwhile. */
    @Test
    void whoDoesNotLookAnyMoreHasNotSeenItLast() {
        var looks = new AtomicInteger();
        Vigil vigil = Vigil.over(
                looked(looks, look -> {
                    throw new OutOfMemoryError("in a look");
                }),
                Duration.ofMillis(20));
        long from = System.nanoTime();
        await().until(() -> looks.get() > 0 && System.nanoTime() - from > 250_000_000);
        vigil.close();
        assertThat(looks).hasValue(1);
        assertThat(vigil.lapse().orElseThrow()).contains("nobody looked for");
    }

    private static Armed looked(AtomicInteger looks, IntPredicate fails) {
        return new IdleArmed() {
            @Override
            public Seen struck() throws IOException {
                if (fails.test(looks.incrementAndGet())) {
                    throw new IOException("too many open files");
                }
                return super.struck();
            }
        };
    }
}
