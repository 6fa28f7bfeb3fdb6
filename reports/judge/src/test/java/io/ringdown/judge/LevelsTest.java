package io.ringdown.judge;

import static io.ringdown.record.AvailabilityLevel.AL1;
import static io.ringdown.record.AvailabilityLevel.AL2;
import static io.ringdown.record.AvailabilityLevel.AL3;
import static io.ringdown.record.AvailabilityLevel.AL4;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.judge.verdict.RetransmissionLaw;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import io.ringdown.record.RunEvent;
import io.ringdown.record.SelfChecks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From fates to levels, and from levels to PASS, FAIL and INCONCLUSIVE: criteria, sections 1, 3 and 4. */
class LevelsTest {
    @TempDir
    Path folder;

    private static void lost(CallStory call) {
        call.established().info(3_000).gets(481, 3_001);
    }

    private static void repeated(CallStory call) {
        call.established().info(3_000).gets(500, 3_001).repeat(3_002).counter(1).ok(3_003);
        call.bye(4_000).counter(1).ok(4_001);
    }

    private static PhaseResult p4(Verdict verdict) {
        return verdict.phases().stream()
                .filter(result -> result.phase() == Phase.P4)
                .findFirst()
                .orElseThrow();
    }

    private void expect(RunStory story, Conclusion conclusion, AvailabilityLevel lowest, AvailabilityLevel highest) {
        Verdict verdict = story.judge(folder);
        assertThat(verdict.level()).as("%s", verdict.reasons()).isEqualTo(new LevelRange(lowest, highest));
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(conclusion);
        if (conclusion == Conclusion.PASS) {
            assertThat(verdict.criteria()).noneMatch(criterion -> criterion.finding() == Finding.REFUTED);
        }
    }

    @Test
    void noneOf299IsEnoughAndNoneOf298IsNot() {
        expect(RunStory.struck().exposed(299, Phase.P4), Conclusion.PASS, AL4, AL4);
        expect(RunStory.struck().exposed(298, Phase.P4), Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    @Test
    void oneRepeatedOf473IsToleratedAndOneOf472IsNot() {
        RunStory enough = RunStory.struck().exposed(472, Phase.P4);
        repeated(enough.call(Phase.P4));
        expect(enough, Conclusion.PASS, AL4, AL4);
        RunStory few = RunStory.struck().exposed(471, Phase.P4);
        repeated(few.call(Phase.P4));
        expect(few, Conclusion.INCONCLUSIVE, AL3, AL4);
    }

    @Test
    void sevenRepeatedOf300AreTooMany() {
        RunStory story = RunStory.struck().exposed(293, Phase.P4);
        for (int i = 0; i < 7; i++) {
            repeated(story.call(Phase.P4));
        }
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void oneLostCallDemotesHoweverManyLive() {
        RunStory story = RunStory.struck().exposed(2_000, Phase.P4);
        lost(story.call(Phase.P4));
        expect(story, Conclusion.FAIL, AL2, AL2);
        RunStory few = RunStory.struck().require(AL3);
        lost(few.call(Phase.P4));
        expect(few, Conclusion.FAIL, AL2, AL2);
    }

    @Test
    void oneGhostDemotesHoweverManyLive() {
        RunStory story = RunStory.struck().exposed(2_000, Phase.P4);
        story.call(Phase.P4).transparent().incident(Incident.Kind.FORKED_ANSWER, 1_000);
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void aLostControlDemotesAsWell() {
        RunStory story = RunStory.struck().exposed(400, Phase.P4).transparent(400, Phase.P4, "r2m2-engine");
        lost(story.call(Phase.P4).owner("r2m2-engine"));
        expect(story, Conclusion.FAIL, AL2, AL2);
    }

    @Test
    void harmedControlsCountAgainstTheExposedsEvidence() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4).transparent(900, Phase.P4, "r2m2-engine");
        repeated(story.call(Phase.P4).owner("r2m2-engine"));
        expect(story, Conclusion.INCONCLUSIVE, AL3, AL4);
    }

    @Test
    void harmToControlsIsNoShareOfTheExposed() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4).transparent(1_693, Phase.P4, "r2m2-engine");
        for (int i = 0; i < 7; i++) {
            repeated(story.call(Phase.P4).owner("r2m2-engine"));
        }
        expect(story, Conclusion.INCONCLUSIVE, AL3, AL4);
        // Of all calls they are too many.
        for (int i = 0; i < 40; i++) {
            repeated(story.call(Phase.P4).owner("r2m2-engine"));
        }
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void harmInABlackBoxIsAShareOfAllCalls() {
        RunStory story = RunStory.struck().blackBox().exposed(1_193, Phase.P4);
        for (int i = 0; i < 7; i++) {
            repeated(story.call(Phase.P4));
        }
        expect(story, Conclusion.INCONCLUSIVE, AL3, AL4);
    }

    @Test
    void aLostSetUpProbeDemotesAsWell() {
        RunStory story = RunStory.struck().exposed(400, Phase.P4);
        story.probe().invite(-4_000).ok(-3_999).bye(1_000).gets(481, 1_001);
        expect(story, Conclusion.FAIL, AL2, AL2);
        RunStory later = RunStory.struck().exposed(400, Phase.P4);
        later.probe().invite(5_000).ok(5_001).bye(5_002).gets(481, 5_003);
        expect(later, Conclusion.FAIL, AL2, AL2);
    }

    @Test
    void newCallsThatFailAfterReroutingDemote() {
        RunStory story = RunStory.struck().exposed(400, Phase.P4);
        for (int i = 0; i < 100; i++) {
            story.probe().invite(4_000 + i).gets(503, 4_001 + i);
        }
        Verdict verdict = story.judge(folder);
        assertThat(verdict.level().highest()).isEqualTo(AL3);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Test
    void aNewCallHarmedInTheGapIsP0AndDemotesOnlyIfThePlanListsIt() {
        RunStory unlisted = RunStory.struck().exposed(400, Phase.P4);
        for (int i = 0; i < 5; i++) {
            unlisted.call(Phase.P0)
                    .invite(20 + i)
                    .retransmitted(2)
                    .ok(3_520 + i)
                    .bye(4_500)
                    .counter(0)
                    .ok(4_501);
        }
        Verdict verdict = unlisted.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P4");
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("P0"));

        RunStory listed = RunStory.struck().over(Phase.P0, Phase.P4).exposed(400, Phase.P4);
        for (int i = 0; i < 50; i++) {
            listed.call(Phase.P0)
                    .invite(5 + i)
                    .retransmitted(2)
                    .ok(3_520 + i)
                    .bye(4_500)
                    .counter(0)
                    .ok(4_501);
        }
        assertThat(listed.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Test
    void aCallOfTheGapThatIsLostLaterDemotesAlways() {
        RunStory story = RunStory.struck().exposed(400, Phase.P4);
        story.call(Phase.P0).invite(20).retransmitted(1).ok(520).bye(4_500).gets(481, 4_501);
        expect(story, Conclusion.FAIL, AL2, AL2);
    }

    @Test
    void fiftyNineDecideP0() {
        RunStory enough = RunStory.struck().over(Phase.P0);
        RunStory few = RunStory.struck().over(Phase.P0);
        for (int i = 0; i < 59; i++) {
            enough.call(Phase.P0).transparent();
            if (i > 0) {
                few.call(Phase.P0).transparent();
            }
        }
        expect(enough, Conclusion.PASS, AL4, AL4);
        expect(few, Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    /** Whoever challenges at once is there: what becomes of the rest is no evidence of what the dead one's calls come to. */
    @Test
    void aChallengeIsNoSilence() {
        expect(challenged(0, 0), Conclusion.INCONCLUSIVE, AL2, AL4);
        expect(challenged(1, 0), Conclusion.PASS, AL4, AL4);
        expect(challenged(0, 1), Conclusion.PASS, AL4, AL4);
    }

    /** Calls sent into the gap, by how often the INVITE went again before its challenge, and after it. */
    private static RunStory challenged(int before, int after) {
        RunStory story = RunStory.struck().over(Phase.P0);
        for (int i = 0; i < 59; i++) {
            CallStory call = story.call(Phase.P0);
            call.invite(10).retransmitted(before).gets(407, 11 + 500 * before);
            call.followUp(520).retransmitted(after).ok(521 + 500 * after);
            call.bye(4_000).counter(0).ok(4_001);
        }
        return story;
    }

    @ParameterizedTest
    @EnumSource(names = {"P1", "P2", "P3", "P4F", "P5", "P6"})
    void everyListedPhaseMustBeDecided(Phase phase) {
        expect(
                RunStory.struck().over(Phase.P4, phase).exposed(300, Phase.P4).exposed(100, phase),
                Conclusion.INCONCLUSIVE,
                AL2,
                AL4);
        expect(
                RunStory.struck().over(Phase.P4, phase).exposed(300, Phase.P4).exposed(300, phase),
                Conclusion.PASS,
                AL4,
                AL4);
    }

    @Test
    void unknownFatesAreBadWhenConfirming() {
        RunStory story = RunStory.struck().exposed(299, Phase.P4);
        story.call(Phase.P4).established();
        expect(story, Conclusion.INCONCLUSIVE, AL2, AL4);
        RunStory harmed = RunStory.struck();
        for (int i = 0; i < 300; i++) {
            harmed.call(Phase.P4).established();
        }
        expect(harmed, Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    @Test
    void controlsAreNoEvidence() {
        expect(RunStory.struck().transparent(2_000, Phase.P4, "r2m2-engine"), Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    @Test
    void aCallThatTheSnapshotDoesNotConfirmIsBoundary() {
        RunStory story = RunStory.struck().exposed(298, Phase.P4);
        story.call(Phase.P4).unlisted().transparent();
        // Its last response came from another element than the snapshot's owner.
        story.call(Phase.P4)
                .invite(-8_000)
                .by("r1m2-engine")
                .ok(-7_999)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        Verdict verdict = story.judge(folder);
        PhaseResult phase = p4(verdict);
        assertThat(phase.phase()).isEqualTo(Phase.P4);
        assertThat(phase.exposed()).isEqualTo(298);
        assertThat(phase.boundary()).isEqualTo(2);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void aStoredCopyExposesItsCalls() {
        RunStory story = RunStory.struck().transparent(300, Phase.P4, "r2m2-engine");
        story.copies(Map.of(
                "r1m1-replica",
                java.util.stream.IntStream.range(0, 300)
                        .mapToObj(i -> i + "@story")
                        .toList()));
        PhaseResult phase = p4(story.judge(folder));
        assertThat(phase.exposedByCopy()).isEqualTo(300);
        assertThat(phase.exposedByOwner()).isZero();
        expect(story, Conclusion.PASS, AL4, AL4);
    }

    @Test
    void theActiveDispatchersFallExposesEveryCallAndTheStandbysNone() {
        RunStory active = RunStory.struck().striking("r1d-dispatcher").transparent(300, Phase.P4, "r2m2-engine");
        assertThat(p4(active.judge(folder)).exposedByDispatcher()).isEqualTo(300);
        RunStory standby = RunStory.struck()
                .striking("r1d-dispatcher")
                .event(new RunEvent.ClusterEvent(RunStory.instant(-5_000), "r2d-dispatcher", "address-taken", Map.of()))
                .transparent(300, Phase.P4, "r2m2-engine");
        assertThat(p4(standby.judge(folder)).exposed()).isZero();
    }

    @Test
    void aBlackBoxNeedsNTimesAsMany() {
        expect(RunStory.struck().blackBox().exposed(1_195, Phase.P4), Conclusion.INCONCLUSIVE, AL2, AL4);
        expect(RunStory.struck().blackBox().exposed(1_196, Phase.P4), Conclusion.PASS, AL4, AL4);
    }

    /** One engine of three on one machine of four answers for one call in twelve. */
    @Test
    void aMachineThatWasHitInPartExposesAPart() {
        RunStory few = RunStory.struck().blackBoxOfEngines(3).striking("r1m1-engine");
        expect(few.exposed(3_587, Phase.P4), Conclusion.INCONCLUSIVE, AL2, AL4);
        RunStory enough = RunStory.struck().blackBoxOfEngines(3).striking("r1m1-engine");
        expect(enough.exposed(3_588, Phase.P4), Conclusion.PASS, AL4, AL4);
        // Its store beside it is another element, not a second engine.
        RunStory alone = RunStory.struck().blackBoxOfEngines(1).striking("r1m1-engine");
        expect(alone.exposed(1_196, Phase.P4), Conclusion.PASS, AL4, AL4);
    }

    @Test
    void whereNobodyTellsWhatItOwnsTheNameInACallsLastMessageDoes() {
        RunStory engine = RunStory.struck()
                .striking("r1m1-engine")
                .withoutSnapshot()
                .exposed(299, Phase.P4)
                .transparent(50, Phase.P4, "r2m2-engine")
                .transparent(7, Phase.P4, "somebody");
        expect(engine, Conclusion.PASS, AL4, AL4);
        Verdict verdict = engine.judge(folder);
        assertThat(verdict.blackBox()).isFalse();
        assertThat(verdict.notes()).anyMatch(note -> note.startsWith("No element told what it owned"));
        assertThat(p4(verdict).exposedByOwner()).isEqualTo(299);
        assertThat(p4(verdict).controls()).isEqualTo(50);
        assertThat(p4(verdict).boundary()).isEqualTo(7);
        expect(
                RunStory.struck().striking("r1m1-engine").withoutSnapshot().transparent(2_000, Phase.P4, "r2m2-engine"),
                Conclusion.INCONCLUSIVE,
                AL2,
                AL4);
    }

    /** Copies are unknown: whoever was not the engine's own may have been exposed by the store, and is neither evidence nor a control. */
    @Test
    void aStoreThatIsStruckBesideMakesTheOthersNoControls() {
        RunStory machine =
                RunStory.struck().withoutSnapshot().exposed(299, Phase.P4).transparent(50, Phase.P4, "r2m2-engine");
        Verdict verdict = machine.judge(folder);
        assertThat(p4(verdict).exposed()).isEqualTo(299);
        assertThat(p4(verdict).boundary()).isEqualTo(50);
        assertThat(p4(verdict).controls()).isZero();
        assertThat(RunStory.struck()
                        .striking("r1m1-replica")
                        .withoutSnapshot()
                        .exposed(10, Phase.P4)
                        .judge(folder)
                        .blackBox())
                .as("where only a store was struck, names tell nothing")
                .isTrue();
    }

    /** Calls are dealt over the addresses by their numbers. */
    @Test
    void theFallOfOneOfTwoActiveDispatchersExposesTheCallsByWayOfIt() {
        RunStory second =
                RunStory.struck().activeActive().striking("r2d-dispatcher").transparent(300, Phase.P4, "r2m2-engine");
        assertThat(p4(second.judge(folder)).exposedByDispatcher()).isEqualTo(150);
        assertThat(p4(second.judge(folder)).controls()).isEqualTo(150);
        RunStory both = RunStory.struck()
                .activeActive()
                .striking("r2d-dispatcher")
                .event(new RunEvent.ClusterEvent(
                        RunStory.instant(-5_000),
                        "r2d-dispatcher",
                        "address-taken",
                        Map.of("address", "127.100.0.1:5060")))
                .transparent(300, Phase.P4, "r2m2-engine");
        assertThat(p4(both.judge(folder)).exposedByDispatcher()).isEqualTo(300);
    }

    @Test
    void aBlackBoxsCallsPassOneOfItsDispatchers() {
        expect(onlyDispatcher("r1d-dispatcher", 597), Conclusion.INCONCLUSIVE, AL2, AL4);
        expect(onlyDispatcher("r1d-dispatcher", 598), Conclusion.PASS, AL4, AL4);
        RunEvent taken =
                new RunEvent.ClusterEvent(RunStory.instant(-5_000), "r2d-dispatcher", "address-taken", Map.of());
        expect(onlyDispatcher("r2d-dispatcher", 299).event(taken), Conclusion.PASS, AL4, AL4);
        expect(onlyDispatcher("r1d-dispatcher", 2_000).event(taken), Conclusion.INCONCLUSIVE, AL2, AL4);
        expect(onlyDispatcher("elsewhere", 2_000), Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    private static RunStory onlyDispatcher(String struck, int calls) {
        return RunStory.struck().blackBox().striking(struck).exposed(calls, Phase.P4);
    }

    @Test
    void theLevelRangeMustWhollySatisfyTheDemand() {
        RunStory story = RunStory.struck().require(AL3).exposed(300, Phase.P4);
        for (int i = 0; i < 3; i++) {
            repeated(story.call(Phase.P4));
        }
        expect(story, Conclusion.PASS, AL3, AL4);
        expect(RunStory.struck().require(AL2).exposed(10, Phase.P4), Conclusion.PASS, AL2, AL4);
        expect(RunStory.struck().expect(AL3).exposed(300, Phase.P4), Conclusion.FAIL, AL4, AL4);
        expect(RunStory.struck().expect(AL2).exposed(300, Phase.P4), Conclusion.FAIL, AL4, AL4);
        expect(RunStory.struck().expect(AL2).exposed(100, Phase.P4), Conclusion.INCONCLUSIVE, AL2, AL4);
        RunStory lost = RunStory.struck().expect(AL2).exposed(10, Phase.P4);
        lost(lost.call(Phase.P4));
        expect(lost, Conclusion.PASS, AL2, AL2);
    }

    /** One call LOST makes it AL2; but of a phase that nobody was in the plan learns nothing. */
    @Test
    void whatIsExpectedOverAPhaseIsNotMetWithoutAnExposedCallInIt() {
        RunStory lost = RunStory.struck().expect(AL2).over(Phase.P4, Phase.P5).exposed(10, Phase.P4);
        lost(lost.call(Phase.P4));
        expect(lost, Conclusion.INCONCLUSIVE, AL2, AL2);
        expect(lost.exposed(1, Phase.P5), Conclusion.PASS, AL2, AL2);
        RunStory control = RunStory.struck().expect(AL2).transparent(10, Phase.P4, "r2m2-engine");
        lost(control.call(Phase.P4).owner("r2m2-engine"));
        expect(control, Conclusion.INCONCLUSIVE, AL2, AL2);
    }

    @Test
    void aBlackBoxOfWhichNothingWasHitHasNobodyExposed() {
        RunEvent taken =
                new RunEvent.ClusterEvent(RunStory.instant(-5_000), "r2d-dispatcher", "address-taken", Map.of());
        expect(onlyDispatcher("r1d-dispatcher", 300).event(taken).require(AL2), Conclusion.INCONCLUSIVE, AL2, AL4);
        expect(onlyDispatcher("r2d-dispatcher", 300).event(taken).require(AL2), Conclusion.PASS, AL4, AL4);
    }

    @Test
    void withoutACallAliveNothingPasses() {
        expect(RunStory.struck().require(AL1), Conclusion.INCONCLUSIVE, AL2, AL4);
    }

    /** As where a host was lost before: there is no level that it could be measured by. */
    @Test
    void harmBeforeAnythingWasStruckTellsNothing() {
        RunStory story = RunStory.struck().neverInjected().transparent(100, Phase.P4, "r2m1-engine");
        CallStory late = story.call(Phase.P4);
        late.established();
        late.info(10).counter(1).ok(2_200);
        late.bye(4_000).counter(1).ok(4_001);

        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void anOutageThatEndsWithTheRepairIsAL1() {
        RunStory story = RunStory.struck()
                .expect(AL1)
                .single()
                .outageUntil(70_500)
                .probesUntil(75_000)
                .repairedAt(70_000, 70_800);
        lost(story.call(Phase.P4));
        expect(story, Conclusion.PASS, AL1, AL1);
        assertThat(story.judge(folder).outage().state()).isEqualTo(SetUpOutage.State.UNTIL_REPAIR);
    }

    @Test
    void anOutageThatEndsBeforeTheRepairRefutesAL1() {
        RunStory story = RunStory.struck()
                .expect(AL1)
                .single()
                .outageUntil(20_000)
                .probesUntil(75_000)
                .repairedAt(70_000, 70_800);
        lost(story.call(Phase.P4));
        expect(story, Conclusion.FAIL, AL2, AL2);
    }

    @Test
    void aRepairThatComesTooSoonTellsNothing() {
        RunStory story = RunStory.struck()
                .expect(AL1)
                .single()
                .outageUntil(10_500)
                .probesUntil(20_000)
                .repairedAt(10_000, 10_800);
        lost(story.call(Phase.P4));
        expect(story, Conclusion.INCONCLUSIVE, AL1, AL2);
    }

    @Test
    void aServiceThatNeverReturnsIsAL1IfItWasWatchedLongEnough() {
        RunStory story = RunStory.struck().expect(AL1).outageUntil(90_000).probesUntil(61_000);
        lost(story.call(Phase.P4));
        expect(story, Conclusion.PASS, AL1, AL1);
        assertThat(story.judge(folder).headline()).contains("never restored");
        RunStory shorter = RunStory.struck().expect(AL1).outageUntil(90_000).probesUntil(20_000);
        lost(shorter.call(Phase.P4));
        expect(shorter, Conclusion.INCONCLUSIVE, AL1, AL2);
    }

    @Test
    void twoHundredAndNinetyEightSuccessesInARowAreTooFew() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4).probesUntil(2_980);
        assertThat(story.judge(folder).outage().state()).isEqualTo(SetUpOutage.State.UNKNOWN);
        expect(story, Conclusion.INCONCLUSIVE, AL1, AL4);
        expect(RunStory.struck().exposed(300, Phase.P4).probesUntil(2_990), Conclusion.PASS, AL4, AL4);
        expect(RunStory.struck().exposed(300, Phase.P4).probeRate(50), Conclusion.INCONCLUSIVE, AL1, AL4);
    }

    @Test
    void anUnprovenFaultShowsNothing() {
        RunStory story = RunStory.struck().unproven().exposed(300, Phase.P4);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        lost(story.call(Phase.P4));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(RunStory.struck()
                        .neverInjected()
                        .exposed(300, Phase.P4)
                        .judge(folder)
                        .conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void aVictimThatWasDeadBeforeShowsNothing() {
        RunStory story = RunStory.struck()
                .exposed(300, Phase.P4)
                .event(new RunEvent.ClusterEvent(
                        RunStory.instant(-5_000),
                        "r2m1-engine",
                        "view",
                        Map.of("epoch", 7, "left", "r1m1-engine", "joined", "")));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        story.event(new RunEvent.ClusterEvent(
                RunStory.instant(-4_000),
                "r2m1-engine",
                "view",
                Map.of("epoch", 8, "left", "", "joined", "r1m1-engine")));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
    }

    /** What an isolated machine says of the others is its own view; and what it left by the isolation a plan may strike once more. */
    @Test
    void aVictimThatAnotherFaultCutOffIsStruckAllTheSame() {
        RunEvent.ClusterEvent alone = new RunEvent.ClusterEvent(
                RunStory.instant(2_000),
                "r1m1-engine",
                "view",
                Map.of("epoch", 8, "left", "r2m2-engine", "joined", ""));
        RunEvent.ClusterEvent without = new RunEvent.ClusterEvent(
                RunStory.instant(2_000),
                "r2m1-engine",
                "view",
                Map.of("epoch", 8, "left", "r1m1-engine", "joined", ""));
        for (String second : List.of("r2m2-engine", "r1m1-engine")) {
            RunStory story = RunStory.struck()
                    .kind(FaultOrder.Kind.ISOLATE)
                    .event(alone)
                    .event(without)
                    .then(FaultStory.at(5_000, second))
                    .exposed(300, Phase.P4);
            assertThat(story.judge(folder).conclusion()).as(second).isEqualTo(Conclusion.PASS);
        }
    }

    @Test
    void aGeneratorThatCannotBeBelievedMakesNeitherPassNorFail() {
        for (SelfChecks bad : List.of(
                new SelfChecks(101_000_000, 101_000_000, 0, 0, false, 0, 0, 0, 0, 0),
                // Late about t_f, though hardly ever else.
                new SelfChecks(1_000_000, 201_000_000, 201_000_000, 201_000_000, false, 0, 0, 0, 0, 0),
                new SelfChecks(0, 0, 0, 0, true, 0, 0, 0, 0, 0),
                new SelfChecks(0, 0, 0, 0, false, 1, 0, 0, 0, 0),
                new SelfChecks(0, 0, 0, 0, false, 0, 1, 0, 0, 0),
                new SelfChecks(0, 0, 0, 0, false, 0, 0, 501_000_000, 0, 0),
                new SelfChecks(0, 0, 0, 0, false, 0, 0, 0, 0, 1))) {
            RunStory story = RunStory.struck().selfChecks(bad).exposed(300, Phase.P4);
            assertThat(story.judge(folder).conclusion()).as("%s", bad).isEqualTo(Conclusion.INCONCLUSIVE);
            lost(story.call(Phase.P4));
            Verdict verdict = story.judge(folder);
            assertThat(verdict.conclusion()).as("%s", bad).isEqualTo(Conclusion.INCONCLUSIVE);
            assertThat(verdict.criteria()).noneMatch(criterion -> criterion.finding() == Finding.REFUTED);
            assertThat(verdict.witnesses().total()).isEqualTo(1);
        }
    }

    @Test
    void whatComesAlmostInTimeOrServesAgainIsNoTrouble() {
        expect(RunStory.struck().struckLate(400).exposed(300, Phase.P4), Conclusion.PASS, AL4, AL4);
        expect(RunStory.struck().repairedAt(5_000, 5_800).exposed(300, Phase.P4), Conclusion.PASS, AL4, AL4);
    }

    @Test
    void troubleSaysWhatWasLateAndWhatDidNotReturn() {
        assertThat(RunStory.struck()
                        .struckLate(600)
                        .exposed(300, Phase.P4)
                        .judge(folder)
                        .reasons())
                .anyMatch(reason -> reason.contains("machine r1m1 fell silent, struck late: 600"));
        assertThat(RunStory.struck()
                        .repairedInVain(5_000)
                        .exposed(300, Phase.P4)
                        .judge(folder)
                        .reasons())
                .contains("r1m1-engine, r1m1-replica was started again and did not come to serve");
    }

    @Test
    void troubleDemotesAPassAndHidesNoWitness() {
        for (java.util.function.UnaryOperator<RunStory> trouble : List.<java.util.function.UnaryOperator<RunStory>>of(
                RunStory::notHealed,
                story -> story.struckLate(600),
                story -> story.repairedInVain(5_000),
                // What the cluster sends is no excuse for it.
                story -> story.selfChecks(new SelfChecks(0, 0, 0, 0, false, 0, 0, 0, 1, 0)),
                story -> story.ending(RunEvent.Ending.INTERRUPTED),
                story -> story.ending(RunEvent.Ending.HARNESS_FAILED))) {
            RunStory story = trouble.apply(RunStory.struck()).exposed(300, Phase.P4);
            assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
            lost(story.call(Phase.P4));
            assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
            // Better than expected is no witness.
            assertThat(trouble.apply(RunStory.struck())
                            .expect(AL2)
                            .exposed(300, Phase.P4)
                            .judge(folder)
                            .conclusion())
                    .isEqualTo(Conclusion.INCONCLUSIVE);
        }
    }

    /** Whether it was that or the fault that harmed the calls, nobody can tell. */
    @Test
    void aHostThatIsLostIsASecondFaultThatNobodyPlanned() {
        RunStory story = RunStory.struck().ending(RunEvent.Ending.HOST_LOST).exposed(300, Phase.P4);
        lost(story.call(Phase.P4));
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("a host was lost"));
    }

    @Test
    void aKilledRunCanBeJudgedAndIsInconclusive() {
        RunStory story = RunStory.struck().killed().torn().exposed(300, Phase.P4);
        lost(story.call(Phase.P4));
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons()).anyMatch(reason -> reason.contains("killed"));
    }

    @Test
    void anElementThatTheMachineStarvedIsASecondFaultThatNobodyPlanned() {
        RunStory story = RunStory.struck().exposed(299, Phase.P4);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);

        story.event(stoodStill("r1m1-engine"));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);

        story.event(stoodStill("r2m2-engine"));
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).startsWith("r2m2-engine, which nothing struck, stood still");
    }

    private static RunEvent stoodStill(String element) {
        return new RunEvent.ClusterEvent(RunStory.instant(900), element, "cut-off", Map.of("why", "stood still"));
    }

    @Test
    void harmBeforeTheFaultIsNotTheFaults() {
        RunStory story = RunStory.struck().exposed(300, Phase.P4);
        story.call(Phase.P4).established().info(-5_000).gets(481, -4_999);
        Verdict verdict = story.judge(folder);
        assertThat(verdict.level()).isEqualTo(new LevelRange(AL4, AL4));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        // As much harm before as after: the cluster was unwell all the while.
        lost(story.call(Phase.P4));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        // Much more after than before is the fault's.
        for (int i = 0; i < 150; i++) {
            lost(story.call(Phase.P4));
        }
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Test
    void whatWasStillOpenWhenTheRunEndedIsTheFaults() {
        RunStory story = RunStory.struck().over(Phase.P1).exposed(293, Phase.P1);
        for (int i = 0; i < 7; i++) {
            CallStory stuck = story.call(Phase.P1);
            stuck.invite(-2_000).trying(-1_999).hold(2_000).staysOpen();
            stuck.cancel(6_000).gets(481, 6_001);
            story.redial(stuck)
                    .redialled(6_001)
                    .setups(1)
                    .ok(6_003)
                    .bye(8_000)
                    .counter(0)
                    .ok(8_001);
        }
        expect(story, Conclusion.FAIL, AL3, AL3);
    }

    @Test
    void aNullRunPassesOnlyIfEveryCallIsTransparent() {
        RunStory clean = RunStory.nullRun().exposed(299, Phase.P4);
        Verdict verdict = clean.judge(folder);
        assertThat(verdict.conclusion()).as("%s", verdict.reasons()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.level()).isNull();
        assertThat(RunStory.nullRun().exposed(298, Phase.P4).judge(folder).conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
        repeated(clean.call(Phase.P4));
        assertThat(clean.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
        RunStory unknown = RunStory.nullRun().exposed(2_000, Phase.P4);
        unknown.call(Phase.P4).established();
        assertThat(unknown.judge(folder).conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
    }

    @Test
    void detectionTimeIsSplitByWhatTheSurvivorsTold() {
        RunStory story = RunStory.struck()
                .gap(1_200)
                .exposed(300, Phase.P4)
                .event(view(-1_000, "r2m1-engine", "r9"))
                .event(view(900, "r1m1-engine", "r1m1-engine"))
                .event(view(1_000, "r2m1-engine", "r1m1-engine r1m1-replica"))
                .event(told(1_100, "r2m1-engine", "takeover-fetched"))
                .event(told(1_150, "r2m2-engine", "takeover-activated"));
        Rerouting rerouting = story.judge(folder).faults().get(0).rerouting();
        assertThat(rerouting.total()).isBetween(1_199_000_000L, 1_200_000_000L);
        assertThat(rerouting.restored()).isTrue();
        assertThat(rerouting.resolution()).isEqualTo(1_000_000L);
        assertThat(rerouting.detection()).isEqualTo(1_000_000_000L);
        assertThat(rerouting.fetch()).isEqualTo(100_000_000L);
        assertThat(rerouting.activation()).isEqualTo(50_000_000L);
    }

    /** It was answered where it was led, or not at all. */
    @Test
    void dIsTheSameWhereProbesAreRedirected() {
        Rerouting rerouting = RunStory.struck()
                .gap(1_200)
                .detectionRedirected()
                .exposed(300, Phase.P4)
                .judge(folder)
                .faults()
                .get(0)
                .rerouting();
        assertThat(rerouting.total()).isBetween(1_199_000_000L, 1_200_000_000L);
        assertThat(rerouting.restored()).isTrue();
        assertThat(rerouting.probes()).isEqualTo(3_000);
        assertThat(rerouting.resolution()).isEqualTo(1_000_000L);
    }

    @Test
    void dIsToldNoFinerThanTheProbesWereSent() {
        for (double from : List.of(-20.0, 40.0, 59.0)) {
            Rerouting rerouting = RunStory.struck()
                    .gap(60)
                    .withoutDetection(from, from + 30)
                    .exposed(300, Phase.P4)
                    .judge(folder)
                    .faults()
                    .get(0)
                    .rerouting();
            assertThat(rerouting.resolution()).as("no probes from %s", from).isEqualTo(31_000_000L);
        }
        Rerouting later = RunStory.struck()
                .gap(60)
                .withoutDetection(500, 530)
                .exposed(300, Phase.P4)
                .judge(folder)
                .faults()
                .get(0)
                .rerouting();
        assertThat(later.resolution()).isEqualTo(1_000_000L);
    }

    private static RunEvent view(double at, String element, String left) {
        return new RunEvent.ClusterEvent(
                RunStory.instant(at), element, "view", Map.of("left", left, "joined", "", "epoch", 3));
    }

    private static RunEvent told(double at, String element, String event) {
        return new RunEvent.ClusterEvent(RunStory.instant(at), element, event, Map.of("sessions", 3));
    }

    @Test
    void theRetransmissionLawIsCheckedOnWhatWentIntoTheGap() {
        RunStory story = RunStory.struck().gap(1_200).exposed(300, Phase.P4);
        // D - u = 1.1 s: answered at the retransmission after 1.5 s.
        story.call(Phase.P0)
                .invite(100)
                .retransmitted(2)
                .ok(1_602)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        // D - u = 0.4 s: answered at the one after 0.5 s.
        story.call(Phase.P0)
                .invite(800)
                .retransmitted(1)
                .ok(1_301)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        RetransmissionLaw law = story.judge(folder).law();
        assertThat(law.finding()).isEqualTo(Finding.CONFIRMED);
        assertThat(law.checked()).isEqualTo(2);
        // Reached the cluster, which answered in its own time.
        story.call(Phase.P0)
                .invite(700)
                .retransmitted(1)
                .ok(1_900)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        assertThat(story.judge(folder).law().checked()).isEqualTo(2);
        // Answered a retransmission too late.
        story.call(Phase.P0)
                .invite(900)
                .retransmitted(2)
                .ok(2_402)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        law = story.judge(folder).law();
        assertThat(law.finding()).isEqualTo(Finding.INCONCLUSIVE);
        assertThat(law.conforming()).isEqualTo(2);
    }
}
