package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Set-ups that were challenged before t_f, and followed up after it: at t_f nothing of them was open. */
class ChallengedSetUpsTest {
    @TempDir
    Path folder;

    private static OperationStory followedUp(RunStory story, double at) {
        CallStory call = story.call(Phase.P4).unlisted();
        call.invite(-2).gets(407, -1);
        return call.followUp(at);
    }

    private static FateCounts of(Verdict verdict, String group) {
        return verdict.matrix().stream()
                .filter(row -> row.group().equals(group))
                .map(MatrixRow::fates)
                .findFirst()
                .orElse(new FateCounts(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void whatWasNotSeenToItsEndIsCountedAsAnyNewCallIs() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        for (int i = 0; i < 20; i++) {
            followedUp(story, 200).staysOpen();
        }
        Verdict verdict = story.judge(folder);
        assertThat(of(verdict, Census.NEW).indeterminate()).isEqualTo(20);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void whatWasSentIntoTheGapBelongsToP0() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        followedUp(story, 20).timesOut(32_020);
        followedUp(story, 30).staysOpen();
        FateCounts gap = of(story.judge(folder), "P0");
        assertThat(gap.failed()).isOne();
        assertThat(gap.indeterminate()).isOne();
    }

    /** It was open at t_f, if under another CSeq. */
    @Test
    void whatWasFollowedUpBeforeIsInItsPhase() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        followedUp(story, -1).timesOut(31_999);
        assertThat(of(story.judge(folder), "P0").failed()).isOne();
    }
}
