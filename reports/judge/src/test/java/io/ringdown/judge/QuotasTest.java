package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether machines that a plan gives a quota were held to it. */
class QuotasTest {
    @TempDir
    Path folder;

    @Test
    void oneThatWasReadBackTwiceIsConfirmed() {
        Verdict verdict =
                limited().quotasRead(-5_000, 0.25).quotasRead(80_000, 0.25).judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(quota(verdict).finding()).isEqualTo(Finding.CONFIRMED);
    }

    @Test
    void nobodyAsksWhereThePlanGivesNone() {
        Verdict verdict =
                RunStory.struck().transparent(300, Phase.P4, "r1m1-engine").judge(folder);
        assertThat(verdict.criteria()).extracting(Criterion::id).doesNotContain("quota");
    }

    @Test
    void oneThatWasNotReadBackAtTheEndKeepsTheRunFromPassing() {
        refused(limited(), "r1m1 (not read back)");
        refused(limited().quotasRead(-5_000, 0.25), "r1m1 (not read back)");
    }

    @Test
    void oneThatWasNotInForceKeepsTheRunFromPassing() {
        refused(
                limited().quotasRead(-5_000, 0.25).quotasRead(80_000, 0.25).quotaRead(80_001, "r2m1", 0.25, false),
                "r2m1 (as read back)");
        refused(limited().quotasRead(-5_000, 0.5).quotasRead(80_000, 0.25), "r1m1 (as read back)");
    }

    private void refused(RunStory story, String why) {
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(quota(verdict).finding()).isEqualTo(Finding.INCONCLUSIVE);
        assertThat(quota(verdict).text()).contains(why);
    }

    private static Criterion quota(Verdict verdict) {
        return verdict.criteria().stream()
                .filter(criterion -> criterion.id().equals("quota"))
                .findFirst()
                .orElseThrow();
    }

    private static RunStory limited() {
        return RunStory.struck().quota("0.25").transparent(300, Phase.P4, "r1m1-engine");
    }
}
