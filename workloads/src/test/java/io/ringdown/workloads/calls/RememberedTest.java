package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final long KEPT_FOR = 10_000;

    private final Remembered remembered = new Remembered(KEPT_FOR);

    @Test
    void knowsForItsTimeAndForgetsSoonAfter() {
        Map<Integer, Long> put = new HashMap<>();
        var random = new Random(1);
        long now = 1;
        for (int i = 0; i < 100_000; i++) {
            now += random.nextInt(3);
            remembered.put("z9hG4bK" + i, i, now);
            put.put(i, now);
            int asked = Math.max(0, i - random.nextInt(20_000));
            long age = now - put.get(asked);
            long told = remembered.get("z9hG4bK" + asked, now);
            if (age < KEPT_FOR) {
                assertThat(told).isEqualTo(asked);
            } else if (age > KEPT_FOR + KEPT_FOR / 4) {
                assertThat(told).isEqualTo(Remembered.NOTHING);
            }
        }
        assertThat(remembered.get("never", now)).isEqualTo(Remembered.NOTHING);
        assertThat(remembered.get("z9hG4bK99999", now + 100 * KEPT_FOR)).isEqualTo(Remembered.NOTHING);
    }

    @Test
    void theLastNumberCounts() {
        remembered.put("key", 1, 1);
        remembered.put("key", 2, 2);
        assertThat(remembered.get("key", 3)).isEqualTo(2);
        remembered.put("key", 3, KEPT_FOR / 2);
        assertThat(remembered.get("key", KEPT_FOR / 2)).isEqualTo(3);
    }
}
