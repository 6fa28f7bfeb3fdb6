package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import io.ringdown.record.RunEvent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run folder lacks must not look as if nothing had been amiss, nor as if the cluster had lost it. */
class AbsentRecordsTest {
    @TempDir
    private Path folder;

    private static RunStory good() {
        return RunStory.struck().exposed(300, Phase.P4);
    }

    @Test
    void aProxysCallsWithoutCallDetailRecordsDoNotPass() {
        RunStory story = good().service("proxy");
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(story.judge(folder).reasons())
                .anyMatch(reason -> reason.contains("nobody collected its call-detail records"));
        CallStory recorded = story.call(Phase.P4);
        recorded.transparent();
        assertThat(story.recording(recorded, 1).judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
    }

    /** Collected line by line: of a harness that stopped meanwhile the rest is missing. */
    @Test
    void callDetailRecordsThatWereNotAllCollectedAccuseNobody() {
        for (int recorded = 0; recorded < 3; recorded += 2) {
            RunStory story = good().service("proxy");
            CallStory call = story.call(Phase.P4);
            call.transparent();
            Verdict verdict = story.recording(call, recorded)
                    .ending(RunEvent.Ending.HARNESS_FAILED)
                    .judge(folder);
            // Two are one too many whatever is missing.
            assertThat(verdict.conclusion()).isEqualTo(recorded == 0 ? Conclusion.INCONCLUSIVE : Conclusion.FAIL);
        }
    }

    @Test
    void whoWasNotAskedAtTheEndWhatItOwnsMayKeepSessions() {
        Verdict verdict = good().notAskedAtTheEnd().judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("nobody was asked after the calls"));
        assertThat(good().blackBoxOfEngines(1).notAskedAtTheEnd().judge(folder).reasons())
                .noneMatch(reason -> reason.contains("nobody was asked after the calls"));
    }

    /** Whose calls they were nobody knows: a quarter of them at most, if the engines share them. */
    @Test
    void anEngineOfSeveralOnOneMachineExposesItsOwnCallsOnly() {
        assertThat(RunStory.struck()
                        .singleOfEngines(4)
                        .transparent(400, Phase.P4, "r1m1-engine-2")
                        .judge(folder)
                        .conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(RunStory.struck()
                        .singleOfEngines(4)
                        .exposed(300, Phase.P4)
                        .judge(folder)
                        .conclusion())
                .isEqualTo(Conclusion.PASS);
    }
}
