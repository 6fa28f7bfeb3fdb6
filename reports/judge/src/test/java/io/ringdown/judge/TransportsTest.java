package io.ringdown.judge;

import static io.ringdown.record.Operation.CONNECTION_LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection, another address, a challenge, and what goes on beside the calls, mean for a verdict. */
class TransportsTest {
    @TempDir
    Path folder;

    private Fate fateOf(Phase phase, Consumer<CallStory> story) {
        var run = RunStory.struck().over(phase).byTcp();
        story.accept(run.call(phase));
        Verdict verdict = run.judge(folder);
        return verdict.witnesses().total() == 0
                ? Fate.TRANSPARENT
                : verdict.witnesses().shown().get(0).fate();
    }

    private static void released(CallStory call, double at, int counter) {
        call.bye(at).counter(counter).ok(at + 1);
    }

    @Test
    void whatIsSentAgainOnANewConnectionIsARepeat() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> released(
                                call.established()
                                        .info(10)
                                        .gets(CONNECTION_LOST, 20)
                                        .incident(Incident.Kind.CONNECTION_LOST, 20)
                                        .resent(20)
                                        .counter(1)
                                        .ok(60),
                                4_000,
                                1)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(
                        Phase.P6,
                        call -> call.established()
                                .bye(-1_000)
                                .gets(CONNECTION_LOST, 20)
                                .resent(20)
                                .ok(60)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(
                        Phase.P2,
                        call -> released(
                                call.invite(-2_000)
                                        .ringing(-1_999)
                                        .hold(2_000)
                                        .gets(CONNECTION_LOST, 20)
                                        .resent(20)
                                        .ringing(60)
                                        .ok(2_001),
                                4_000,
                                0)))
                .isEqualTo(Fate.REPEATED);
    }

    /** The first INFO had reached its server, which held both answers and counted that one last; no third one was sent. */
    @Test
    void whatLostItsConnectionMayBeCountedLast() {
        assertThat(fateOf(Phase.P5, call -> released(heldTwice(call), 4_000, 2)))
                .isEqualTo(Fate.REPEATED);
        assertThat(fateOf(Phase.P5, call -> released(heldTwice(call), 4_000, 3)))
                .isEqualTo(Fate.GHOST);
    }

    private static CallStory heldTwice(CallStory call) {
        return call.established()
                .info(-1_000)
                .hold(2_000)
                .gets(CONNECTION_LOST, 20)
                .resent(20)
                .hold(2_000)
                .counter(1)
                .ok(2_001);
    }

    @Test
    void aConnectionThatIsLostWithNothingOpenHarmsNobody() {
        assertThat(fateOf(Phase.P4, CallStory::transparent)).isEqualTo(Fate.TRANSPARENT);
    }

    @Test
    void whatIsSentAgainInVainLosesTheCall() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(10)
                                .gets(CONNECTION_LOST, 20)
                                .resent(20)
                                .timesOut(32_020)))
                .isEqualTo(Fate.LOST);
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(10)
                                .gets(CONNECTION_LOST, 20)
                                .resent(20)
                                .gets(481, 60)))
                .isEqualTo(Fate.LOST);
        // As a 503 that does not go away (RFC 3261 section 8.1.3.1).
        assertThat(fateOf(
                        Phase.P4,
                        call -> call.established()
                                .info(10)
                                .gets(CONNECTION_LOST, 20)
                                .resent(20)
                                .gets(CONNECTION_LOST, 30)
                                .repeat(1_030)
                                .gets(CONNECTION_LOST, 1_040)))
                .isEqualTo(Fate.LOST);
    }

    /** Its transport's new connection is nothing that its user has done: the INFO has been open all the while. */
    @Test
    void whatIsSentAgainWithinTheBracketIsInItsPhase() {
        var run = RunStory.struck().over(Phase.P5).byTcp();
        run.call(Phase.P5)
                .established()
                .info(-1_000)
                .hold(2_000)
                .gets(CONNECTION_LOST, 2)
                .resent(2)
                .hold(2_000)
                .counter(1)
                .ok(2_001)
                .bye(4_000)
                .counter(1)
                .ok(4_001);
        assertThat(run.judge(folder).phases())
                .filteredOn(PhaseResult::demanded)
                .extracting(PhaseResult::held)
                .containsExactly(1);
    }

    /** What answers the challenge goes on with the repeat. */
    @Test
    void aSetUpThatAnotherAddressChallengesAndAcceptsIsARepeat() {
        assertThat(fateOf(
                        Phase.P0,
                        call -> released(
                                call.invite(-5)
                                        .gets(503, 10)
                                        .resent(10)
                                        .gets(407, 15)
                                        .followUp(15)
                                        .ok(20),
                                4_000,
                                0)))
                .isEqualTo(Fate.REPEATED);
    }

    @Test
    void whatAnotherAddressAnswersIsARepeatHoweverTheFirstOneFailed() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> released(
                                call.established()
                                        .info(10)
                                        .timesOut(32_010)
                                        .resent(32_010)
                                        .counter(1)
                                        .ok(32_012),
                                33_000,
                                1)))
                .isEqualTo(Fate.REPEATED);
        // A user who was told of the first one's end had to hang up.
        assertThat(fateOf(
                        Phase.P4,
                        call -> released(
                                call.established()
                                        .info(10)
                                        .timesOut(32_010)
                                        .repeat(32_010)
                                        .counter(1)
                                        .ok(32_012),
                                33_000,
                                1)))
                .isEqualTo(Fate.LOST);
    }

    @Test
    void aChallengedRequestCountsNothing() {
        assertThat(fateOf(
                        Phase.P4,
                        call -> released(
                                call.established()
                                        .info(1_000)
                                        .gets(401, 1_001)
                                        .followUp(1_001)
                                        .counter(1)
                                        .ok(1_002),
                                4_000,
                                1)))
                .isEqualTo(Fate.TRANSPARENT);
        assertThat(fateOf(
                        Phase.P4,
                        call -> released(
                                call.established()
                                        .info(1_000)
                                        .gets(401, 1_001)
                                        .followUp(1_001)
                                        .counter(2)
                                        .ok(1_002),
                                4_000,
                                2)))
                .isEqualTo(Fate.GHOST);
    }

    @Test
    void aLevelNamesItsTransportAndTheRetransmissionLawIsUdps() {
        Verdict tcp =
                RunStory.struck().over(Phase.P4).exposed(310, Phase.P4).byTcp().judge(folder);
        assertThat(tcp.headline()).isEqualTo("AL4 over P4 by TCP");
        assertThat(tcp.law()).isNull();
        assertThat(tcp.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(tcp.notes()).anyMatch(note -> note.startsWith("The level holds for TCP"));
        Verdict udp = RunStory.struck().over(Phase.P4).exposed(310, Phase.P4).judge(folder);
        assertThat(udp.headline()).isEqualTo("AL4 over P4");
        assertThat(udp.law()).isNotNull();
    }

    /** Nothing is sent again by TCP, so that the time alone tells who was not answered. */
    @Test
    void anInviteIntoTheGapWasExposedIfNobodyAnsweredItInTime() {
        for (boolean tcp : new boolean[] {true, false}) {
            RunStory run = RunStory.struck().over(Phase.P0);
            CallStory late = run.call(Phase.P0);
            released(late.invite(-5).ok(700), 4_000, 0);
            released(run.call(Phase.P0).invite(-5).trying(-4).ok(700), 4_000, 0);
            Verdict verdict = (tcp ? run.byTcp() : run).judge(folder);
            assertThat(verdict.phases().get(0).exposed()).isEqualTo(tcp ? 1 : 0);
        }
    }

    @Test
    void bindingsAndKeepAlivesAreNoCallsAndChangeNoLevel() {
        RunStory run = RunStory.struck().over(Phase.P4).exposed(310, Phase.P4);
        run.upkeep(CallRole.REGISTRATION)
                .register(-3_000)
                .gets(401, -2_999)
                .followUp(-2_999)
                .ok(-2_998)
                .register(1_000)
                .timesOut(33_000);
        run.upkeep(CallRole.KEEP_ALIVE).options(1_000).timesOut(33_000);
        Verdict verdict = run.judge(folder);
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(verdict.notes())
                .contains(
                        "1 of 3 REGISTERs failed, which changes no level",
                        "1 of 1 keep-alive failed, which changes no level");
    }

    /** What was redirected and followed is no failure; what was redirected to nowhere is one, and so is a binding that was not made. */
    @Test
    void answersThatNobodyCouldGoOnWithAreTold() {
        RunStory run = RunStory.struck().over(Phase.P4).exposed(310, Phase.P4);
        var binding = run.upkeep(CallRole.REGISTRATION);
        binding.register(-3_000).gets(302, -2_999).followUp(-2_999).ok(-2_998);
        binding.register(1_000).gets(302, 1_001);
        binding.incident(Incident.Kind.UNUSABLE_ANSWER, 1_001, "302 to REGISTER not followed: it names no Contact");
        CallStory probe = run.probe();
        probe.invite(-1_000).gets(302, -999);
        probe.incident(Incident.Kind.UNUSABLE_ANSWER, -999, "302 to INVITE not followed: it names no Contact");
        assertThat(run.judge(folder).notes())
                .contains(
                        "1 of 3 REGISTERs failed, which changes no level: 302 to REGISTER not followed: it names no"
                                + " Contact",
                        "Nobody could go on with 1 answer, as with this: 302 to INVITE not followed: it names no"
                                + " Contact");
    }

    @Test
    void whoWentBeforeOthersIsNoted() {
        assertThat(RunStory.nullRun().realTime().judge(folder).notes())
                .anyMatch(note -> note.contains("real-time scheduling"));
        assertThat(RunStory.nullRun().judge(folder).notes()).noneMatch(note -> note.contains("real-time"));
    }
}
