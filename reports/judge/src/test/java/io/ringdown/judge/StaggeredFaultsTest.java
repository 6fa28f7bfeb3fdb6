package io.ringdown.judge;

import static io.ringdown.record.AvailabilityLevel.AL1;
import static io.ringdown.record.AvailabilityLevel.AL2;
import static io.ringdown.record.AvailabilityLevel.AL3;
import static io.ringdown.record.AvailabilityLevel.AL4;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several faults, one after the other: t_f is the first one's, and each has an outage of its own. */
class StaggeredFaultsTest {
    private static final double SECOND = 2_500;

    @TempDir
    Path folder;

    private static PhaseResult p4(Verdict verdict) {
        return verdict.phases().stream()
                .filter(phase -> phase.phase() == Phase.P4)
                .findFirst()
                .orElseThrow();
    }

    private static Criterion criterion(Verdict verdict, String id) {
        return verdict.criteria().stream()
                .filter(criterion -> criterion.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatALaterFaultHitsIsNoEvidenceOfTheFirst() {
        RunStory story = RunStory.struck()
                .then(FaultStory.at(SECOND, "r2m2-engine"))
                .exposed(100, Phase.P4)
                .transparent(250, Phase.P4, "r2m2-engine")
                .transparent(10, Phase.P4, "r2m1-engine");
        Verdict verdict = story.judge(folder);
        assertThat(p4(verdict).exposed()).isEqualTo(100);
        assertThat(p4(verdict).boundary()).isEqualTo(250);
        assertThat(p4(verdict).controls()).isEqualTo(10);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.loads())
                .filteredOn(ElementLoad::struck)
                .extracting(ElementLoad::element)
                .containsExactly("r2m2-engine");
    }

    @Test
    void whatStrikesWithin50MillisecondsIsOneFault() {
        RunStory story = RunStory.struck()
                .then(FaultStory.at(50, "r2m2-engine"))
                .exposed(100, Phase.P4)
                .transparent(250, Phase.P4, "r2m2-engine");
        assertThat(p4(story.judge(folder)).exposed()).isEqualTo(350);
    }

    /** Frozen within 50 ms of each other: what is seen of the second one only after that may have been later. */
    @Test
    void whatIsToStrikeAtOnceAndIsSeenTooLateMayNotHave() {
        RunStory story = RunStory.struck().striking("r1m1-engine").exposed(310, Phase.P4);
        Verdict seen = story.then(FaultStory.at(0, "r2m2-engine").seenAfter(45)).judge(folder);
        assertThat(seen.conclusion()).as("%s", seen.reasons()).isEqualTo(Conclusion.PASS);
        RunStory late = RunStory.struck().striking("r1m1-engine").exposed(310, Phase.P4);
        Verdict unsure =
                late.then(FaultStory.at(0, "r2m2-engine").seenAfter(300)).judge(folder);
        assertThat(unsure.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(unsure.reasons().get(0)).contains("300.0 ms wide");
    }

    /** Alone it was simultaneous with nothing. */
    @Test
    void whatStrikesOneProcessAloneMayBeSeenLater() {
        RunStory story = RunStory.struck().striking("r1m1-engine").exposed(310, Phase.P4);
        Verdict verdict =
                story.then(FaultStory.at(SECOND, "r2m2-engine").seenAfter(300)).judge(folder);
        assertThat(verdict.reasons()).noneMatch(reason -> reason.contains("wide"));
    }

    @Test
    void aCallThatALaterFaultHarmsCapsTheLevelAndIsNoHarmedControl() {
        RunStory story = RunStory.struck()
                .then(FaultStory.at(SECOND, "r2m2-engine"))
                .exposed(400, Phase.P4)
                .transparent(10, Phase.P4, "r2m1-engine");
        story.call(Phase.P4).owner("r2m2-engine").established().info(3_000).gets(481, 3_001);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.level()).isEqualTo(new LevelRange(AL2, AL2));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(verdict.witnesses().shown().get(0).exposure()).isEqualTo("later");
        assertThat(criterion(verdict, "controls").text()).startsWith("0 of 10 calls");
    }

    /** Detection probes end 3 s after the first fault. */
    @Test
    void aFaultThatHardlyAnyProbeFollowsHasAnUnknownD() {
        Verdict verdict = RunStory.struck()
                .then(FaultStory.at(2_900, "r2m2-engine"))
                .exposed(100, Phase.P4)
                .judge(folder);
        assertThat(verdict.faults().get(0).rerouting().restored()).isTrue();
        Rerouting second = verdict.faults().get(1).rerouting();
        assertThat(second.probes()).isPositive();
        assertThat(second.restored()).isFalse();
        assertThat(second.total()).isNull();
    }

    /** Set-up probes that fail, 100 a second. */
    private static RunStory outage(RunStory story, double from, double until) {
        for (double at = from; at < until; at += 10) {
            story.probe().invite(at + 1).retransmitted(6).timesOut(at + 32_000);
        }
        return story;
    }

    private static RunStory outOnlyAfterTheSecond(double from, double until) {
        return outage(RunStory.struck().exposed(300, Phase.P4).probesUntil(from), from, until);
    }

    @Test
    void aSecondFaultThatIsNeverRestoredIsAL1() {
        Verdict verdict = outOnlyAfterTheSecond(5_000, 66_000)
                .expect(AL1)
                .then(FaultStory.at(5_000, "r2m2-engine"))
                .judge(folder);
        assertThat(verdict.level()).isEqualTo(new LevelRange(AL1, AL1));
        assertThat(verdict.headline()).isEqualTo("AL1: service never restored");
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.faults())
                .extracting(fault -> fault.outage().state())
                .containsExactly(SetUpOutage.State.KEPT, SetUpOutage.State.NEVER_RESTORED);
    }

    @Test
    void aSecondFaultThatIsWatchedTooShortlyDecidesNothing() {
        Verdict verdict = outOnlyAfterTheSecond(5_000, 20_000)
                .require(AL4)
                .then(FaultStory.at(5_000, "r2m2-engine"))
                .judge(folder);
        assertThat(verdict.level().lowest()).isEqualTo(AL1);
        assertThat(verdict.conclusion()).isNotEqualTo(Conclusion.PASS);
        assertThat(verdict.outage().state()).isEqualTo(SetUpOutage.State.UNKNOWN);
    }

    @Test
    void anOutageThatTheNextFaultProlongsIsJudgedByItsEnd() {
        RunStory story = RunStory.struck()
                .require(AL2)
                .then(FaultStory.at(1_000, "r2m2-engine"))
                .outageUntil(2_000)
                .exposed(300, Phase.P4);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.faults())
                .extracting(fault -> fault.outage().state())
                .containsExactly(SetUpOutage.State.KEPT, SetUpOutage.State.KEPT);
        assertThat(verdict.outage().start()).isEqualTo(RunStory.STRIKE);
        assertThat(verdict.outage().end()).isEqualTo(RunStory.instant(2_001));
    }

    @Test
    void aGapThatTheNextFaultCutsShortEndsWithThatOnes() {
        RunStory story = RunStory.struck()
                .then(FaultStory.at(200, "r2m1-engine"))
                .gap(400)
                .exposed(300, Phase.P4);
        lateSetUps(story, 50);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.faults())
                .extracting(fault -> fault.rerouting().restored())
                .containsExactly(false, true);
        assertThat(p0(verdict).held()).isGreaterThanOrEqualTo(30);
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(Conclusion.PASS);
    }

    /** Thirty new calls whose set-up is answered over budget. */
    private static void lateSetUps(RunStory story, double from) {
        for (int i = 0; i < 30; i++) {
            story.call(Phase.P0)
                    .invite(from + i)
                    .retransmitted(3)
                    .ok(from + i + 3_500)
                    .bye(7_000)
                    .counter(0)
                    .ok(7_001);
        }
    }

    private static PhaseResult p0(Verdict verdict) {
        return verdict.phases().stream()
                .filter(phase -> phase.phase() == Phase.P0)
                .findFirst()
                .orElseThrow();
    }

    /** The level is stated over the phases that the plan lists, whichever fault's gap a set-up went into. */
    @Test
    void aSetUpIntoALaterFaultsGapIsP0AsWell() {
        RunStory story = RunStory.struck()
                .then(FaultStory.at(1_000, "r2m1-engine"))
                .gap(1_400)
                .withoutGap(60, 1_000)
                .exposed(300, Phase.P4);
        lateSetUps(story, 1_050);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.faults())
                .extracting(fault -> fault.rerouting().restored())
                .containsExactly(true, true);
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.startsWith("30 new calls sent into the gap"));
        assertThat(story.over(Phase.P4, Phase.P0).judge(folder).conclusion()).isNotEqualTo(Conclusion.PASS);
        // Between the gaps nobody is excused.
        lateSetUps(story.over(Phase.P4), 500);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Test
    void aGapThatWasNotSeenToEndExcusesNobody() {
        RunStory story = RunStory.struck().gap(4_000).exposed(300, Phase.P4);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
        lateSetUps(story, 1_000);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.faults().get(0).rerouting().restored()).isFalse();
        assertThat(verdict.level()).isEqualTo(new LevelRange(AL3, AL3));
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(Conclusion.FAIL);
        assertThat(verdict.notes()).anyMatch(note -> note.startsWith("Rerouting was not seen to end"));
    }

    @Test
    void theRepairOfAnEarlierFaultEndsNoLaterOutage() {
        RunStory story = outage(
                RunStory.struck()
                        .expect(AL1)
                        .repairedAt(3_200, 3_900)
                        .exposed(5, Phase.P4)
                        .probesUntil(5_000),
                5_000,
                66_000);
        Verdict verdict = story.then(FaultStory.at(5_000, "r2m2-engine")).judge(folder);
        assertThat(verdict.outage().state()).isEqualTo(SetUpOutage.State.NEVER_RESTORED);
    }

    private Verdict byeAt(double sent, double end) {
        RunStory story =
                RunStory.struck().then(FaultStory.at(SECOND, "r2m2-engine")).exposed(300, Phase.P4);
        story.call(Phase.P4).owner("r2m2-engine").established().bye(sent).gets(481, end);
        return story.judge(folder);
    }

    @Test
    void aByeUnderWayAtALaterFaultMayHaveEndedTheCall() {
        Verdict underWay = byeAt(SECOND - 50, SECOND + 1_000);
        assertThat(underWay.witnesses().shown().get(0).fate()).isEqualTo(Fate.REPEATED);
        // Or the first fault had lost the call before.
        assertThat(p4(underWay).noneLost().unknown()).isEqualTo(1);
        assertThat(byeAt(SECOND - 50, SECOND - 1).witnesses().shown().get(0).fate())
                .isEqualTo(Fate.LOST);
        assertThat(byeAt(SECOND + 50, SECOND + 1_000).witnesses().shown().get(0).fate())
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aCounterThatIsToldNoMoreAfterALaterFaultLeavesTheCallOpen() {
        RunStory forgotten = RunStory.struck().then(FaultStory.at(10_000, "r1m2-engine"));
        RunStory told = RunStory.struck().then(FaultStory.at(10_000, "r1m2-engine"));
        counted(forgotten).info(13_000).ok(13_001).bye(14_000).ok(14_001);
        counted(told).info(13_000).ok(13_001).bye(14_000).counter(3).ok(14_001);

        assertThat(indeterminate(forgotten.judge(folder))).isEqualTo(1);
        assertThat(indeterminate(told.judge(folder))).isZero();
    }

    /** Who has lost a dialog and grants its BYE all the same cannot tell what it counted. */
    @Test
    void aByeThatIsGrantedWithoutACountLeavesTheCallOpenIfItsServiceCounts() {
        for (int setups = -1; setups < 2; setups++) {
            RunStory story = RunStory.struck();
            story.call(Phase.P4)
                    .invite(-8_000)
                    .setups(setups)
                    .ok(-7_998)
                    .bye(4_000)
                    .ok(4_001);
            assertThat(indeterminate(story.judge(folder))).isEqualTo(setups < 0 ? 0 : 1);
        }
    }

    private static CallStory counted(RunStory story) {
        return story.call(Phase.P4)
                .established()
                .info(-3_000)
                .counter(1)
                .ok(-2_999)
                .info(3_000)
                .counter(2)
                .ok(3_001);
    }

    private static int indeterminate(Verdict verdict) {
        return verdict.matrix().stream()
                .filter(row -> row.group().equals("P4"))
                .mapToInt(row -> row.fates().indeterminate())
                .sum();
    }

    @Test
    void aCopyOrADispatcherThatIsHitLaterMakesNoControls() {
        RunStory copies = RunStory.struck()
                .then(FaultStory.at(SECOND, "r2m2-replica"))
                .transparent(20, Phase.P4, "r1m2-engine")
                .copies(Map.of(
                        "r2m2-replica",
                        IntStream.range(0, 15).mapToObj(i -> i + "@story").toList()));
        assertThat(List.of(
                        p4(copies.judge(folder)).exposed(),
                        p4(copies.judge(folder)).boundary(),
                        p4(copies.judge(folder)).controls()))
                .containsExactly(0, 15, 5);
        RunStory dispatcher = RunStory.struck()
                .then(FaultStory.at(SECOND, "r1d-dispatcher"))
                .transparent(20, Phase.P4, "r1m2-engine");
        assertThat(p4(dispatcher.judge(folder)).boundary()).isEqualTo(20);
    }
}
