package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of one call, rule by rule: criteria, section 2. */
class FatesTest {
    @TempDir
    Path folder;

    private Fate fateOf(Phase phase, Consumer<CallStory> story) {
        return fateOf(phase, (run, call) -> story.accept(call));
    }

    private interface Telling {
        void tell(RunStory run, CallStory call);
    }

    private Fate fateOf(Phase phase, Telling story) {
        var run = RunStory.struck().over(phase);
        story.tell(run, run.call(phase));
        Verdict verdict = run.judge(folder);
        var fates = new ArrayList<Fate>();
        for (MatrixRow row : verdict.matrix()) {
            // The story's probes are all transparent, and in the groups of new calls and of those over.
            boolean own = !row.group().equals("probes");
            for (Fate fate : Fate.values()) {
                if (own && (fate != Fate.TRANSPARENT) && row.fates().of(fate) > 0) {
                    fates.add(fate);
                }
            }
        }
        assertThat(fates).hasSizeLessThanOrEqualTo(1);
        return fates.isEmpty() ? Fate.TRANSPARENT : fates.get(0);
    }

    @ParameterizedTest
    @EnumSource(names = {"P0", "P1", "P2", "P3", "P4", "P4F", "P5", "P6"})
    void aCallThatGoesOnAsIfNothingHappenedIsTransparent(Phase phase) {
        assertThat(fateOf(phase, CallStory::transparent)).isEqualTo(Fate.TRANSPARENT);
    }

    @Test
    void anInDialogRequestThatGets481Or408OrNothingLosesTheCall() {
        assertThat(fateOf(Phase.P4, call -> call.established().info(3_000).gets(481, 3_001)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(Phase.P4, call -> call.established().info(3_000).gets(408, 3_001)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(Phase.P4, call -> call.established().info(3_000).timesOut(35_000)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(Phase.P4, call -> call.established().modify(3_000).timesOut(35_000)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aByeSentAfterTheFaultThatFindsNothingLosesTheCall() {
        assertThat(fateOf(Phase.P4, call -> call.established().bye(4_000).gets(481, 4_001)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(Phase.P4, call -> call.established().bye(4_000).gets(408, 4_001)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(Phase.P4, call -> call.established().bye(4_000).timesOut(36_000)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aByeUnderWayAtTheFaultMayHaveEndedTheCall() {
        assertThat(fateOf(Phase.P6, call -> call.established().bye(-1_000).gets(481, 2_000)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(Phase.P6, call -> call.established().bye(-1_000).timesOut(31_000)))
                .isEqualTo(Fate.FAILED);
    }

    @Test
    void aByeAnsweredBeforeTheFaultIsJudgedAsAnyOther() {
        Verdict verdict =
                story(run -> run.call(Phase.P4).established().bye(-1_000).gets(481, -999));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.witnesses().shown().get(0).fate()).isEqualTo(Fate.LOST);
    }

    @Test
    void aByeWithinTheBracketMayHaveBeenEither() {
        Verdict verdict = story(run -> run.call(Phase.P4).established().bye(2).gets(481, 1_000));
        assertThat(verdict.witnesses().shown().get(0).fate()).isEqualTo(Fate.REPEATED);
    }

    @Test
    void aFiveHundredIsRepeatedAndLosesTheCallOnlyAfterTwoFailedRepeats() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(500, 3_001)
                                .repeat(3_002)
                                .counter(1)
                                .ok(3_003)
                                .bye(4_000)
                                .counter(1)
                                .ok(4_001)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(500, 3_001)
                                .repeat(3_002)
                                .gets(500, 3_003)
                                .repeat(3_004)
                                .gets(503, 3_005)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(500, 3_001)
                                .repeat(3_002)
                                .gets(500, 3_003)
                                .bye(4_000)
                                .counter(0)
                                .ok(4_001)))
                .isEqualTo(Fate.FAILED);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(500, 3_001)
                                .repeat(3_002)
                                .gets(481, 3_003)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aRepeatThatComesLaterThan60SecondsIsNone() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(500, 3_001)
                                .repeat(63_002)
                                .counter(1)
                                .ok(63_003)
                                .bye(64_000)
                                .counter(1)
                                .ok(64_001)))
                .isEqualTo(Fate.FAILED);
    }

    @Test
    void aFollowUpIsNeitherRepeatNorFailure() {
        for (int challenge : new int[] {401, 407, 422, 491, 302}) {
            assertThat(fateOf(
                            Phase.P4,
                            call -> call.established()
                                    .info(3_000)
                                    .gets(challenge, 3_001)
                                    .followUp(3_002)
                                    .counter(1)
                                    .ok(3_003)
                                    .bye(4_000)
                                    .counter(1)
                                    .ok(4_001)))
                    .as("after %d", challenge)
                    .isEqualTo(Fate.TRANSPARENT);
        }
    }

    /** A repeat was needed all the same, though it was redirected, or challenged, as well. */
    @Test
    void whatFollowsARepeatUpIsAPartOfTheRepeat() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(302, 3_001)
                                .repeat(4_001)
                                .gets(302, 4_002)
                                .followUp(4_003)
                                .counter(1)
                                .ok(4_004)
                                .bye(5_000)
                                .counter(1)
                                .ok(5_001)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(
                        Phase.P1,
                        call -> call.invite(-2_000)
                                .trying(-1_999)
                                .gets(302, -1_998)
                                .followUp(-1_997)
                                .trying(-1_996)
                                .hold(2_000)
                                .gets(503, 2_001)
                                .repeat(2_002)
                                .ok(2_003)
                                .bye(5_000)
                                .ok(5_001)))
                .isEqualTo(Fate.REPEATED);
    }

    /** An established call that is sent on to nobody who has it is as good as one that gets 503 for ever. */
    @Test
    void aRedirectionToNowhereInsideADialogLosesTheCallOnceRepeatsHaveFailed() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(302, 3_001)
                                .repeat(4_001)
                                .gets(302, 4_002)
                                .repeat(5_002)
                                .gets(302, 5_003)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .bye(3_000)
                                .gets(302, 3_001)
                                .followUp(3_002)
                                .gets(302, 3_003)
                                .repeat(4_003)
                                .gets(302, 4_004)
                                .followUp(4_005)
                                .gets(302, 4_006)
                                .repeat(5_006)
                                .gets(302, 5_007)
                                .followUp(5_008)
                                .gets(302, 5_009)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .gets(302, 3_001)
                                .repeat(4_001)
                                .counter(1)
                                .ok(4_002)
                                .bye(5_000)
                                .counter(1)
                                .ok(5_001)))
                .isEqualTo(Fate.REPEATED);
    }

    @Test
    void aSetUpThatIsRedirectedToNowhereHasFailed() {
        assertThat(fateOf(
                        Phase.P0,
                        call -> call.invite(-5).gets(302, -1).followUp(1).gets(302, 3)))
                .isEqualTo(Fate.FAILED);
        assertThat(fateOf(Phase.P0, call -> call.invite(-5).retransmitted(1).gets(302, 495)))
                .isEqualTo(Fate.FAILED);
    }

    /** Its user waited for the challenge as well, but not for the generator, nor beyond what was held anyway. */
    @Test
    void aChallengeThatComesLateIsLate() {
        assertThat(fateOf(Phase.P4, call -> challengedInfo(call, 3_000, 5_001))).isEqualTo(Fate.LATE);
        assertThat(fateOf(Phase.P4, call -> challengedInfo(call, 3_000, 4_998))).isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(Phase.P4, call -> challengedInfo(call, 4_000, 5_001))).isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(
                        Phase.P0,
                        call -> call.invite(-5)
                                .retransmitted(3)
                                .gets(407, 3_495)
                                .followUp(3_495)
                                .ok(3_496)
                                .bye(5_000)
                                .ok(5_001)))
                .isEqualTo(Fate.LATE);
        assertThat(fateOf(
                        Phase.P2,
                        call -> call.invite(-2_000)
                                .hold(4_000)
                                .gets(401, -100)
                                .followUp(-100)
                                .ringing(-99)
                                .hold(4_000)
                                .ok(4_001)
                                .bye(5_000)
                                .ok(5_001)))
                .isEqualTo(Fate.TRANSPARENT);
    }

    private static void challengedInfo(CallStory call, double sent, double challenged) {
        call.established()
                .info(3_000)
                .sentAt(sent)
                .gets(401, challenged)
                .followUp(challenged + 1)
                .counter(1)
                .ok(challenged + 2)
                .bye(14_000)
                .counter(1)
                .ok(14_001);
    }

    @Test
    void aSetUpThatSucceedsOnlyByARedialIsRepeatedElseFailed() {
        assertThat(fateOf(Phase.P1, (run, call) -> {
                    call.invite(-2_000).trying(-1_999).hold(2_000).gets(500, 2_001);
                    run.redial(call)
                            .redialled(2_100)
                            .setups(1)
                            .ok(2_101)
                            .bye(4_000)
                            .counter(0)
                            .ok(4_001);
                }))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(Phase.P1, (run, call) -> {
                    call.invite(-2_000).trying(-1_999).hold(2_000).gets(500, 2_001);
                    run.redial(call).redialled(2_100).gets(500, 2_101);
                }))
                .isEqualTo(Fate.FAILED);
        assertThat(fateOf(
                        Phase.P1,
                        call -> call.invite(-2_000).trying(-1_999).hold(2_000).gets(500, 2_001)))
                .isEqualTo(Fate.FAILED);
    }

    @Test
    void anInviteStuckAfterA1xxIsRepeatedWhetherItsCancelFailsOrNot() {
        assertThat(fateOf(Phase.P1, (run, call) -> {
                    call.invite(-2_000).trying(-1_999).hold(2_000).timesOut(38_000);
                    call.cancel(6_000).gets(481, 6_001);
                    run.redial(call)
                            .redialled(6_001)
                            .setups(1)
                            .ok(6_003)
                            .bye(8_000)
                            .counter(0)
                            .ok(8_001);
                }))
                .isEqualTo(Fate.REPEATED);
    }

    @Test
    void aRedialThatIsLostIsALostCall() {
        assertThat(fateOf(Phase.P1, (run, call) -> {
                    call.invite(-2_000).trying(-1_999).hold(2_000).gets(500, 2_001);
                    run.redial(call)
                            .redialled(2_100)
                            .setups(1)
                            .ok(2_101)
                            .bye(4_000)
                            .gets(481, 4_001);
                }))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aStuckReInviteHasNotSeenTimerB() {
        assertThat(fateOf(
                        Phase.P5,
                        call -> call.established()
                                .modify(-1_000)
                                .trying(-999)
                                .hold(2_000)
                                .timesOut(38_000)
                                .cancel(6_000)
                                .gets(481, 6_001)))
                .isEqualTo(Fate.FAILED);
    }

    /** The user had hung up before anybody answered, as a scenario of the user's own may have it. */
    @Test
    void aCancelThatTheScriptAskedForIsAnIntentOfItsOwn() {
        assertThat(fateOf(Phase.P7, call -> cancelled(call).ok(2_001))).isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(Phase.P7, call -> cancelled(call).timesOut(31_000))).isEqualTo(Fate.FAILED);
        assertThat(fateOf(Phase.P7, call -> cancelled(call).gets(481, 2_001))).isEqualTo(Fate.FAILED);
        assertThat(fateOf(Phase.P7, call -> cancelled(call).ok(4_500))).isEqualTo(Fate.LATE);
    }

    private static OperationStory cancelled(CallStory call) {
        call.invite(-2_000).trying(-1_999).ringing(-1_998).gets(487, 2_002);
        return call.cancel(-1_000).hold(2_000);
    }

    @Test
    void theBudgetCountsFromTheIntendedSendAndTheHold() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .counter(1)
                                .ok(5_000)
                                .bye(6_000)
                                .counter(1)
                                .ok(6_001)))
                .isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .counter(1)
                                .ok(5_001)
                                .bye(6_000)
                                .counter(1)
                                .ok(6_001)))
                .isEqualTo(Fate.LATE);
        assertThat(fateOf(
                        Phase.P2,
                        call -> call.invite(-2_000)
                                .ringing(-1_999)
                                .hold(2_000)
                                .ok(4_001)
                                .bye(6_000)
                                .counter(0)
                                .ok(6_001)))
                .isEqualTo(Fate.LATE);
        assertThat(fateOf(
                        Phase.P1,
                        call -> call.invite(-2_000)
                                .trying(-1_999)
                                .hold18x(500)
                                .hold(3_000)
                                .ringing(3_501)
                                .ok(3_502)
                                .bye(6_000)
                                .counter(0)
                                .ok(6_001)))
                .isEqualTo(Fate.LATE);
    }

    @Test
    void whatTheGeneratorSentLateIsNotTheClustersLateness() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .sentAt(4_500)
                                .counter(1)
                                .ok(5_100)
                                .bye(6_000)
                                .counter(1)
                                .ok(6_001)))
                .isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .sentAt(4_500)
                                .counter(1)
                                .ok(6_600)
                                .bye(7_000)
                                .counter(1)
                                .ok(7_001)))
                .isEqualTo(Fate.LATE);
    }

    @Test
    void aCounterThatFellBackOrStoodStillLosesTheCall() {
        // Reset.
        assertThat(counters(1, 2, 1)).isEqualTo(Fate.LOST);
        // Frozen.
        assertThat(counters(1, 2, 2)).isEqualTo(Fate.LOST);
        assertThat(counters(1, 2, 3)).isEqualTo(Fate.TRANSPARENT);
        // Counted twice.
        assertThat(counters(1, 2, 4)).isEqualTo(Fate.GHOST);
    }

    private Fate counters(long first, long second, long third) {
        return fateOf(
                Phase.P4,
                call -> call.established()
                        .info(-3_000)
                        .counter(first)
                        .ok(-2_999)
                        .info(-2_000)
                        .counter(second)
                        .ok(-1_999)
                        .info(3_000)
                        .counter(third)
                        .ok(3_001)
                        .bye(4_000)
                        .counter(third)
                        .ok(4_001));
    }

    @Test
    void theByeTellsTheCounterWithoutCounting() {
        assertThat(byeCounter(1)).isEqualTo(Fate.TRANSPARENT);
        assertThat(byeCounter(0)).isEqualTo(Fate.LOST);
        assertThat(byeCounter(2)).isEqualTo(Fate.GHOST);
    }

    private Fate byeCounter(long value) {
        return fateOf(
                Phase.P4,
                call -> call.established()
                        .info(-3_000)
                        .counter(1)
                        .ok(-2_999)
                        .bye(4_000)
                        .counter(value)
                        .ok(4_001));
    }

    @Test
    void aCounterThatIsToldNoMoreLeavesTheCallOpen() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> told(call).info(3_000).ok(3_001).bye(4_000).ok(4_001)))
                .isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(Phase.P4, call -> told(call).bye(4_000).ok(4_001))).isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(
                        Phase.P4,
                        call -> told(call)
                                .info(3_000)
                                .ok(3_001)
                                .bye(4_000)
                                .counter(2)
                                .ok(4_001)))
                .isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(
                        Phase.P4,
                        call -> told(call).info(3_000).ok(3_001).bye(4_000).gets(481, 4_001)))
                .isEqualTo(Fate.LOST);
        // A service that counts nothing tells nothing to forget.
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(-3_000)
                                .ok(-2_999)
                                .info(3_000)
                                .ok(3_001)
                                .bye(4_000)
                                .ok(4_001)))
                .isEqualTo(Fate.TRANSPARENT);
    }

    /** What was under way may have been answered by whoever was struck: it shows nothing of what is left. */
    @Test
    void aCounterThatOnlyAnAnswerFromBeforeTheFaultToldLeavesTheCallOpen() {
        assertThat(fateOf(
                        Phase.P5,
                        call -> told(call).info(-10).counter(2).ok(5).bye(4_000).ok(4_001)))
                .isEqualTo(Fate.INDETERMINATE);
        // Nor does one that was to be held, and was not.
        assertThat(fateOf(Phase.P5, call -> toBeHeld(call).ok(5).bye(4_000).ok(4_001)))
                .isEqualTo(Fate.INDETERMINATE);
        // Held beyond it, it was answered by whoever has the call now.
        assertThat(fateOf(Phase.P5, call -> toBeHeld(call).ok(2_001).bye(4_000).ok(4_001)))
                .isEqualTo(Fate.TRANSPARENT);
    }

    /** An INFO from just before the fault whose answer is to be held beyond it. */
    private static OperationStory toBeHeld(CallStory call) {
        return told(call).info(-10).hold(2_000).counter(2);
    }

    private static CallStory told(CallStory call) {
        return call.established().info(-3_000).counter(1).ok(-2_999);
    }

    @Test
    void anInfoThatFailedMayHaveCountedOrNot() {
        for (long value : new long[] {2, 3}) {
            assertThat(fateOf(
                            Phase.P4,
                            call -> call.established()
                                    .info(-3_000)
                                    .counter(1)
                                    .ok(-2_999)
                                    .info(3_000)
                                    .gets(500, 3_001)
                                    .repeat(3_002)
                                    .counter(value)
                                    .ok(3_003)
                                    .bye(4_000)
                                    .counter(value)
                                    .ok(4_001)))
                    .isEqualTo(Fate.REPEATED);
        }
    }

    @Test
    void aSecondSetUpForOneCallIdIsAGhost() {
        assertThat(fateOf(
                        Phase.P2,
                        call -> call.invite(-2_000)
                                .ringing(-1_999)
                                .hold(2_000)
                                .setups(2)
                                .ok(2_001)
                                .bye(4_000)
                                .counter(0)
                                .ok(4_001)))
                .isEqualTo(Fate.GHOST);
    }

    @Test
    void incidentsCondemn() {
        assertThat(incident(Incident.Kind.FORKED_ANSWER, 1_000)).isEqualTo(Fate.GHOST);
        assertThat(incident(Incident.Kind.CHANGED_TAG, 1_000)).isEqualTo(Fate.GHOST);
        assertThat(incident(Incident.Kind.ORPHAN_SESSION, 60_000)).isEqualTo(Fate.GHOST);
        assertThat(incident(Incident.Kind.STRAY, 1_000)).isEqualTo(Fate.TRANSPARENT);
        assertThat(incident(Incident.Kind.UNSCRIPTED_BYE, 4_500)).isEqualTo(Fate.GHOST);
        assertThat(fateOf(Phase.P4, call -> call.established().incident(Incident.Kind.UNSCRIPTED_BYE, 1_000)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aByeFromTheFarSideLosesNoCallThatTheCallerNeverHad() {
        assertThat(fateOf(
                        Phase.P1,
                        call -> call.invite(-2_000)
                                .trying(-1_999)
                                .timesOut(38_000)
                                .incident(Incident.Kind.UNSCRIPTED_BYE, 34_000)))
                .isEqualTo(Fate.FAILED);
        assertThat(fateOf(Phase.P1, (run, call) -> {
                    call.invite(-2_000).trying(-1_999).timesOut(38_000).incident(Incident.Kind.UNSCRIPTED_BYE, 34_000);
                    call.cancel(6_000).gets(481, 6_001);
                    run.redial(call)
                            .redialled(6_001)
                            .setups(1)
                            .ok(6_003)
                            .bye(8_000)
                            .counter(0)
                            .ok(8_001);
                }))
                .isEqualTo(Fate.REPEATED);
        // Refused, and accepted all the same.
        assertThat(fateOf(
                        Phase.P1,
                        call -> call.invite(-2_000)
                                .trying(-1_999)
                                .gets(500, 2_001)
                                .incident(Incident.Kind.UNSCRIPTED_BYE, 34_000)))
                .isEqualTo(Fate.GHOST);
    }

    private Fate incident(Incident.Kind kind, double at) {
        return fateOf(Phase.P4, call -> call.transparent().incident(kind, at));
    }

    @Test
    void aCallThatWasNotSeenToItsEndCannotBeTold() {
        assertThat(fateOf(Phase.P4, call -> call.established())).isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(Phase.P4, call -> call.established().bye(4_000).staysOpen()))
                .isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(3_000)
                                .staysOpen()
                                .bye(4_000)
                                .counter(0)
                                .ok(4_001)))
                .isEqualTo(Fate.INDETERMINATE);
        assertThat(fateOf(Phase.P1, call -> call.invite(-2_000).trying(-1_999).staysOpen()))
                .isEqualTo(Fate.INDETERMINATE);
    }

    @Test
    void aFreshCallWhoseCounterIsNotSeenAgainCannotBeTold() {
        assertThat(fateOf(
                        Phase.P4F,
                        call -> call.established()
                                .info(-300)
                                .counter(1)
                                .ok(-299)
                                .bye(4_000)
                                .ok(4_001)))
                .isEqualTo(Fate.INDETERMINATE);
    }

    private Verdict story(Consumer<RunStory> told) {
        var run = RunStory.struck();
        told.accept(run);
        return run.judge(folder);
    }

    @Test
    void thePhaseIsToldByTheOperationsNotByTheScript() {
        var run = RunStory.struck().over(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
        Set<Phase> all = EnumSet.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
        all.forEach(phase -> run.call(phase).transparent());
        // Meant for P1, and already ringing.
        run.call(Phase.P1)
                .invite(-2_000)
                .ringing(-1)
                .hold(2_000)
                .ok(2_001)
                .bye(4_000)
                .counter(0)
                .ok(4_001);
        // Meant for P5, answered before.
        run.call(Phase.P5).established().bye(4_000).counter(0).ok(4_001);
        // Its state changes while the fault takes effect.
        run.call(Phase.P6).established().bye(-10).counter(0).ok(2);
        List<PhaseResult> phases = run.judge(folder).phases();
        assertThat(phases.stream().filter(PhaseResult::demanded).map(PhaseResult::held))
                .containsExactly(1, 2, 1, 2, 1, 1, 1);
        assertThat(phases.stream().filter(PhaseResult::demanded).map(PhaseResult::planned))
                .containsExactly(2, 1, 1, 1, 1, 2, 2);
    }
}
