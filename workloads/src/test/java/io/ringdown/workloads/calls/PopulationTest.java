package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Callee;
import io.ringdown.record.ResolvedPlan.Workload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts of a population aim at. */
class PopulationTest {
    private static final long MILLI = 1_000_000;
    private static final long STRIKE = 60_000 * MILLI;
    private static final int CALLS = 1_440;

    private static List<Script> scripts(Workload workload) {
        var address = new InetSocketAddress("127.0.0.1", 0);
        return new Population(new GeneratorSettings(address, address, workload, "")).scripts(STRIKE, new Random(1));
    }

    private static Workload workload(int t1Millis, int fillRate, Phase... phases) {
        return new Workload(
                Duration.ofMillis(t1Millis), List.of(phases), CALLS, fillRate, 0, 0, Duration.ZERO, Duration.ZERO);
    }

    private static List<Long> freshInfos() {
        return scripts(workload(500, 700, Phase.P1, Phase.P4, Phase.P4F, Phase.P5)).stream()
                .filter(script -> script.phase() == Phase.P4F)
                .map(script -> script.infos().get(0))
                .sorted()
                .toList();
    }

    /** Fresh: acknowledged within the last 500 ms at the bracket's end, and before its beginning. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0, 50", "20, 0", "20, 50", "5, 20"})
    void asManyAsAskedForAreFreshAlsoWhenTheStrikeIsLateOrItsBracketWide(long late, long bracket) {
        long answered = 10 * MILLI;
        long from = STRIKE + late * MILLI;
        long until = from + bracket * MILLI;
        assertThat(freshInfos())
                .filteredOn(info -> info + answered <= from && info > until - 500 * MILLI)
                .hasSizeGreaterThanOrEqualTo(CALLS);
    }

    @Test
    void fewFreshCallsAreMadeFreshWhileItStrikesAndBeyondIt() {
        List<Long> last =
                freshInfos().stream().filter(info -> info > STRIKE - 70 * MILLI).toList();
        assertThat(last).hasSizeBetween(40, 45);
        assertThat(last.get(last.size() - 1)).isGreaterThan(STRIKE + 10 * MILLI);
        for (int i = 1; i < last.size(); i++) {
            assertThat(last.get(i) - last.get(i - 1)).isBetween(2 * MILLI, 3 * MILLI);
        }
    }

    @Test
    void anAckIsHeldUntilTheHeirOfItsCallMustHaveAnsweredAgain() {
        List<Script> held =
                scripts(workload(500, 700, Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P5, Phase.P6)).stream()
                        .filter(script -> script.phase() == Phase.P3)
                        .toList();
        assertThat(held).allSatisfy(script -> {
            assertThat(script.release()).isLessThanOrEqualTo(script.setUp() + 20_000 * MILLI);
            assertThat(script.bye()).isGreaterThanOrEqualTo(script.release() + 500 * MILLI);
        });
        // D of 1.2 s, and twice T2.
        assertThat(held)
                .filteredOn(script -> script.release() > STRIKE + 9_200 * MILLI)
                .hasSizeGreaterThan(held.size() * 9 / 10);
    }

    /** Neither at the pace of the built-in plans nor at the slowest that is allowed. */
    @ParameterizedTest
    @CsvSource({"700, 8200", "550, 5900"})
    void noHoldIsLongerThanACallerWaits(int fillRate, long latest) {
        List<Script> held = scripts(workload(500, fillRate, Phase.P1, Phase.P2, Phase.P3, Phase.P5, Phase.P6));
        assertThat(held).allSatisfy(script -> {
            long sent = script.operate() == Operation.NONE ? script.setUp() : script.operate();
            assertThat(script.release() - sent).isLessThanOrEqualTo(20_000 * MILLI);
        });
        assertThat(held)
                .filteredOn(script -> script.phase() != Phase.P3)
                .extracting(script -> script.release() - STRIKE)
                .allMatch(release -> release >= 2_000 * MILLI)
                .anyMatch(release -> release > latest * MILLI);
    }

    /** A cluster's code is cold: of the whole rate it would fall behind, and stay there. */
    @Test
    void theFirstCallsComeAtARateThatRises() {
        Workload workload = workload(500, 700, Phase.P1, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
        List<Long> early = scripts(workload).stream()
                .filter(script -> script.phase() != Phase.P1 && script.phase() != Phase.P3)
                .map(Script::setUp)
                .sorted()
                .toList();
        long begin = early.get(0);
        assertThat(inSecond(early, begin, 0)).isBetween(110L, 140L);
        assertThat(inSecond(early, begin, 1)).isBetween(215L, 245L);
        assertThat(inSecond(early, begin, 5)).isBetween(630L, 660L);
        assertThat(inSecond(early, begin, 6)).isBetween(699L, 701L);
        assertThat(inSecond(early, begin, 9)).isBetween(699L, 701L);
        assertThat(early.get(early.size() - 1)).isLessThan(STRIKE - 1_500 * MILLI);
        for (int i = 1; i < early.size(); i++) {
            assertThat(early.get(i) - early.get(i - 1)).isBetween(MILLI, 15 * MILLI);
        }
    }

    private static long inSecond(List<Long> instants, long begin, int second) {
        return instants.stream()
                .filter(instant -> (instant - begin) / (1_000 * MILLI) == second)
                .count();
    }

    @Test
    void thereIsTimeToFillThemAll() {
        for (int fillRate : List.of(1_100, 8_000)) {
            for (int t1 : List.of(50, 500)) {
                Workload workload = workload(t1, fillRate, Phase.P4, Phase.P4F, Phase.P6);
                long begin = STRIKE - Generator.timeToFill(workload);
                assertThat(scripts(workload))
                        .allSatisfy(script -> assertThat(script.setUp()).isGreaterThan(begin));
            }
        }
    }

    @Test
    void theCalleeSpeaksUpInItsShareOfTheIdleCallsBeforeTheCallerHangsUp() {
        Workload workload = workload(500, 700, Phase.P3, Phase.P4).to(new Callee("127.0.0.200:5060", 0.1, null));
        List<Script> asked = scripts(workload).stream()
                .filter(script -> script.asked() != null)
                .toList();
        assertThat(asked).hasSize(CALLS / 10).allSatisfy(script -> {
            assertThat(script.phase()).isEqualTo(Phase.P4);
            assertThat(script.probed()).isFalse();
            assertThat(script.infos()).isEmpty();
            assertThat(script.asked().info()).isGreaterThan(STRIKE);
            assertThat(script.asked().modify()).isGreaterThan(script.asked().info());
            assertThat(script.bye()).isGreaterThan(script.asked().bye());
        });
        assertThat(scripts(workload(500, 700, Phase.P3, Phase.P4))).noneMatch(script -> script.asked() != null);
    }
}
