package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtentOfOperationsTest {
    @TempDir
    private Path folder;

    @Test
    void reachesFromTheFirstOperationsIntentToTheLastEnd() throws Exception {
        RunStory story = RunStory.struck();
        story.call(Phase.P4).invite(-7_000).ok(-6_990).bye(9_000).ok(9_001);
        story.call(Phase.P4).invite(-3_000).ok(-2_990).bye(5_000).ok(9_500);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.extent().from() - verdict.strikeFrom()).isEqualTo(-7_000_000_000L);
        assertThat(verdict.extent().to() - verdict.strikeFrom()).isEqualTo(9_500_000_000L);
    }

    @Test
    void isNoneWithoutOperations() {
        assertThat(new ExtentOfOperations().extent()).isNull();
    }
}
