package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.judge.verdict.WitnessStep;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of every history, tried on many that a seed gives. */
class LawsTest {
    private static final List<Phase> PHASES =
            List.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);

    @TempDir
    Path folder;

    /** A population with some harm in it, the same for the same seed; {@code more} adds one harmed call. */
    private static RunStory history(long seed, boolean more) {
        var random = new Random(seed);
        RunStory story = RunStory.struck()
                .require(AvailabilityLevel.values()[random.nextInt(4)])
                .over(Phase.P4, PHASES.get(random.nextInt(PHASES.size())) == Phase.P4 ? Phase.P5 : Phase.P2);
        for (Phase phase : PHASES) {
            int calls = random.nextBoolean() ? 310 : random.nextInt(310);
            for (int i = 0; i < calls; i++) {
                CallStory call = story.call(phase).owner(random.nextInt(8) == 0 ? "r2m2-engine" : "r1m1-engine");
                if (random.nextInt(400) == 0) {
                    harm(call, random);
                } else {
                    call.transparent();
                }
            }
        }
        if (more) {
            harm(story.call(Phase.P4), random);
        }
        return story;
    }

    private static void harm(CallStory call, Random random) {
        switch (random.nextInt(6)) {
            case 0 -> call.established().info(3_000).gets(481, 3_001);
            case 1 -> call.established().bye(4_000).timesOut(36_000);
            case 2 ->
                call.established()
                        .info(3_000)
                        .gets(500, 3_001)
                        .repeat(3_002)
                        .counter(1)
                        .ok(3_003)
                        .bye(4_000)
                        .counter(1)
                        .ok(4_001);
            case 3 ->
                call.established()
                        .info(3_000)
                        .counter(1)
                        .ok(6_000)
                        .bye(7_000)
                        .counter(1)
                        .ok(7_001);
            case 4 -> call.established().bye(4_000).counter(0).ok(4_001).incident(Incident.Kind.FORKED_ANSWER, 2_000);
            default ->
                call.established()
                        .info(-3_000)
                        .counter(1)
                        .ok(-2_999)
                        .bye(4_000)
                        .counter(0)
                        .ok(4_001);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void harmNeverRaisesTheLevel(long seed) {
        LevelRange before = history(seed, false).judge(folder).level();
        LevelRange after = history(seed, true).judge(folder).level();
        assertThat(after.lowest()).isLessThanOrEqualTo(before.lowest());
        assertThat(after.highest()).isLessThanOrEqualTo(before.highest());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theOrderOfTheLogChangesNothing(long seed) {
        String straight = VerdictJson.write(history(seed, true).judge(folder));
        assertThat(VerdictJson.write(history(seed, true).shuffled(seed + 99).judge(folder)))
                .isEqualTo(straight);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyCallIsCountedOnceAndNoPassHidesALostCall(long seed) {
        Verdict verdict = history(seed, seed % 2 == 0).judge(folder);
        int counted = verdict.matrix().stream()
                .filter(row -> !row.group().equals("probes"))
                .mapToInt(row -> row.fates().total())
                .sum();
        // One record stands for the stream of detection probes.
        assertThat(counted).isEqualTo((int) verdict.calls() - 1);
        int lost = verdict.matrix().stream()
                .filter(row -> !row.group().equals("probes"))
                .mapToInt(row -> row.fates().lost())
                .sum();
        if (lost > 0) {
            assertThat(verdict.level().highest()).isLessThanOrEqualTo(AvailabilityLevel.AL2);
            assertThat(verdict.witnesses().shown().get(0).fate()).isEqualTo(Fate.LOST);
            assertThat(verdict.witnesses().shown().get(0).steps()).anyMatch(WitnessStep::decisive);
        }
    }
}
