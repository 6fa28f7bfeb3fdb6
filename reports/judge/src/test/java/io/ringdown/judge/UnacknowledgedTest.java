package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P3: whoever takes a call over goes on sending its 2xx until the ACK comes (RFC 3261 section 13.3.1.4). */
class UnacknowledgedTest {
    /** D is 60 ms; twice T2 is 8 s. */
    private static final double LONG = 9_500;

    @TempDir
    Path folder;

    private static void call(RunStory story, double acked, UnaryOperator<OperationStory> answers) {
        CallStory call = story.call(Phase.P3);
        OperationStory invite = call.invite(-3_000).trying(-2_999).acked(acked);
        answers.apply(invite).ok(-2_998);
        call.bye(acked + 500).counter(0).ok(acked + 501);
    }

    private FateCounts fates(RunStory story) {
        return story.judge(folder).phases().stream()
                .filter(result -> result.phase() == Phase.P3)
                .findFirst()
                .orElseThrow()
                .exposedFates();
    }

    private FateCounts fates(double acked, UnaryOperator<OperationStory> answers) {
        var story = RunStory.struck().over(Phase.P3);
        call(story, acked, answers);
        return fates(story);
    }

    @Test
    void a2xxThatIsNotSentAgainHasLostItsTimer() {
        var story = RunStory.struck().over(Phase.P3);
        for (int i = 0; i < 310; i++) {
            // As its first owner sent it, until t_f.
            call(story, LONG, invite -> invite.answeredAgain(2, -1_498));
        }
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(verdict.level()).isEqualTo(new LevelRange(AvailabilityLevel.AL3, AvailabilityLevel.AL3));
        Witness witness = verdict.witnesses().shown().get(0);
        assertThat(witness.fate()).isEqualTo(Fate.FAILED);
        assertThat(witness.sentence()).contains("its 2xx was not sent again for 9.496 s after t_f");
    }

    @Test
    void onceIsEnoughHoweverLate() {
        assertThat(fates(LONG, invite -> invite.answeredAgain(3, 70)).transparent())
                .isOne();
        assertThat(fates(LONG, invite -> invite.answeredAgain(3, 9_400)).transparent())
                .isOne();
        assertThat(fates(LONG, invite -> invite.answeredAgain(2, -1_498)).failed())
                .isOne();
        assertThat(fates(LONG, invite -> invite).failed()).isOne();
        // What the struck owner sent within the bracket shows nothing of its heir.
        assertThat(fates(LONG, invite -> invite.answeredAgain(2, 2)).failed()).isOne();
    }

    /** Whoever has taken the call over sends its 2xx on, not just once: what came within D may have been on its way when its owner was struck. */
    @Test
    void whatComesOnlyBeforeReroutingIsOverShowsNothingOfTheHeir() {
        assertThat(fates(LONG, invite -> invite.answeredAgain(3, 4.5)).failed()).isOne();
        assertThat(fates(8_050, invite -> invite.answeredAgain(3, 40)).transparent())
                .isOne();
    }

    @Test
    void whatWasNotHeldLongEnoughLeavesItOpen() {
        assertThat(fates(8_050, invite -> invite).indeterminate()).isOne();
        assertThat(fates(8_070, invite -> invite).failed()).isOne();
    }

    @Test
    void aLostCallIsLost() {
        var story = RunStory.struck().over(Phase.P3);
        CallStory call = story.call(Phase.P3);
        call.invite(-3_000).trying(-2_999).acked(LONG).ok(-2_998);
        call.bye(LONG + 500).gets(481, LONG + 501);
        assertThat(fates(story).lost()).isOne();
    }

    @Test
    void withoutAnEndOfReroutingNothingIsDemandedAndNothingKnown() {
        var story = RunStory.struck().over(Phase.P3).gap(2_900);
        call(story, LONG, invite -> invite);
        assertThat(fates(story).indeterminate()).isOne();
    }

    /** What was to come again may have been due only after it. */
    @Test
    void anotherFaultMeanwhileLeavesItOpen() {
        var story = RunStory.struck().over(Phase.P3).probesUntil(20_000).then(FaultStory.at(5_000, "r1m1-replica"));
        call(story, LONG, invite -> invite);
        assertThat(fates(story).indeterminate()).isOne();
    }
}
