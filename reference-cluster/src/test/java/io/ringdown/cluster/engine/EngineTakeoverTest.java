package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** The first engine dies in each phase, the second goes on. */
class EngineTakeoverTest extends TwoEngines {
    @Test
    void whoGoesOnKnowsALateRetransmissionOfTheSetUp() {
        start(Depth.CONFIRMED, Mutant.NONE);
        establish();
        firstDies();
        receive(second, "INVITE", 1, "i", "", 0);
        assertThat(answers()).isEmpty();
        receive(second, "INVITE", 1, "another", "", 0);
        assertThat(answers()).containsExactly("482 INVITE second");
    }

    @Test
    void answersAHeldSetUpOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 3_000_000);
        String tag = tag();
        firstDies();
        pass(3_100);
        assertThat(statuses()).containsExactly("180 second", "200 second");
        assertThat(tag()).isEqualTo(tag);
    }

    @Test
    void repeatsTheRouteOfTheSetUp() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        more = "Record-Route: <sip:p2;lr>\r\nRecord-Route: <sip:p1;lr>\r\n";
        receive(first, "INVITE", 1, "i", "", now + 3_000_000);
        assertThat(sent.get(0)).startsWith("SIP/2.0 100").doesNotContain("Record-Route");
        assertThat(sent.get(1)).startsWith("SIP/2.0 180").contains(more);
        firstDies();
        pass(3_100);
        assertThat(sent).hasSize(2).allSatisfy(text -> assertThat(text).contains(more));
    }

    @Test
    void retransmitsTheUnacknowledgedAnswerOfTheDead() {
        start(Depth.CONFIRMED, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", 0);
        String tag = tag();
        firstDies();
        pass(1_600);
        assertThat(statuses()).containsExactly("200 second", "200 second", "200 second");
        receive(second, "ACK", 1, "a", tag, 0);
        sent.clear();
        pass(40_000);
        assertThat(sent).isEmpty();
    }

    @Test
    void goesOnCounting() {
        start(Depth.CONFIRMED, Mutant.NONE);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("2");
    }

    @Test
    void answersTheRetransmittedByeOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "BYE", 2, "b", tag, 0);
        firstDies();
        receive(second, "BYE", 2, "b", tag, 0);
        assertThat(statuses()).containsExactly("200 second");
        pass(33_000);
        assertThat(store).isEmpty();
    }

    @Test
    void answersAHeldByeOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "BYE", 2, "b", tag, now + 2_000_000);
        firstDies();
        pass(2_100);
        assertThat(statuses()).containsExactly("200 second");
    }

    @Test
    void losesCallsThatWereNeverStored() {
        start(Depth.NONE, Mutant.NONE);
        String tag = establish();
        firstDies();
        receive(second, "BYE", 2, "b", tag, 0);
        assertThat(statuses()).containsExactly("481 second");
    }

    @Test
    void mutantsCountWrong() {
        start(Depth.TRANSACTIONS, Mutant.COUNTER_RESET);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("1");
    }

    @Test
    void earlyAcknowledgeLosesWhatWasJustAcknowledged() {
        start(Depth.TRANSACTIONS, Mutant.EARLY_ACKNOWLEDGE);
        String tag = establish();
        pass(200);
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("1");
    }

    @Test
    void ringsAndAnswersWhereTheDeadOnlyTried() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        long millis = now / 1_000;
        receive(first, "INVITE", 1, "i", "", "18x=" + (millis + 2_000) + ";final=" + (millis + 3_000));
        assertThat(answers()).containsExactly("100 INVITE first");
        firstDies();
        assertThat(answers()).containsExactly("100 INVITE second");
        pass(1_900);
        assertThat(sent).hasSize(1);
        pass(200);
        assertThat(answers()).containsExactly("100 INVITE second", "180 INVITE second");
        pass(1_000);
        assertThat(answers()).containsExactly("100 INVITE second", "180 INVITE second", "200 INVITE second");
        assertThat(header(sent.get(2), "X-Ringdown-Setups")).isEqualTo("1");
    }

    @Test
    void answersAnOpenReInviteOfTheDeadUntilAcknowledged() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "INVITE", 2, "r", tag, now + 2_000_000);
        firstDies();
        pass(2_600);
        assertThat(answers()).containsExactly("100 INVITE second", "200 INVITE second", "200 INVITE second");
        receive(second, "ACK", 2, "a", tag, 0);
        pass(40_000);
        assertThat(sent).hasSize(3);
    }

    @Test
    void answersAnOpenInfoOfTheDeadOnceInEffect() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, now + 2_000_000);
        firstDies();
        receive(second, "INFO", 2, "b", tag, now + 2_000_000);
        assertThat(sent).isEmpty();
        pass(2_100);
        receive(second, "INFO", 2, "b", tag, 0);
        assertThat(answers()).containsExactly("200 INFO second", "200 INFO second");
        assertThat(sent)
                .allSatisfy(
                        text -> assertThat(header(text, "X-Ringdown-Counter")).isEqualTo("1"));
    }

    @Test
    void cancelsWhatTheDeadLetRing() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 9_000_000);
        firstDies();
        sent.clear();
        receive(second, "CANCEL", 1, "i", "", 0);
        receive(second, "ACK", 1, "i", tag(), 0);
        assertThat(answers()).containsExactly("200 CANCEL second", "487 INVITE second");
        pass(33_000);
        assertThat(store).isEmpty();
        assertThat(sent).hasSize(2);
    }

    @Test
    void noneStoresNothing() {
        start(Depth.NONE, Mutant.NONE);
        receive(first, "INFO", 2, "b", establish(), 0);
        assertThat(store).isEmpty();
    }

    @Test
    void confirmedForgetsWhatOnlyRang() {
        start(Depth.CONFIRMED, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 2_000_000);
        String tag = tag();
        assertThat(store).isEmpty();
        firstDies();
        pass(3_000);
        assertThat(sent).isEmpty();
        receive(second, "INVITE", 1, "i", "", 0);
        assertThat(answers()).containsExactly("180 INVITE second", "200 INVITE second");
        assertThat(tag()).isNotEqualTo(tag);
    }

    @Test
    void confirmedForgetsOpenRequestsButNotTheCall() {
        start(Depth.CONFIRMED, Mutant.NONE);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, now + 2_000_000);
        firstDies();
        pass(3_000);
        assertThat(sent).isEmpty();
        receive(second, "BYE", 3, "c", tag, 0);
        assertThat(answers()).containsExactly("200 BYE second");
        assertThat(store).isEmpty();
    }

    @Test
    void earlyGoesOnRingingWhenAskedAgain() {
        start(Depth.EARLY, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 2_000_000);
        String tag = tag();
        firstDies();
        pass(3_000);
        assertThat(sent).isEmpty();
        receive(second, "INVITE", 1, "i", "", 0);
        assertThat(answers()).containsExactly("180 INVITE second", "200 INVITE second");
        assertThat(tag()).isEqualTo(tag);
    }

    @Test
    void earlyEndsACancelledCallCompletely() {
        start(Depth.EARLY, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 9_000_000);
        String tag = tag();
        firstDies();
        receive(second, "CANCEL", 1, "i", "", 0);
        assertThat(answers()).containsExactly("200 CANCEL second", "487 INVITE second");
        assertThat(tag()).isEqualTo(tag);
        assertThat(sent.get(1)).contains("branch=z9hG4bKi\r\n");
        receive(second, "ACK", 1, "i", tag, 0);
        assertThat(store).isEmpty();
        pass(40_000);
        assertThat(sent).hasSize(2);
        assertThat(second.owned()).isEmpty();
    }

    @Test
    void goesOnEndingWhatAByeInterrupted() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "INVITE", 2, "r", tag, now + 9_000_000);
        receive(first, "BYE", 3, "b", tag, 0);
        firstDies();
        assertThat(answers()).containsExactly("487 INVITE second");
        receive(second, "ACK", 2, "r", tag, 0);
        pass(40_000);
        assertThat(sent).hasSize(1);
        assertThat(store).isEmpty();
    }

    @Test
    void aFrozenCounterAcknowledgesAndCountsNoMore() {
        start(Depth.TRANSACTIONS, Mutant.COUNTER_FROZEN);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        receive(first, "INFO", 3, "c", tag, 0);
        firstDies();
        receive(second, "INFO", 4, "d", tag, 0);
        receive(second, "INFO", 5, "e", tag, 0);
        assertThat(sent)
                .hasSize(2)
                .allSatisfy(
                        text -> assertThat(header(text, "X-Ringdown-Counter")).isEqualTo("2"));
    }

    @Test
    void losesOneCallInSoManyThatItTakesOver() {
        start(Depth.TRANSACTIONS, Mutant.LOSE_CALLS);
        var tags = new HashMap<String, String>();
        for (int i = 0; i < 400; i++) {
            callId = "call-" + i;
            tags.put(callId, establish());
        }
        assertThat(store).hasSize(400);
        firstDies();
        tags.forEach((call, tag) -> {
            callId = call;
            receive(second, "INFO", 2, "b", tag, 0);
            receive(second, "INFO", 3, "c", tag, 0);
        });
        assertThat(statuses().stream().filter("481 second"::equals)).hasSize(4);
        assertThat(store).hasSize(398);
    }

    /** A dispatcher may know of a death before the engine does that is to go on. */
    @Test
    void answersWhatCameJustBeforeItKnewThatTheCallIsItsOwn() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        drained = "second";
        receive(second, "INFO", 2, "n", tag, 0);
        pass(400);
        drained = "";
        firstDies();
        assertThat(answers()).containsExactly("200 INFO second");
    }

    @Test
    void whatCameLongBeforeIsTheClientsToSendAgain() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        drained = "second";
        receive(second, "INFO", 2, "n", tag, 0);
        pass(600);
        drained = "";
        firstDies();
        assertThat(sent).isEmpty();
    }

    @Test
    void givesUpWhatAnotherOwns() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 2_000_000);
        sent.clear();
        first.fenced("call", Long.MAX_VALUE);
        pass(3_000);
        assertThat(sent).isEmpty();
        assertThat(store).containsKey("call");
        assertThat(first.counters().prometheus()).contains("ringdown_fenced_total 1");
    }
}
