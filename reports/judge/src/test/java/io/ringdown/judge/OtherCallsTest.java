package io.ringdown.judge;

import static io.ringdown.record.AvailabilityLevel.AL2;
import static io.ringdown.record.AvailabilityLevel.AL3;
import static io.ringdown.record.AvailabilityLevel.AL4;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that no listed phase counts: they prove nothing, and their harm demotes. */
class OtherCallsTest {
    @TempDir
    Path folder;

    private static RunStory withChanging(int fine, int harmed) {
        RunStory story = RunStory.struck().exposed(400, Phase.P4);
        for (int i = 0; i < fine + harmed; i++) {
            // Its INFO is answered while the fault takes effect.
            CallStory call =
                    story.call(Phase.P5).established().info(-100).counter(1).ok(2);
            if (i < harmed) {
                call.info(3_000).gets(500, 3_001).repeat(3_002).counter(2).ok(3_003);
                call.bye(4_000).counter(2).ok(4_001);
            } else {
                call.bye(4_000).counter(1).ok(4_001);
            }
        }
        return story;
    }

    private void expect(RunStory story, Conclusion conclusion, AvailabilityLevel lowest, AvailabilityLevel highest) {
        Verdict verdict = story.judge(folder);
        assertThat(verdict.level()).as("%s", verdict.reasons()).isEqualTo(new LevelRange(lowest, highest));
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(conclusion);
    }

    private static RunStory withBurst(int fine, int refused) {
        RunStory story = RunStory.struck().exposed(400, Phase.P4).burst(100);
        for (int i = 0; i < fine; i++) {
            CallStory call = story.ofBurst();
            call.invite(2_000 + i).setups(1).by("r2m2-engine").ok(2_001 + i);
            call.bye(2_001 + i).counter(0).by("r2m2-engine").ok(2_002 + i);
        }
        for (int i = 0; i < refused; i++) {
            story.ofBurst().invite(2_500 + i).gets(503, 2_501 + i);
        }
        return story;
    }

    @Test
    void whatABurstIsRefusedHarmsNobody() {
        expect(withBurst(60, 40), Conclusion.PASS, AL4, AL4);
        assertThat(withBurst(60, 40).judge(folder).notes())
                .contains("40 of 100 calls of bursts were refused with 503, which changes no level");
    }

    @Test
    void whatElseHappensToABurstDoes() {
        RunStory story = withBurst(60, 39);
        CallStory lost = story.ofBurst();
        lost.invite(2_900).setups(1).by("r2m2-engine").ok(2_901);
        lost.bye(2_901).gets(481, 2_902);
        expect(story, Conclusion.FAIL, AL2, AL2);
    }

    /** A burst brings as many good calls as it likes. */
    @Test
    void harmToOthersDoesNotDrownInABurst() {
        RunStory story = withBurst(8_000, 0).burst(8_000);
        for (int i = 0; i < 60; i++) {
            story.probe().invite(4_000 + i).gets(503, 4_001 + i);
        }
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void aCallThatWasRefusedAndAcceptedAsWellWasNotRefused() {
        RunStory story = withBurst(60, 39);
        CallStory refused = story.ofBurst();
        refused.invite(2_900).gets(503, 2_901);
        refused.incident(Incident.Kind.UNSCRIPTED_BYE, 6_000);
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void aBurstThatWasNotOfferedIsNone() {
        expect(withBurst(60, 30), Conclusion.INCONCLUSIVE, AL4, AL4);
        assertThat(withBurst(60, 30).judge(folder).reasons())
                .contains("bursts were not offered: 90 of 100 calls were offered");
    }

    @Test
    void changingCallsProveNothingAndNeedNotBeMany() {
        expect(withChanging(0, 0), Conclusion.PASS, AL4, AL4);
        expect(withChanging(3, 0), Conclusion.PASS, AL4, AL4);
        assertThat(withChanging(3, 0).judge(folder).matrix())
                .filteredOn(row -> row.group().equals("changing"))
                .extracting(row -> row.fates().total())
                .containsExactly(3);
    }

    /** The fault may have found them with a request open, though it is in P4 that they were before the bracket and after it. */
    @Test
    void whatAsksAndIsAnsweredWithinTheBracketChangesThere() {
        RunStory story = RunStory.struck();
        for (int i = 0; i < 300; i++) {
            story.call(Phase.P4)
                    .established()
                    .modify(1)
                    .by("r1m1-engine")
                    .ok(3)
                    .bye(4_000)
                    .counter(0)
                    .ok(4_001);
        }
        expect(story, Conclusion.INCONCLUSIVE, AL2, AL4);
        assertThat(story.judge(folder).matrix())
                .filteredOn(row -> row.group().equals("changing"))
                .extracting(row -> row.fates().total())
                .containsExactly(300);
        expect(story.exposed(299, Phase.P4), Conclusion.PASS, AL4, AL4);
    }

    @Test
    void harmToChangingCallsDoesNotDrownAmongNewOnes() {
        expect(withChanging(6, 2), Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void oneHarmedChangingCallLeavesItOpen() {
        expect(withChanging(7, 1), Conclusion.INCONCLUSIVE, AL3, AL4);
        assertThat(withChanging(7, 1).judge(folder).reasons())
                .anyMatch(reason -> reason.startsWith("calls that changed state while the fault struck: 1 bad of 8"));
        expect(withChanging(0, 1), Conclusion.INCONCLUSIVE, AL3, AL4);
        expect(withChanging(7, 1).require(AL3), Conclusion.PASS, AL3, AL4);
    }

    /** The gap excuses what became of a set-up, and not what became of the call afterwards. */
    @Test
    void aCallOfTheGapThatMayHaveBeenLostIsNotExcused() {
        for (AvailabilityLevel required : List.of(AvailabilityLevel.AL3, AvailabilityLevel.AL4)) {
            RunStory story = RunStory.struck().require(required).exposed(400, Phase.P4);
            RunStory setUps = RunStory.struck().require(required).exposed(400, Phase.P4);
            for (int i = 0; i < 50; i++) {
                story.call(Phase.P0)
                        .invite(20)
                        .retransmitted(1)
                        .ok(520)
                        .bye(4_500)
                        .staysOpen();
                setUps.call(Phase.P0).invite(20).retransmitted(1).staysOpen();
            }
            assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
            assertThat(setUps.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
        }
    }

    /** Of a stop that takes its time, what was released meanwhile may have been lost before it was. */
    @Test
    void callsThatMayHaveBeenLostKeepOthersFromConfirmingThatNoneWere() {
        RunStory story = withChanging(0, 0).require(AL3);
        for (int i = 0; i < 5; i++) {
            story.call(Phase.P4).established().bye(1).gets(481, 1_000);
        }
        expect(story, Conclusion.INCONCLUSIVE, AL2, AL3);
        RunStory among = withChanging(0, 0).require(AL3);
        among.call(Phase.P4).established().bye(1).gets(481, 1_000);
        for (int i = 0; i < 473; i++) {
            among.call(Phase.P4).established().bye(1).counter(0).ok(500);
        }
        expect(among, Conclusion.PASS, AL4, AL4);
    }
}
