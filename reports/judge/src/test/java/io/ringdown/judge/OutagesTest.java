package io.ringdown.judge;

import static io.ringdown.record.AvailabilityLevel.AL1;
import static io.ringdown.record.AvailabilityLevel.AL2;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.SetUpOutage.State;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an outage ends, and by what: criteria, section 3, AL1. */
class OutagesTest {
    @TempDir
    Path folder;

    private static RunStory out(double until, double repairAsked, double serving) {
        return RunStory.struck()
                .expect(AL1)
                .outageUntil(until)
                .probesUntil(until + 10_000)
                .repairedAt(repairAsked, serving)
                .exposed(5, Phase.P4);
    }

    private SetUpOutage outage(RunStory story) {
        return story.judge(folder).outage();
    }

    @Test
    void serviceThatOthersBringBackWhileTheFailedEngineStartsIsKept() {
        RunStory story = out(72_000, 70_000, 76_000).striking("r1m1-engine");
        assertThat(outage(story).state()).isEqualTo(State.KEPT);
        assertThat(story.judge(folder).level().lowest()).isNotEqualTo(AL1);
    }

    @Test
    void serviceThatReturnsOnceTheFailedEngineServesIsAL1() {
        assertThat(outage(out(72_000, 70_000, 71_000).striking("r1m1-engine")).state())
                .isEqualTo(State.UNTIL_REPAIR);
    }

    @Test
    void anEngineThatAnswersServesBeforeItSaysSo() {
        assertThat(outage(out(72_000, 70_000, 76_000).single()).state()).isEqualTo(State.UNTIL_REPAIR);
    }

    /** Bursts and traces may have a rate on the mean that is enough, and yet leave out just what matters. */
    @Test
    void whatNobodyAskedForUntilTheRepairMayHaveBeenGone() {
        RunStory story = out(0, 70_000, 71_000).probesUntil(80_000).unprobed(-100, 72_000);
        assertThat(outage(story).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(story.unprobed(-100, 69_000)).state()).isEqualTo(State.KEPT);
        // Without a repair whatever succeeds was there.
        RunStory unrepaired = RunStory.struck().probesUntil(80_000).unprobed(-100, 72_000);
        assertThat(outage(unrepaired.exposed(5, Phase.P4)).state()).isEqualTo(State.KEPT);
    }

    @Test
    void whatNobodyAskedForUntilAnEarlyRepairMayHaveBeenGone() {
        RunStory story = out(0, 30_000, 31_000).probesUntil(40_000);
        assertThat(outage(story.unprobed(-100, 32_000)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(story.unprobed(-100, 29_000)).state()).isEqualTo(State.KEPT);
        // Repaired before the next was due.
        RunStory atOnce = out(0, 5, 600).probesUntil(8_000).unprobed(-100, 10);
        assertThat(outage(atOnce).state()).isEqualTo(State.KEPT);
    }

    /** The first second and what came after the repair are no row: nobody knows what was in between. */
    @Test
    void aRowDoesNotReachAcrossATimeInWhichNobodyLooked() {
        RunStory story = out(0, 70_000, 71_000).probesUntil(80_000);
        assertThat(outage(story.unprobed(1_000, 72_000)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(story.unprobed(1_000, 3_900)).state()).isEqualTo(State.KEPT);
        // 299 had succeeded by then.
        assertThat(outage(story.unprobed(3_000, 72_000)).state()).isEqualTo(State.KEPT);
    }

    /** They fail at first, and then come in bursts of 290 that all succeed. */
    @Test
    void whereNobodyLookedForLongEnoughServiceWasNotSeenToStayAwayEither() {
        RunStory story = outLater(0, 100).probesUntil(0);
        for (double burst = 1_000; burst < 79_000; burst += 4_000) {
            for (int i = 0; i < 290; i++) {
                CallStory probe = story.probe();
                probe.invite(burst + 3 * i).setups(1).ok(burst + 3 * i + 1);
                probe.bye(burst + 3 * i + 1).counter(0).ok(burst + 3 * i + 2);
            }
        }
        assertThat(outage(story).state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void whenServiceReturnedNobodyKnowsWhoLookedAway() {
        RunStory story = out(500, 70_000, 71_000).probesUntil(80_000);
        assertThat(outage(story.unprobed(400, 72_000)).state()).isEqualTo(State.UNKNOWN);
        RunStory seen = out(72_000, 70_000, 71_000).striking("r1m1-engine");
        assertThat(outage(seen.unprobed(400, 69_100)).state()).isEqualTo(State.UNTIL_REPAIR);
        assertThat(outage(seen.unprobed(69_100, 72_000)).state()).isEqualTo(State.UNTIL_REPAIR);
        assertThat(outage(seen.unprobed(68_900, 72_000)).state()).isEqualTo(State.UNKNOWN);
    }

    /** After half a second everything succeeds that is asked for, which is not much. */
    @Test
    void ofFewThereIsNoRowThoughAllSucceed() {
        RunStory story = RunStory.struck().outageUntil(500).exposed(5, Phase.P4);
        assertThat(outage(story.probesUntil(72_000).unprobed(1_000, 70_000)).state())
                .isEqualTo(State.UNKNOWN);
        assertThat(outage(story.outageUntil(90_000)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(story.unprobed(1_000, 30_000)).state()).isEqualTo(State.NEVER_RESTORED);
    }

    private static RunStory outLater(double from, double until) {
        RunStory story = RunStory.struck()
                .require(AL2)
                .striking("r1m1-engine")
                .probesUntil(80_000)
                .repairedAt(70_000, 70_800)
                .exposed(300, Phase.P4);
        for (double at = from; at < until; at += 20) {
            story.probe().invite(at + 1).retransmitted(6).timesOut(at + 32_000);
        }
        return story;
    }

    @Test
    void anOutageThatTheRepairBringsAboutIsNotEndedByIt() {
        RunStory story = outLater(70_100, 71_000);
        assertThat(outage(story).state()).isEqualTo(State.KEPT);
        assertThat(story.judge(folder).level().lowest()).isNotEqualTo(AL1);
    }

    @Test
    void anOutageThatBeginsShortlyBeforeTheRepairTellsNothing() {
        assertThat(outage(outLater(65_000, 71_000)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(outLater(9_000, 71_000)).state()).isEqualTo(State.UNTIL_REPAIR);
    }

    @Test
    void aProbeThatTellsNothingIsNeitherSuccessNorFailure() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        int told = outage(story).probes();
        // Sent 1.5 s late, and answered 0.6 s after that.
        CallStory late = story.probe();
        late.invite(1_000.5).sentAt(2_500).setups(1).ok(3_100);
        late.bye(3_200).counter(0).ok(3_201);
        story.probe().invite(7_999).staysOpen();
        SetUpOutage outage = outage(story);
        assertThat(outage).isEqualTo(new SetUpOutage(State.KEPT, null, null, 0, told, told));
    }

    @Test
    void aProbeThatIsLateByMoreThanTheGeneratorFailed() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        CallStory late = story.probe();
        late.invite(1_000.5).sentAt(2_500).setups(1).ok(5_000);
        late.bye(5_100).counter(0).ok(5_101);
        assertThat(outage(story).failed()).isEqualTo(1);
    }

    /** A proxy that challenges every set-up is no outage: what is sent in answer tells. */
    @Test
    void aChallengeIsNoOutage() {
        RunStory story = challenged(8_000, true);
        assertThat(outage(story))
                .extracting(SetUpOutage::state, SetUpOutage::failed, SetUpOutage::longestRow)
                .containsExactly(State.KEPT, 0, 800);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(outage(challenged(61_000, false)).state()).isEqualTo(State.NEVER_RESTORED);
    }

    private static RunStory challenged(double until, boolean accepted) {
        RunStory story = RunStory.struck().probesUntil(0).exposed(300, Phase.P4);
        for (double at = 0; at < until; at += 10) {
            CallStory probe = story.probe();
            probe.invite(at).gets(407, at + 1);
            if (accepted) {
                probe.followUp(at + 1).setups(1).ok(at + 2);
                probe.bye(at + 3).counter(0).ok(at + 4);
            } else {
                probe.followUp(at + 1).gets(407, at + 2);
            }
        }
        return story;
    }

    @Test
    void anOutageIsNeverRestoredIfItIsWatchedFor60SecondsFromItsOwnBeginning() {
        RunStory atTheEnd = outLaterForGood(61_000, 61_005);
        assertThat(outage(atTheEnd).state()).isEqualTo(State.UNKNOWN);
        assertThat(atTheEnd.judge(folder).headline()).doesNotContain("never");
        // The outage that began at t_f was over.
        assertThat(outage(atTheEnd.outageUntil(100)).state()).isEqualTo(State.KEPT);
        assertThat(outage(outLaterForGood(9_000, 68_900)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(outLaterForGood(9_000, 69_100)).state()).isEqualTo(State.NEVER_RESTORED);
    }

    @Test
    void anOutageThatFollowsOneWhichWasOverIsNeverRestoredAllTheSame() {
        RunStory story = outLaterForGood(9_000, 69_100).outageUntil(500);
        assertThat(outage(story).state()).isEqualTo(State.NEVER_RESTORED);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(outage(outLaterForGood(9_000, 39_000).outageUntil(500)).state())
                .isEqualTo(State.UNKNOWN);
        // What ended by itself is over, however often.
        RunStory over = outLater(9_000, 20_000).outageUntil(500);
        assertThat(outage(over).state()).isEqualTo(State.KEPT);
        assertThat(over.judge(folder).outage().start()).isEqualTo(RunStory.instant(0));
    }

    private static RunStory outLaterForGood(double from, double until) {
        RunStory story = RunStory.struck().require(AL2).probesUntil(from).exposed(300, Phase.P4);
        for (double at = from; at < until; at += 10) {
            story.probe().invite(at).retransmitted(6).timesOut(at + 32_000);
        }
        return story;
    }

    @Test
    void aStoreMayServeBeforeItIsInStep() {
        assertThat(outage(out(72_000, 70_000, 76_000)).state()).isEqualTo(State.UNKNOWN);
        assertThat(outage(out(72_000, 70_000, 71_000)).state()).isEqualTo(State.UNTIL_REPAIR);
    }
}
