package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.judge.verdict.WitnessStep;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import io.ringdown.record.RunEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the two sides of a relayed call agree: histories of good and of broken clusters. */
class AgreementTest {
    @TempDir
    Path folder;

    private final RunStory run = RunStory.struck().over(Phase.P4).relayed();
    private final CallStory call = run.call(Phase.P4);

    /** Of the call as it went, and a leg that is like it but for what a test changes. */
    private Fate fate(Function<LegStory, LegStory> change) {
        return judged(change.apply(LegStory.agreeing(call)));
    }

    private Fate judged(LegStory... legs) {
        return worst(run.seen(call, legs).judge(folder));
    }

    private static Fate worst(Verdict verdict) {
        Fate worst = Fate.TRANSPARENT;
        for (MatrixRow row : verdict.matrix()) {
            for (Fate each : Fate.values()) {
                worst = row.fates().of(each) > 0 && each.compareTo(worst) > 0 ? each : worst;
            }
        }
        return worst;
    }

    @ParameterizedTest
    @EnumSource(names = {"P0", "P1", "P2", "P3", "P4", "P4F", "P5", "P6"})
    void sidesThatSawTheSameAgree(Phase phase) {
        var relayed = RunStory.struck().over(phase).relayed();
        relayed.call(phase).transparent();
        assertThat(worst(relayed.judge(folder))).isEqualTo(Fate.TRANSPARENT);
    }

    @Test
    void aSecondInviteAtTheCalleeIsAGhost() {
        call.transparent();
        assertThat(fate(leg -> leg.received(Intent.SETUP, 1, 100, 482))).isEqualTo(Fate.GHOST);
    }

    @Test
    void aSecondByeAtTheCalleeIsAGhostUnlessTheCallerSentTwo() {
        call.transparent();
        assertThat(fate(leg -> leg.received(Intent.RELEASE, 3, 4_001, 481))).isEqualTo(Fate.GHOST);
        var other = RunStory.struck().over(Phase.P4).relayed();
        other.call(Phase.P4)
                .established()
                .bye(4_000)
                .gets(500, 4_001)
                .repeat(5_000)
                .counter(0)
                .ok(5_001);
        assertThat(worst(other.judge(folder))).isEqualTo(Fate.REPEATED);
    }

    @Test
    void aCallThatTheCalleeNeverHadIsLost() {
        call.invite(1).trying(2).ok(3).bye(4_000).counter(0).ok(4_001);
        assertThat(judged()).isEqualTo(Fate.LOST);
    }

    @Test
    void aCallThatTheCalleeRefusedIsLost() {
        call.invite(1).trying(2).ok(3).bye(4_000).counter(0).ok(4_001);
        assertThat(judged(new LegStory(call.callId()).received(Intent.SETUP, 1, 2, 487)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aCalleeThatIsHungUpOnByNobodyLosesTheCall() {
        call.transparent();
        assertThat(fate(leg -> leg.without(Intent.RELEASE).received(Intent.RELEASE, 2, 3_000, 200)))
                .isEqualTo(Fate.LOST);
    }

    /** Who is killed between sending and writing that it has sent tells less than the callee heard, and of a call that was over for it nothing is left to tell. */
    @ParameterizedTest
    @CsvSource({
        "COMPLETED, false, LOST",
        "HARNESS_FAILED, false, INDETERMINATE",
        "HARNESS_FAILED, true, LOST",
        "INTERRUPTED, false, INDETERMINATE",
        "INTERRUPTED, true, LOST"
    })
    void aByeThatACallerMayHaveSentUnrecordedIsNobodysFault(RunEvent.Ending ending, boolean over, Fate fate) {
        run.bySipp().ending(ending);
        call.established();
        if (over) {
            call.bye(4_000).counter(0).ok(4_001);
        }
        assertThat(fate(leg -> leg.without(Intent.RELEASE).received(Intent.RELEASE, 2, 3_000, 200)))
                .isEqualTo(fate);
    }

    /** What SIPp says it has sent may have arrived a moment before. */
    @ParameterizedTest
    @CsvSource({"false, 3980, LOST", "true, 3980, TRANSPARENT", "true, 3900, LOST"})
    void aByeMayArriveBeforeSippTellsOfIt(boolean sipp, double arrived, Fate fate) {
        if (sipp) {
            run.bySipp();
        }
        call.established().bye(4_000).counter(0).ok(4_001);
        assertThat(fate(leg -> leg.without(Intent.RELEASE).received(Intent.RELEASE, 2, arrived, 200)))
                .isEqualTo(fate);
    }

    /** Where the caller's clock is a load host's, what it says it has sent may have arrived a moment before, for all that is known. */
    @ParameterizedTest
    @CsvSource({"0.05, 3_990, LOST", "20, 3_990, TRANSPARENT", "20, 3_900, LOST"})
    void aByeMayArriveBeforeACallersClockShowsThatItLeft(double margin, double arrived, Fate fate) {
        call.established().bye(4_000).counter(0).ok(4_001);
        run.loadHosts(margin, "");
        assertThat(fate(leg -> leg.without(Intent.RELEASE).received(Intent.RELEASE, 2, arrived, 200)))
                .isEqualTo(fate);
    }

    /** The caller's clock shows that it was hung up on before the callee's shows that it hung up. */
    @ParameterizedTest
    @CsvSource({"0.05, 3_010, LOST", "20, 3_010, TRANSPARENT", "20, 3_100, LOST"})
    void aByeThatTheCalleeWasAskedForMayComeBeforeItLeft(double margin, double left, Fate fate) {
        call.established().incident(Incident.Kind.UNSCRIPTED_BYE, 3_000);
        run.loadHosts(margin, "");
        assertThat(fate(leg -> leg.sent(Intent.RELEASE, 1, left, 200))).isEqualTo(fate);
    }

    /** The callee gives up, and its BYE ends the call for the caller, whose clock shows that earlier: the call had lost its far side. */
    @ParameterizedTest
    @CsvSource({"20, 23_990, LOST", "20, 23_900, GHOST", "0.05, 23_990, GHOST"})
    void whatTheClocksCannotTellApartMakesALossNoGhost(double margin, double over, Fate fate) {
        call.established().bye(over - 1).counter(0).ok(over);
        run.loadHosts(margin, "");
        assertThat(fate(AgreementTest::neverAcknowledged)).isEqualTo(fate);
    }

    /** What it had sent and not yet recorded may be just what the callee heard; and who is dead answers nobody. */
    @Test
    void ofALoadHostThatDiedTheCalleeAccusesNobody() {
        for (Function<LegStory, LegStory> heard : List.<Function<LegStory, LegStory>>of(
                leg -> leg.received(Intent.RELEASE, 2, 3_000, 200),
                leg -> leg.received(Intent.INFO, 2, 3_000, 200),
                leg -> leg.sent(Intent.INFO, 1, 3_000, 0),
                AgreementTest::neverAcknowledged)) {
            RunStory story = RunStory.struck().over(Phase.P4).relayed();
            CallStory cut = story.call(Phase.P4);
            while (cut.number() % 2 == 0) {
                cut.transparent();
                cut = story.call(Phase.P4);
            }
            cut.established();
            story.seen(cut, heard.apply(LegStory.agreeing(cut)));

            assertThat(worst(story.loadHosts(0.05, "its process ended").judge(folder)))
                    .isEqualTo(Fate.INDETERMINATE);
        }
    }

    @Test
    void aLegThatIsLeftIsAGhost() {
        call.transparent();
        assertThat(fate(leg -> leg.without(Intent.RELEASE).incident(Incident.Kind.OPEN_LEG, 60_000, "established")))
                .isEqualTo(Fate.GHOST);
    }

    @Test
    void aLegOfASetUpThatFailedIsAGhost() {
        call.invite(1).trying(2).timesOut(4_000);
        run.redial(call).redialled(4_001).ok(4_002).bye(5_000).counter(0).ok(5_001);
        var leg = new LegStory(call.callId()).received(Intent.SETUP, 1, 2, 200);
        assertThat(judged(leg.incident(Incident.Kind.UNACKNOWLEDGED, 32_002, "")))
                .isEqualTo(Fate.GHOST);
    }

    /** Its own BYE went no further than to the cluster, which then answered the caller's by itself. */
    @Test
    void aCalleeThatWasNeverAcknowledgedAndHungUpLosesTheCall() {
        call.established().bye(40_000).counter(0).ok(40_001);
        assertThat(fate(AgreementTest::neverAcknowledged)).isEqualTo(Fate.LOST);
    }

    @Test
    void aLegThatOutlivesItsCallUntilItGivesUpIsAGhost() {
        call.transparent();
        assertThat(fate(AgreementTest::neverAcknowledged)).isEqualTo(Fate.GHOST);
    }

    private static LegStory neverAcknowledged(LegStory leg) {
        return leg.without(Intent.RELEASE)
                .incident(Incident.Kind.UNACKNOWLEDGED, 24_002, "no ACK came to its 2xx")
                .sent(Intent.RELEASE, 1, 24_002, 200);
    }

    /** Its ACKs reach the cluster, and the callee's 2xx goes on to be sent again: half a call (criteria, section 2). */
    @ParameterizedTest
    @CsvSource({"15_000, 14_000, INDETERMINATE", "2_000, 30_000, TRANSPARENT", "15_000, 1_000, TRANSPARENT"})
    void aCalleeThatWasNotAcknowledgedForLongLeavesTheCallOpen(double bye, double lastAnswer, Fate fate) {
        call.invite(-2_000).ringing(-1_999).hold(2_000).setups(1).ok(2_001);
        call.bye(bye).counter(0).ok(bye + 1);
        assertThat(fate(leg -> leg.unacknowledged(lastAnswer))).isEqualTo(fate);
    }

    /** A challenge is the cluster's: the callee has no part in it. */
    @Test
    void aSecondInviteAtTheCalleeIsAGhostAlsoWhereTheFirstWasChallenged() {
        call.invite(-8_000).gets(407, -7_999).followUp(-7_999).setups(1).ok(-7_998);
        call.bye(4_000).counter(0).ok(4_001);
        var leg = new LegStory(call.callId()).received(Intent.SETUP, 2, -7_998.9, 200);
        assertThat(judged(leg.received(Intent.RELEASE, 3, 4_000.1, 200))).isEqualTo(Fate.TRANSPARENT);
        assertThat(judged(leg.received(Intent.SETUP, 2, 100, 482))).isEqualTo(Fate.GHOST);
    }

    /** Who sends on elsewhere has not called the callee as well; a callee that does so itself has been called. */
    @Test
    void aSecondRequestAtTheCalleeIsAGhostAlsoWhereTheFirstWasRedirected() {
        call.invite(-8_000).gets(302, -7_999).followUp(-7_999).setups(1).ok(-7_998);
        call.info(3_000).gets(302, 3_001).followUp(3_002).ok(3_003);
        call.bye(4_000).counter(1).ok(4_001);
        var leg = new LegStory(call.callId())
                .received(Intent.SETUP, 2, -7_998.9, 200)
                .received(Intent.INFO, 4, 3_002.1, 200)
                .received(Intent.RELEASE, 5, 4_000.1, 200);
        assertThat(judged(leg)).isEqualTo(Fate.TRANSPARENT);
        assertThat(judged(leg.received(Intent.INFO, 3, 3_000.1, 302))).isEqualTo(Fate.TRANSPARENT);
        assertThat(judged(leg.received(Intent.INFO, 3, 3_002.5, 200))).isEqualTo(Fate.GHOST);
    }

    @Test
    void aSetUpThatFailedAtBothSidesIsNoGhost() {
        call.invite(1).trying(2).timesOut(4_000);
        run.redial(call).redialled(4_001).ok(4_002).bye(5_000).counter(0).ok(5_001);
        assertThat(judged(new LegStory(call.callId()).received(Intent.SETUP, 1, 2, 487)))
                .isEqualTo(Fate.REPEATED);
    }

    @Test
    void anAnswerThatTheCalleeNeverGaveLosesTheCall() {
        call.established().modify(2_000).ok(2_001).bye(4_000).counter(0).ok(4_001);
        assertThat(fate(leg -> leg.without(Intent.MODIFY))).isEqualTo(Fate.LOST);
    }

    @ParameterizedTest
    @EnumSource(names = {"INFO", "MODIFY"})
    void aRequestThatTheCallerNeverSentIsAGhost(Intent intent) {
        call.transparent();
        assertThat(fate(leg -> leg.received(intent, 7, 3_000, 200))).isEqualTo(Fate.GHOST);
    }

    /** As soon as the callee has heard what nobody had said it is harmed, whatever it hears later. */
    @ParameterizedTest
    @CsvSource({"-2_000, TRANSPARENT", "1_000, GHOST"})
    void whatReachesTheCalleeTwiceBefallsTheCallThen(double again, Fate fate) {
        informed();
        assertThat(fate(leg -> leg.received(Intent.INFO, 2, again, 200))).isEqualTo(fate);
    }

    @ParameterizedTest
    @CsvSource({"3, 3_000.1, TRANSPARENT", "2, -2_999.9, LOST"})
    void whatNeverReachesTheCalleeBefallsTheCallThen(int cseq, double other, Fate fate) {
        informed();
        assertThat(fate(leg -> leg.without(Intent.INFO).received(Intent.INFO, cseq, other, 200)))
                .isEqualTo(fate);
    }

    private void informed() {
        call.established()
                .info(-3_000)
                .counter(1)
                .ok(-2_998)
                .info(3_000)
                .counter(2)
                .ok(3_002);
        call.bye(4_000).counter(2).ok(4_002);
    }

    /** Its 2xx came when the caller had given up, and the BYE went no further than to the cluster. */
    @ParameterizedTest
    @CsvSource({"200, GHOST", "481, GHOST", "0, REPEATED"})
    void aLegThatIsLeftOfASetUpThatWasAcceptedTooLateIsAGhost(int status, Fate fate) {
        call.invite(1).timesOut(32_001);
        if (status == 200) {
            call.bye(32_500).ok(32_501);
        } else if (status == 0) {
            call.bye(32_500).timesOut(64_500);
        } else {
            call.bye(32_500).gets(status, 32_501);
        }
        run.redial(call).redialled(32_001).ok(32_002).bye(33_000).counter(0).ok(33_001);
        var leg = new LegStory(call.callId()).received(Intent.SETUP, 1, 32_100, 200);
        assertThat(judged(leg.incident(Incident.Kind.OPEN_LEG, 70_000, "established")))
                .isEqualTo(fate);
    }

    @Test
    void aByeThatTheCalleeWasAskedForIsNoLoss() {
        call.established().incident(Incident.Kind.UNSCRIPTED_BYE, 3_000);
        assertThat(fate(leg -> leg.sent(Intent.RELEASE, 1, 2_999.5, 200))).isEqualTo(Fate.TRANSPARENT);
    }

    @ParameterizedTest
    @CsvSource({"1, GHOST", "2, TRANSPARENT"})
    void aByeOfTheCalleesReachesTheCallerOnce(int sent, Fate fate) {
        call.established()
                .incident(Incident.Kind.UNSCRIPTED_BYE, 3_000)
                .incident(Incident.Kind.FAR_SIDE_REQUEST, 3_500, "BYE (CSeq 1)");
        assertThat(fate(leg -> {
                    leg.sent(Intent.RELEASE, 1, 2_999.5, 200);
                    return sent == 1 ? leg : leg.sent(Intent.RELEASE, 2, 3_499.5, 200);
                }))
                .isEqualTo(fate);
    }

    @Test
    void aSessionThatOutlivesTheCalleesByeIsAGhost() {
        call.established().incident(Incident.Kind.UNSCRIPTED_BYE, 3_000);
        run.stillOwned("r2m1-engine", call.callId());
        assertThat(fate(leg -> leg.sent(Intent.RELEASE, 1, 2_999.5, 200))).isEqualTo(Fate.GHOST);
    }

    @Test
    void aByeThatTheCalleeNeverSentIsALoss() {
        call.established().incident(Incident.Kind.UNSCRIPTED_BYE, 3_000);
        assertThat(fate(leg -> leg)).isEqualTo(Fate.LOST);
    }

    @Test
    void aCalleesByeThatNeverReachesTheCallerLosesTheCall() {
        call.established().bye(9_000).gets(481, 9_001);
        assertThat(fate(leg -> leg.without(Intent.RELEASE).sent(Intent.RELEASE, 1, 3_000, 200)))
                .isEqualTo(Fate.LOST);
        String said = run.seen(
                        call, LegStory.agreeing(call).without(Intent.RELEASE).sent(Intent.RELEASE, 1, 3_000, 200))
                .judge(folder)
                .witnesses()
                .shown()
                .get(0)
                .sentence();
        assertThat(said).contains("the callee's BYE (CSeq 1) was answered, and never reached the caller");
    }

    @ParameterizedTest
    @CsvSource({"200, 1, TRANSPARENT", "200, 0, LOST", "200, 2, GHOST", "481, 0, LOST", "0, 0, LOST"})
    void aRequestOfTheCalleesMustReachTheCallerOnce(int status, int heard, Fate fate) {
        call.transparent();
        for (int i = 0; i < heard; i++) {
            call.incident(Incident.Kind.FAR_SIDE_REQUEST, 1_000, "INFO (CSeq 1)");
        }
        assertThat(fate(leg -> leg.sent(Intent.INFO, 1, 999, status))).isEqualTo(fate);
    }

    @ParameterizedTest
    @CsvSource({"0, GHOST", "1, TRANSPARENT", "2, GHOST"})
    void aCallHasOneCallDetailRecord(int records, Fate fate) {
        call.transparent();
        assertThat(worst(run.recording(call, records).judge(folder))).isEqualTo(fate);
    }

    /** The cluster has made other calls of them, and told nobody whose they were. */
    @Test
    void calleesCallsThatAreNobodysVoidTheRun() {
        RunStory story = RunStory.nullRun().over(Phase.P4).relayed().probesUntil(-3_000);
        for (int i = 0; i < 300; i++) {
            CallStory each = story.call(Phase.P4);
            each.transparent();
            story.seen(each, new LegStory("b" + i).received(Intent.SETUP, 1, -7_999, 200));
        }
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).contains("no call that names its caller's Call-ID reached the callee");
    }

    /** Somebody who took a call over may have set its leg up anew, and told nobody whose it is. */
    @Test
    void aCalleesCallThatIsNobodysKeepsTheRunFromPassing() {
        RunStory story = RunStory.struck().over(Phase.P4).relayed();
        story.exposed(300, Phase.P4);
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
        CallStory first = story.call(Phase.P4);
        first.transparent();
        story.seen(
                first,
                LegStory.agreeing(first),
                new LegStory("b1")
                        .received(Intent.SETUP, 1, 1_000, 200)
                        .incident(Incident.Kind.OPEN_LEG, 20_000, "established"));
        Verdict verdict = story.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons().get(0)).contains("1 call reached the callee that names none of the callers'");
    }

    @Test
    void aFarSideOfWhichNothingIsKnownVoidsTheRun() {
        call.transparent();
        Verdict torn = run.farSideTorn().judge(folder);
        assertThat(torn.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(torn.reasons()).anyMatch(reason -> reason.contains("ends in the middle"));
    }

    @Test
    void aWitnessTellsWhatTheCalleeSaw() {
        call.transparent();
        Verdict verdict = run.seen(call, LegStory.agreeing(call).received(Intent.SETUP, 1, 100, 482))
                .judge(folder);
        Witness witness = verdict.witnesses().shown().get(0);
        assertThat(witness.sentence()).contains("2 INVITEs of the call reached the callee");
        assertThat(witness.steps()).extracting(WitnessStep::what).contains("CALLEE received INVITE (CSeq 1): 482");
    }
}
