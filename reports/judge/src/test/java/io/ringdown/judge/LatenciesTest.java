package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.LatencyRow;
import io.ringdown.judge.verdict.Window;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which attempts the latencies are of, and from when on they count. */
class LatenciesTest {
    @TempDir
    Path folder;

    private LatencyRow before(Intent intent, Consumer<CallStory> told) {
        RunStory story = RunStory.struck().probesUntil(-2_999);
        told.accept(story.call(Phase.P4).established());
        return story.judge(folder).latencies().stream()
                .filter(row -> row.intent() == intent && row.window() == Window.BEFORE)
                .findFirst()
                .orElse(null);
    }

    @Test
    void whatAChallengeAsksForIsAPartOfTheFirstAttempt() {
        LatencyRow row = before(Intent.INFO, call -> {
            call.info(-3_000).gets(407, -2_995);
            // What the caller takes to answer is not the cluster's.
            call.followUp(-2_900).ok(-2_893);
        });
        assertThat(row.count()).isOne();
        assertThat(row.failed()).isZero();
        assertThat(row.max()).isBetween(11_990L, 12_010L);
    }

    @Test
    void aSetUpThatIsLedElsewhereAndChallengedThereRingsOnce() {
        RunStory story = RunStory.struck().probesUntil(-2_999);
        CallStory call = story.call(Phase.P4);
        call.invite(-8_000).gets(302, -7_998);
        call.followUp(-7_998).gets(407, -7_995);
        call.followUp(-7_995).ringing(-7_990).ok(-7_000);
        LatencyRow row = story.judge(folder).latencies().stream()
                .filter(each -> each.intent() == Intent.SETUP && each.max() > 5_000)
                .findFirst()
                .orElseThrow();
        assertThat(row.max()).isBetween(9_990L, 10_010L);
        assertThat(row.failed()).isZero();
    }

    @Test
    void aChallengeThatNobodyFollowsUpHasFailed() {
        LatencyRow row = before(Intent.INFO, call -> call.info(-3_000).gets(407, -2_995));
        assertThat(row.count()).isZero();
        assertThat(row.failed()).isOne();
        assertThat(before(Intent.INFO, call -> {
                            call.info(-3_000).gets(407, -2_995);
                            call.followUp(-2_995).gets(403, -2_990);
                        })
                        .failed())
                .isOne();
    }

    /** A repeat's user has waited for what failed: it is told as such, and its own time would look like the cluster's. */
    @Test
    void aRepeatIsNoFirstAttemptNorIsWhatFollowsItUp() {
        LatencyRow row = before(Intent.INFO, call -> {
            call.info(-3_000).gets(500, -2_995);
            call.repeat(-2_900).gets(407, -2_899);
            call.followUp(-2_898).ok(-2_890);
        });
        assertThat(row.count()).isZero();
        assertThat(row.failed()).isOne();
    }
}
