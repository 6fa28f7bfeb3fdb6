package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions left after the drain: criteria, section 2, GHOST. */
class SessionsLeftTest {
    @TempDir
    Path folder;

    @Test
    void aSessionThatOutlivesItsCallIsAGhost() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory released = story.call(Phase.P4);
        released.transparent();
        CallStory lost = story.call(Phase.P4);
        lost.established().bye(4_000).staysOpen();

        assertThat(story.stillOwned("r1m1-engine", lost.callId())
                        .judge(folder)
                        .witnesses()
                        .shown())
                .noneMatch(witness -> witness.fate() == Fate.GHOST);
        assertThat(story.stillOwned("r1m1-engine", released.callId())
                        .judge(folder)
                        .witnesses()
                        .shown())
                .anyMatch(witness -> witness.callId().equals(released.callId()) && witness.fate() == Fate.GHOST);
    }

    /** Who was cut off to the end cannot have heard of the BYE; who was let back had time to. */
    @Test
    void aSessionOfAnOwnerThatIsCutOffIsNone() {
        RunStory cut = RunStory.struck().kind(Kind.ISOLATE).exposed(300, Phase.P4);
        CallStory released = cut.call(Phase.P4);
        released.transparent();
        assertThat(ghost(cut, "r1m1-engine", released)).isFalse();
        assertThat(ghost(cut, "r2m1-engine", released)).isTrue();
        assertThat(ghost(cut.repairedAt(5_000, 7_000), "r1m1-engine", released)).isTrue();
    }

    @Test
    void whoIsCutOffFromSomeOnlyOrCannotBeHeardHasHeardOfTheBye() {
        for (var terms :
                List.of(new Terms(List.of("r2m1"), Direction.BOTH, 0), new Terms(List.of(), Direction.OUT, 0))) {
            RunStory cut = RunStory.struck().kind(Kind.ISOLATE, terms).exposed(300, Phase.P4);
            CallStory released = cut.call(Phase.P4);
            released.transparent();
            assertThat(ghost(cut, "r1m1-engine", released)).as(terms.toString()).isTrue();
        }
        RunStory deaf = RunStory.struck()
                .kind(Kind.ISOLATE, new Terms(List.of(), Direction.IN, 0))
                .exposed(300, Phase.P4);
        CallStory released = deaf.call(Phase.P4);
        released.transparent();
        assertThat(ghost(deaf, "r1m1-engine", released)).isFalse();
    }

    @Test
    void aSessionWhoseByeWasAnsweredAfterItsOwnerWasAskedIsNone() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory late = story.call(Phase.P4).established();
        late.bye(59_999).counter(0).ok(60_001);
        assertThat(ghost(story, late)).isFalse();
    }

    private boolean ghost(RunStory story, CallStory call) {
        return ghost(story, "r2m1-engine", call);
    }

    private boolean ghost(RunStory story, String owner, CallStory call) {
        return story.stillOwned(owner, call.callId()).judge(folder).matrix().stream()
                .anyMatch(row -> row.fates().ghost() > 0);
    }

    @Test
    void aSessionThatOutlivesACallWhoseByeFoundNothingIsAGhostToo() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory gone = story.call(Phase.P6).established().bye(-1_000).gets(481, 2_000);
        assertThat(ghost(story, gone)).isTrue();
        RunStory unanswered = RunStory.struck().exposed(300, Phase.P4);
        CallStory silent = unanswered.call(Phase.P6).established().bye(-1_000).timesOut(31_000);
        assertThat(ghost(unanswered, silent)).isFalse();
    }

    @Test
    void aSessionOfASetUpThatWasGivenUpAndRedialledIsAGhost() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory stuck = story.call(Phase.P1);
        stuck.invite(-2_000).trying(-1_999).hold(2_000).timesOut(38_000);
        stuck.cancel(6_000).gets(481, 6_001);
        // Nobody re-dialled: it may have been accepted, once.
        assertThat(ghost(story, stuck)).isFalse();
        CallStory again = story.redial(stuck).redialled(6_001).gets(503, 6_003);
        assertThat(ghost(story, stuck)).isTrue();
        assertThat(ghost(story, again)).isFalse();
        story.redial(stuck)
                .redialled(7_001)
                .setups(1)
                .ok(7_003)
                .bye(8_000)
                .counter(0)
                .ok(8_001);
        assertThat(ghost(story, again)).isTrue();
    }

    /** Whoever had it then may have ended it a moment later. */
    @Test
    void aSessionOfASetUpThatWasOpenWhenItsOwnerWasAskedIsNone() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory stuck = story.call(Phase.P1);
        stuck.invite(50_000).trying(50_001).timesOut(60_500);
        stuck.cancel(54_000).staysOpen();
        story.redial(stuck).redialled(54_001).gets(503, 54_003);
        assertThat(ghost(story, stuck)).isFalse();
    }

    @Test
    void aSessionOfACancelledSetUpIsAGhost() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory cancelled = story.call(Phase.P2);
        cancelled.invite(-2_000).ringing(-1_999).hold(2_000).gets(487, 1_001);
        cancelled.cancel(1_000).ok(1_001);
        assertThat(ghost(story, cancelled)).isTrue();
    }

    /** What it keeps nobody knows; of a dead or frozen one nothing can be asked, and of what died with it nothing is left. */
    @Test
    void anElementThatRunsAndDoesNotSayWhatItKeepsTakesThePassAway() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        assertThat(story.unansweredAtTheEnd("r1m1-engine", "r1m1-replica")
                        .judge(folder)
                        .conclusion())
                .isEqualTo(Conclusion.PASS);
        Verdict verdict = story.unansweredAtTheEnd("r1m1-engine", "r2m2-engine").judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.startsWith("r2m2-engine did not say"));
        RunStory busy = RunStory.struck().kind(Kind.CPU).exposed(300, Phase.P4);
        assertThat(busy.unansweredAtTheEnd("r1m1-engine").judge(folder).conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
        RunStory cut = RunStory.struck().kind(Kind.ISOLATE).exposed(300, Phase.P4);
        assertThat(cut.unansweredAtTheEnd("r1m1-engine").judge(folder).conclusion())
                .isEqualTo(Conclusion.PASS);
        RunStory back = RunStory.struck().repairedAt(70_000, 71_000).exposed(300, Phase.P4);
        assertThat(back.unansweredAtTheEnd("r1m1-engine").judge(folder).conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
    }
}
