package io.ringdown.workloads.arrivals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ringdown.record.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArrivalTimesTest {
    private static final long FROM = 7_000_000_000L;
    private static final long MILLI = 1_000_000;

    private static long[] times(Arrivals process, int count, long seed) {
        ArrivalTimes times = ArrivalTimes.of(process, FROM, seed);
        return LongStream.generate(times::next).limit(count).toArray();
    }

    private static long[] millis(Arrivals process, int count) {
        return LongStream.of(times(process, count, 1))
                .map(at -> (at - FROM) / MILLI)
                .toArray();
    }

    static List<Arrivals> processes() {
        return List.of(
                new Arrivals.Constant(333),
                new Arrivals.Poisson(200),
                new Arrivals.Ramp(0, 500, Duration.ofSeconds(10)),
                new Arrivals.Ramp(500, 20, Duration.ofSeconds(3)),
                new Arrivals.Ramp(100, 100, Duration.ofSeconds(3)),
                new Arrivals.Burst(50, Duration.ofMillis(700)),
                new Arrivals.Trace(List.of(0L, 10L, 10L, 500L)));
    }

    @ParameterizedTest
    @MethodSource("processes")
    void everyProcessIsOneSequenceInOrderWithoutEnd(Arrivals process) {
        long[] times = times(process, 20_000, 5);

        assertThat(times).isSorted().isEqualTo(times(process, 20_000, 5));
        assertThat(times[0]).isGreaterThanOrEqualTo(FROM);
        assertThat(times[19_999]).isGreaterThan(times[10_000]);
    }

    @Test
    void aConstantRateDoesNotDrift() {
        long[] times = times(new Arrivals.Constant(3), 3_000_001, 1);

        assertThat(times[3_000_000] - FROM).isEqualTo(1_000_000_000_000_000L);
        assertThat(millis(new Arrivals.Constant(4), 4)).containsExactly(0, 250, 500, 750);
    }

    @Test
    void aPoissonProcessHasItsRateAndItsScatterAndFollowsItsSeed() {
        int count = 100_000;
        long[] times = times(new Arrivals.Poisson(1_000), count, 42);
        double mean = (times[count - 1] - FROM) / 1e9 / count;
        double squares = 0;
        for (int i = 1; i < count; i++) {
            double gap = (times[i] - times[i - 1]) / 1e9;
            squares += (gap - mean) * (gap - mean);
        }

        // Of exponentially distributed distances the deviation is the mean.
        assertThat(mean).isCloseTo(1e-3, within(2e-5));
        assertThat(Math.sqrt(squares / count)).isCloseTo(1e-3, within(3e-5));
        assertThat(times(new Arrivals.Poisson(1_000), 10, 43)).isNotEqualTo(times(new Arrivals.Poisson(1_000), 10, 42));
    }

    @Test
    void aRampReachesItsRateAndKeepsIt() {
        // From 0 to 10/s in 2 s: 10 arrivals, the n-th after sqrt(0.4 n) s; then one each 100 ms.
        assertThat(millis(new Arrivals.Ramp(0, 10, Duration.ofSeconds(2)), 13))
                .containsExactly(0, 632, 894, 1_095, 1_264, 1_414, 1_549, 1_673, 1_788, 1_897, 2_000, 2_100, 2_200);
    }

    @Test
    void aBurstComesAtOnce() {
        assertThat(millis(new Arrivals.Burst(3, Duration.ofMillis(500)), 7))
                .containsExactly(0, 0, 0, 500, 500, 500, 1_000);
    }

    @Test
    void aTraceGoesOverAndOver() {
        var trace = new Arrivals.Trace(List.of(1_000L, 2_000L, 5_000L));

        // Two milliseconds on the mean between two; so the next round begins 7 ms after the first.
        assertThat(millis(trace, 7)).containsExactly(1, 2, 5, 8, 9, 12, 15);
    }

    @Test
    void theLeastRateIsTold() {
        assertThat(new Arrivals.Ramp(300, 40, Duration.ofSeconds(1)).leastPerSecond())
                .isEqualTo(40);
        assertThat(new Arrivals.Burst(50, Duration.ofMillis(500)).leastPerSecond())
                .isEqualTo(100);
        assertThat(new Arrivals.Trace(List.of(0L, 10_000L)).leastPerSecond()).isEqualTo(100);
    }

    /** However many share a sequence, each arrival is one's, and only one's. */
    @Test
    void sharesOfASequenceMakeTheWhole() {
        for (Arrivals process : List.of(new Arrivals.Constant(300), new Arrivals.Poisson(300))) {
            var whole = ArrivalTimes.of(process, 5, 7);
            var shares = IntStream.range(0, 3)
                    .mapToObj(share -> ArrivalTimes.of(process, 5, 7).every(share, 3))
                    .toList();

            for (int i = 0; i < 30; i++) {
                assertThat(shares.get(i % 3).next()).isEqualTo(whole.next());
            }
        }
    }
}
