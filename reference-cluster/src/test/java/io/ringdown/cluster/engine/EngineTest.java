package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One engine, undisturbed. */
class EngineTest extends TwoEngines {
    @BeforeEach
    void start() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
    }

    @Test
    void saysNothingBeforeItIsStored() {
        slow = true;
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        assertThat(sent).isEmpty();
        confirm();
        assertThat(answers()).containsExactly("100 INVITE first", "180 INVITE first");
        pass(1_100);
        assertThat(sent).hasSize(2);
        confirm();
        assertThat(answers()).endsWith("180 INVITE first", "200 INVITE first").hasSize(3);
    }

    @Test
    void aCancelBeforeTheRingingIsStoredIsStoredToo() {
        slow = true;
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        receive(first, "CANCEL", 1, "i", "", 0);
        receive(first, "INVITE", 1, "i", "", 0);
        assertThat(sent).isEmpty();
        confirm();
        assertThat(answers())
                .containsExactly("100 INVITE first", "180 INVITE first", "200 CANCEL first", "487 INVITE first");
    }

    @Test
    void aByeEndsAnOpenReInvite() {
        // RFC 3261 section 15.1.2.
        String tag = establish();
        receive(first, "INVITE", 2, "r", tag, now + 9_000_000);
        receive(first, "INFO", 3, "n", tag, now + 9_000_000);
        sent.clear();
        receive(first, "BYE", 4, "b", tag, 0);
        assertThat(answers()).containsExactly("487 INVITE first", "487 INFO first", "200 BYE first");
        pass(600);
        assertThat(answers()).endsWith("487 INVITE first").hasSize(4);
        receive(first, "ACK", 2, "r", tag, 0);
        receive(first, "INFO", 3, "n", tag, 0);
        assertThat(answers()).endsWith("487 INFO first").hasSize(5);
        pass(40_000);
        assertThat(sent).hasSize(5);
        assertThat(store).isEmpty();
        assertThat(first.owned()).isEmpty();
    }

    @Test
    void aCancelOfAReInviteLeavesTheCall() {
        String tag = establish();
        receive(first, "INVITE", 2, "r", tag, now + 9_000_000);
        sent.clear();
        receive(first, "CANCEL", 2, "r", tag, 0);
        receive(first, "ACK", 2, "r", tag, 0);
        assertThat(answers()).containsExactly("200 CANCEL first", "487 INVITE first");
        pass(40_000);
        receive(first, "INFO", 3, "n", tag, 0);
        assertThat(answers()).endsWith("200 INFO first").hasSize(3);
    }

    /** It was under way while the call was answered and acknowledged. */
    @Test
    void aLateRetransmissionOfTheSetUpIsNoOtherWayOfTheCall() {
        String tag = establish();
        sent.clear();
        receive(first, "INVITE", 1, "i", "", 0);
        receive(first, "BYE", 2, "b", tag, 0);
        receive(first, "INVITE", 1, "i", "", 0);
        assertThat(answers()).containsExactly("200 BYE first");
    }

    @Test
    void theAckOfARefusedSecondWayDoesNotAcknowledgeTheCall() {
        receive(first, "INVITE", 1, "i", "", 0);
        String tag = tag();
        receive(first, "INVITE", 1, "another", "", 0);
        assertThat(answers()).endsWith("482 INVITE first");
        receive(first, "ACK", 1, "another", tag(), 0);
        sent.clear();
        pass(600);
        assertThat(answers()).containsExactly("200 INVITE first");
        receive(first, "ACK", 1, "a", tag, 0);
        sent.clear();
        pass(40_000);
        assertThat(sent).isEmpty();
    }

    /** RFC 4028 section 9, and also by whoever takes the call over. */
    @Test
    void aSessionTimerIsGrantedToACallerWhoRefreshes() {
        more = "Supported: timer\r\nSession-Expires: 120;refresher=uac\r\n";
        String tag = establish();
        String accepted = sent.get(sent.size() - 1);
        assertThat(header(accepted, "Session-Expires")).isEqualTo("120;refresher=uac");
        assertThat(header(accepted, "Require")).isEqualTo("timer");
        assertThat(header(accepted, "Allow")).contains("UPDATE");
        receive(first, "UPDATE", 2, "u", tag, 0);
        assertThat(answers()).endsWith("200 UPDATE first");
        assertThat(header(sent.get(sent.size() - 1), "Session-Expires")).isEqualTo("120;refresher=uac");
        more = "";
        receive(first, "INVITE", 3, "r", tag, 0);
        assertThat(header(sent.get(sent.size() - 1), "Session-Expires")).isEmpty();
    }

    @Test
    void refusesWhatBelongsToNoCall() {
        for (String method : new String[] {"BYE", "INFO", "CANCEL"}) {
            receive(first, method, 1, "x", "none", 0);
        }
        receive(first, "ACK", 1, "x", "none", 0);
        receive(first, "PUBLISH", 1, "x", "", 0);
        assertThat(answers())
                .containsExactly("481 BYE first", "481 INFO first", "481 CANCEL first", "501 PUBLISH first");
    }

    @Test
    void answersAnOldRequestWith500AndAnOverlongHoldWith400() {
        String tag = establish();
        receive(first, "INFO", 9, "n", tag, 0);
        sent.clear();
        receive(first, "INFO", 5, "o", tag, 0);
        receive(first, "INFO", 10, "p", tag, now + 31_000_000);
        assertThat(answers()).containsExactly("500 INFO first", "400 INFO first");
    }

    @Test
    void hangsUpWhereNobodyAcknowledges() {
        receive(first, "INVITE", 1, "i", "", 0);
        pass(33_000);
        assertThat(first.owned()).isEmpty();
        assertThat(store).isEmpty();
    }

    @Test
    void refusesACallIdTooLongForAKey() {
        callId = "x".repeat(1_001);
        receive(first, "INVITE", 1, "i", "", 0);
        receive(first, "ACK", 1, "i", "", 0);
        assertThat(answers()).containsExactly("400 INVITE first");
        assertThat(store).isEmpty();
    }

    @Test
    void refusesOnlyWhatIsNewWhileItIsBehind() {
        String tag = establish();
        first.refuseNewWhile(() -> true);
        sent.clear();
        receive(first, "INVITE", 1, "w", "", 0);
        receive(first, "INFO", 2, "n", tag, 0);
        receive(first, "INFO", 2, "n", tag, 0);
        receive(first, "INVITE", 3, "r", tag, 0);
        assertThat(answers()).startsWith("482 INVITE first", "200 INFO first", "200 INFO first", "200 INVITE first");
        sent.clear();
        int kept = store.size();
        callId = "another";
        receive(first, "INVITE", 1, "j", "", 0);
        receive(first, "INVITE", 1, "j", "", 0);
        receive(first, "ACK", 1, "j", tag(), 0);
        receive(first, "OPTIONS", 1, "o", "", 0);
        assertThat(answers()).containsExactly("503 INVITE first", "503 INVITE first", "503 OPTIONS first");
        assertThat(sent)
                .allSatisfy(answer -> assertThat(header(answer, "Retry-After"))
                        .matches("[1-5]")
                        .isEqualTo(header(sent.get(0), "Retry-After")));
        assertThat(store).hasSize(kept);
        assertThat(first.counters().prometheus()).contains("ringdown_refused_total 3\n", "ringdown_fetches_total 0\n");

        first.refuseNewWhile(() -> false);
        receive(first, "INVITE", 1, "j", "", 0);
        assertThat(answers()).as("it had waited behind the first one").endsWith("503 INVITE first");
        receive(first, "INVITE", 1, "k", "", 0);
        assertThat(answers()).endsWith("200 INVITE first");
    }

    /** Its first owner may have stored it and answered nothing yet. */
    @Test
    void refusesNoCallThatItTookOver() {
        receive(first, "INVITE", 1, "i", "", now + 9_000_000);
        firstDies();
        second = engine("third", Depth.TRANSACTIONS, Mutant.NONE);
        second.refuseNewWhile(() -> true);
        second.ownershipChanged();
        receive(second, "INVITE", 1, "i", "", now + 9_000_000);
        assertThat(answers()).endsWith("180 INVITE third");
    }

    /** RFC 3261 section 18.2.2: its connection may be another one by then. */
    @Test
    void answersARetransmissionByTheWayItCame() {
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        sent.clear();
        byte[] again = ("INVITE sip:answer@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5070;branch=z9hG4bKi\r\n"
                        + "From: <sip:a@b>;tag=f\r\nTo: <sip:answer@127.0.0.2>\r\nCall-ID: call\r\nCSeq: 1 INVITE\r\n\r\n")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        first.received(again, again.length, new java.net.InetSocketAddress("127.0.0.1", 40_000));
        pass(1_100);
        assertThat(answers()).startsWith("180 INVITE first", "200 INVITE first");
        assertThat(sent).allSatisfy(answer -> assertThat(answer).contains("rport=40000"));
    }
}
