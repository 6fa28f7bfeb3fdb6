package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.judge.verdict.SipMetrics.Delay;
import io.ringdown.judge.verdict.SipMetrics.Of;
import io.ringdown.judge.verdict.SipMetrics.Ratio;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Window;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RFC 6076 by hand: each history is short enough to count on paper. Times are milliseconds from the fault; the cluster is itself after 1 s. */
class SipMetricsTest {
    @TempDir
    Path folder;

    private final List<CallStory> calls = new ArrayList<>();

    private CallStory call() {
        var call = new CallStory(calls.size(), CallRole.POPULATION, Phase.P4, -1);
        calls.add(call);
        return call;
    }

    private SipMetrics metrics() {
        var rule = new SipMetricsRule(RunStory.instant(0), RunStory.instant(1_000));
        for (CallStory call : calls) {
            rule.add(
                    call.operations().stream()
                            .map(story -> story.build(call.number()))
                            .toList(),
                    call.incidents());
        }
        return rule.result();
    }

    private Delay delay(String metric, Of of, Window window) {
        return metrics().delays().stream()
                .filter(row -> row.metric().equals(metric) && row.of() == of && row.window() == window)
                .findFirst()
                .orElseThrow();
    }

    private Ratio ratio(String metric, Window window) {
        return metrics().ratios().stream()
                .filter(row -> row.metric().equals(metric) && row.window() == window)
                .findFirst()
                .orElseThrow();
    }

    private void share(String metric, Window window, long numerator, long denominator) {
        Ratio ratio = ratio(metric, window);
        assertThat(List.of(ratio.numerator(), ratio.denominator())).as(metric).containsExactly(numerator, denominator);
    }

    @Test
    void theRequestDelayEndsWithTheFirst18xOrElseTheAnswer() {
        call().invite(-500).trying(-499).ringing(-470).ok(-100);
        call().invite(-400).trying(-399).ok(-390);

        Delay delay = delay("SRD", Of.SUCCESS, Window.BEFORE);

        assertThat(delay.count()).isEqualTo(2);
        assertThat(delay.p50()).isEqualTo(10_000);
        assertThat(delay.max()).isEqualTo(30_000);
        assertThat(delay.mean()).isEqualTo(20_000);
        assertThat(delay.section()).isEqualTo("4.3.1");
    }

    @Test
    void t1IsTheFirstSendHoweverOftenItWasSentAgain() {
        call().invite(-4_000).sentAt(-3_990).retransmitted(3).ringing(-490).ok(-480);

        assertThat(delay("SRD", Of.SUCCESS, Window.BEFORE).max()).isEqualTo(3_500_000);
    }

    @Test
    void successAndFailureAreNeverPooled() {
        call().invite(100).ringing(110).ok(200);
        call().invite(100).gets(503, 170);
        call().invite(100).ringing(130).gets(486, 900);

        Delay failed = delay("SRD", Of.FAILURE, Window.DURING);

        assertThat(delay("SRD", Of.SUCCESS, Window.DURING).max()).isEqualTo(10_000);
        // The first 18x, or the refusal where none came.
        assertThat(List.of(failed.count(), failed.p50(), failed.max())).containsExactly(2L, 30_000L, 70_000L);
    }

    @Test
    void anInviteThatNobodyAnsweredHasNoDelay() {
        call().invite(100).retransmitted(6).timesOut(32_100);

        Delay failed = delay("SRD", Of.FAILURE, Window.DURING);

        assertThat(failed.count()).isZero();
        assertThat(failed.leftOut()).isEqualTo(1);
        assertThat(failed.p50()).isNull();
        assertThat(failed.mean()).isNull();
    }

    @Test
    void aDelayThatThePlanAskedForIsLeftOut() {
        call().invite(-2_000).trying(-1_999).hold18x(500).hold(500).ringing(501).ok(501);
        call().invite(-2_000).trying(-1_999).hold(500).ok(501);
        // Rang at once; only its answer was held.
        call().invite(-2_000).trying(-1_999).ringing(-1_995).hold(500).ok(501);

        Delay delay = delay("SRD", Of.SUCCESS, Window.BEFORE);

        assertThat(List.of(delay.count(), delay.leftOut(), delay.max())).containsExactly(1L, 2L, 5_000L);
    }

    @Test
    void aChallengeIsNoFailureAndItsFollowUpNoOtherRequest() {
        call().invite(-500).gets(407, -490).followUp(-480).ringing(-450).ok(-440);
        call().invite(-500).gets(401, -490);

        assertThat(delay("SRD", Of.SUCCESS, Window.BEFORE).max()).isEqualTo(50_000);
        assertThat(delay("SRD", Of.FAILURE, Window.BEFORE).count()).isZero();
        share("SER", Window.BEFORE, 1, 2);
        share("ISA", Window.BEFORE, 0, 2);
    }

    /** Challenged before the fault and accepted after it: a session counts where its request does. */
    @Test
    void aSessionCountsWhereItsFirstInviteWasSent() {
        call().invite(-5).gets(407, -1).followUp(1).ok(10).bye(100).ok(110);

        share("SER", Window.BEFORE, 1, 1);
        share("SCR", Window.BEFORE, 1, 1);
        share("SCR", Window.DURING, 0, 0);
    }

    @Test
    void aRedirectionLeavesTheDenominatorAndWhatFollowsItIsAnotherRequest() {
        call().invite(-500).gets(302, -490).followUp(-480).ok(-470);
        call().invite(-500).gets(302, -490);

        // Three INVITEs, less two that got 3xx.
        share("SER", Window.BEFORE, 1, 1);
        share("SEER", Window.BEFORE, 1, 1);
        share("ISA", Window.BEFORE, 0, 3);
        assertThat(delay("SRD", Of.FAILURE, Window.BEFORE).count()).isZero();
    }

    @Test
    void theRatiosCountWhatTheRfcCounts() {
        call().invite(100).ok(110);
        for (int status : new int[] {480, 486, 600, 603}) {
            call().invite(100).gets(status, 110);
        }
        for (int status : new int[] {408, 500, 503, 504}) {
            call().invite(100).gets(status, 110);
        }
        call().invite(100).gets(404, 110);
        // The transaction layer's timeout is a 408 (RFC 3261 section 8.1.3.1).
        call().invite(100).timesOut(32_100);

        share("SER", Window.DURING, 1, 11);
        share("SEER", Window.DURING, 5, 11);
        share("ISA", Window.DURING, 5, 11);
        assertThat(ratio("SEER", Window.DURING).percent()).isEqualTo(500.0 / 11);
    }

    @Test
    void aReInviteIsNoSessionRequest() {
        call().invite(-500).ok(-490).modify(-400).gets(503, -300).bye(-200).ok(-190);

        share("SER", Window.BEFORE, 1, 1);
        share("ISA", Window.BEFORE, 0, 1);
        assertThat(delay("SRD", Of.FAILURE, Window.BEFORE).count()).isZero();
        share("SCR", Window.BEFORE, 1, 1);
    }

    @Test
    void aCancelledInviteCountsByItsOwnEnd() {
        CallStory call = call();
        call.invite(100).ringing(120).gets(487, 4_200);
        call.cancel(4_100).ok(4_110);

        share("SER", Window.DURING, 0, 1);
        share("SEER", Window.DURING, 0, 1);
        share("ISA", Window.DURING, 0, 1);
        assertThat(delay("SRD", Of.FAILURE, Window.DURING).max()).isEqualTo(20_000);
        assertThat(delay("SDD", Of.SUCCESS, Window.AFTER).count()).isZero();
    }

    @Test
    void aRedialIsARequestOfItsOwn() {
        call().invite(100).timesOut(32_100);
        call().redialled(32_100).ok(32_150);

        share("SER", Window.DURING, 0, 1);
        share("SER", Window.AFTER, 1, 1);
    }

    @Test
    void theDisconnectDelayRunsFromTheFirstByeToThe2xx() {
        call().established().bye(2_000).retransmitted(2).ok(3_600);
        call().established().bye(2_000).gets(503, 2_010).repeat(3_010).ok(3_050);
        // Timer F is left out, and so is a BYE whose answer the plan had held.
        call().established().bye(2_000).timesOut(34_000);
        call().established().bye(2_000).hold(4_000).ok(4_001);
        call().established().bye(2_000).gets(481, 2_005);

        Delay delay = delay("SDD", Of.SUCCESS, Window.AFTER);

        assertThat(List.of(delay.count(), delay.leftOut())).containsExactly(2L, 3L);
        assertThat(List.of(delay.p50(), delay.max())).containsExactly(1_050_000L, 1_600_000L);
    }

    @Test
    void durationsRunFromTheAnswerToTheByeAndEndInTimerFWhereNoneAnswersIt() {
        call().invite(-500).ok(-400).bye(600).ok(700);
        call().invite(-500).ok(-400).bye(600).timesOut(32_600);
        call().invite(-500).ok(-400).bye(600).gets(481, 610);
        call().invite(-500).ok(-400).incident(Incident.Kind.UNSCRIPTED_BYE, 500);

        Delay succeeded = delay("SDT", Of.SUCCESS, Window.DURING);
        Delay failed = delay("SDT", Of.FAILURE, Window.DURING);

        assertThat(List.of(succeeded.count(), succeeded.leftOut(), succeeded.p50(), succeeded.max()))
                .containsExactly(2L, 1L, 900_000L, 1_000_000L);
        assertThat(List.of(failed.count(), failed.max())).containsExactly(1L, 33_000_000L);
        // Of four sessions two completed: one by a BYE of either side each.
        share("SCR", Window.BEFORE, 2, 4);
    }

    @Test
    void whatWasNotSeenToItsEndCountsNeitherWay() {
        call().invite(-500).staysOpen();
        call().invite(-500).ok(-400);
        call().invite(-500).ok(-400).bye(-300).staysOpen();
        call().invite(-500).ok(-400).bye(-300).ok(-200);

        share("SER", Window.BEFORE, 3, 3);
        assertThat(ratio("SER", Window.BEFORE).unknown()).isEqualTo(1);
        share("SCR", Window.BEFORE, 1, 1);
        assertThat(ratio("SCR", Window.BEFORE).unknown()).isEqualTo(3);
    }

    @Test
    void nothingToDivideByIsUndefined() {
        assertThat(metrics().ratios())
                .hasSize(15)
                .allSatisfy(ratio -> assertThat(ratio.percent()).isNull());
        assertThat(metrics().delays())
                .hasSize(18)
                .allSatisfy(delay -> assertThat(delay.p99()).isNull());
    }

    @Test
    void aVerdictTellsThemByPartOfTheRun() {
        Verdict verdict =
                RunStory.struck().outageUntil(1_000).exposed(300, Phase.P4).judge(folder);

        Ratio before = verdict.metrics().ratios().stream()
                .filter(row -> row.metric().equals("SER") && row.window() == Window.BEFORE)
                .findFirst()
                .orElseThrow();
        Ratio during = verdict.metrics().ratios().stream()
                .filter(row -> row.metric().equals("SER") && row.window() == Window.DURING)
                .findFirst()
                .orElseThrow();

        // 300 calls and 3 s of 100 probes a second; then 1 s of probes that nobody answered, and the first that
        // somebody did.
        assertThat(before.percent()).isEqualTo(100);
        assertThat(before.denominator()).isEqualTo(600);
        assertThat(List.of(during.numerator(), during.denominator())).containsExactly(1L, 101L);
    }

    @Test
    void aNullRunHasOnePart() {
        Verdict verdict = RunStory.nullRun().exposed(10, Phase.P4).judge(folder);

        assertThat(verdict.metrics().ratios())
                .allSatisfy(row -> assertThat(row.window()).isEqualTo(Window.BEFORE));
    }
}
