package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P4f: how many calls were fresh, and how small a lag of a store they could show (criteria, section 3). */
class FreshCallsTest {
    @TempDir
    Path folder;

    private static void fresh(CallStory call, double acknowledged) {
        call.established().info(acknowledged - 1).counter(1).ok(acknowledged);
        call.info(3_000).counter(2).ok(3_001).bye(4_000).counter(2).ok(4_001);
    }

    private String criterion(Verdict verdict) {
        return verdict.criteria().stream()
                .filter(criterion -> criterion.id().equals("phase.P4F"))
                .findFirst()
                .orElseThrow()
                .text();
    }

    @Test
    void theSmallestLagIsThreeExposedAcknowledgements() {
        var story = RunStory.struck().over(Phase.P4F);
        for (int i = 0; i < 400; i++) {
            fresh(story.call(Phase.P4F), -400 + i);
            // Who was not exposed shows nothing.
            fresh(story.call(Phase.P4F).owner("r2m2-engine"), -0.1);
        }
        Verdict verdict = story.judge(folder);
        // The third youngest is 3 ms old when the bracket of 4 ms begins.
        assertThat(criterion(verdict)).endsWith("the smallest lag of a store that would have shown: 7.0 ms");
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
    }

    @Test
    void aLagShorterThanTheYoungestAcknowledgementIsOldDoesNotShow() {
        var story = RunStory.struck().over(Phase.P4F);
        for (int i = 0; i < 400; i++) {
            fresh(story.call(Phase.P4F), -440 + i);
        }
        assertThat(criterion(story.judge(folder))).endsWith("would have shown: 47.0 ms");
    }

    @Test
    void aSparseStreamShowsOnlyALongLag() {
        var story = RunStory.struck().over(Phase.P4F);
        for (int i = 0; i < 40; i++) {
            fresh(story.call(Phase.P4F), -400 + 10 * i);
        }
        assertThat(criterion(story.judge(folder))).endsWith("would have shown: 34.0 ms");
        var few = RunStory.struck().over(Phase.P4F);
        fresh(few.call(Phase.P4F), -1);
        assertThat(criterion(few.judge(folder))).endsWith("none, too few were exposed");
    }

    @Test
    void aPhaseThatHoldsFewerThanAskedForIsNotedAndLeftToT0() {
        Verdict verdict =
                RunStory.struck().over(Phase.P4F).exposed(400, Phase.P4F).judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.notes()).anyMatch(note -> note.startsWith("P4f held 400 of the 1,440 calls asked for"));
        assertThat(RunStory.struck()
                        .over(Phase.P4)
                        .exposed(1_440, Phase.P4)
                        .judge(folder)
                        .notes())
                .isEmpty();
    }
}
