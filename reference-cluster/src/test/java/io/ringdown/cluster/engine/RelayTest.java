package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.sip.SipMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One engine that relays, undisturbed. */
class RelayTest extends RelayedCalls {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void passesACallBothWays(Kind kind) {
        begin(kind);
        establish();
        assertThat(heard()).containsExactly("100 INVITE first", "180 INVITE first", "200 INVITE first");
        assertThat(message(sent.get(2)).body()).isEqualTo("v=answer");
        fromCaller("INFO", 2, "n");
        fromCaller("INVITE", 3, "r", "v=offer2");
        fromCaller("ACK", 3, "s");
        fromCaller("BYE", 4, "b");
        assertThat(heard())
                .endsWith("200 INFO first", "100 INVITE first", "200 INVITE first", "200 BYE first")
                .hasSize(7);
        assertThat(header(sent.get(3), "X-Ringdown-Counter")).isEqualTo("1");
        assertThat(callee.seen())
                .containsExactly("INVITE " + calleeCallId(), "ACK 1", "INFO 2", "INVITE 3", "ACK 3", "BYE 4");
        SipMessage invite = message(passed.get(0));
        assertThat(invite.body()).isEqualTo("v=offer");
        assertThat(invite.header("X-Custom")).isEqualTo("kept");
        assertThat(invite.header("Max-Forwards")).isEqualTo("69");
        assertThat(invite.requestUri()).isEqualTo("sip:service@127.0.0.3:5080");
        pass(40_000);
        assertThat(store).isEmpty();
        assertThat(first.owned()).isEmpty();
        assertThat(sent).hasSize(7);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void theCalleeCanAskAndHangUp(Kind kind) {
        begin(kind);
        establish();
        sent.clear();
        fromCallee("INFO");
        callerAnswers(200);
        fromCallee("INVITE");
        callerAnswers(200);
        fromCallee("BYE");
        callerAnswers(200);
        assertThat(heard()).containsExactly("INFO", "INVITE", "ACK", "BYE");
        assertThat(callee.responses()).containsExactly("200 INFO", "200 INVITE", "200 BYE");
        SipMessage info = message(sent.get(0));
        assertThat(info.callId()).isEqualTo(callId);
        assertThat(info.requestUri()).isEqualTo("sip:a@127.0.0.1:5070");
        assertThat(info.fromTag()).isEqualTo(toTag);
        assertThat(info.toTag()).isEqualTo("f");
        pass(40_000);
        assertThat(store).isEmpty();
    }

    /** It was under way while the call was answered and acknowledged. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void aLateRetransmissionOfTheSetUpIsNoOtherWayOfTheCall(Kind kind) {
        begin(kind);
        establish();
        pass(40_000);
        sent.clear();
        int known = passed.size();
        String tag = toTag;
        toTag = "";
        fromCaller("INVITE", 1, "i");
        assertThat(heard()).isEmpty();
        assertThat(passed).hasSize(known);
        fromCaller("INVITE", 1, "another");
        assertThat(heard()).containsExactly("482 INVITE first");
        toTag = tag;
    }

    /** RFC 3261 section 9.1: an 18x after the CANCEL gives no more time. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void givesUpOnACalleeThatIgnoresTheCancel(Kind kind) {
        begin(kind);
        losing = "CANCEL";
        callee.manner(Manner.RING);
        calleeCutOff = true;
        fromCaller("INVITE", 1, "i");
        fromCaller("CANCEL", 1, "i");
        calleeCutOff = false;
        pass(31_900);
        assertThat(heard()).endsWith("180 INVITE first");
        pass(200);
        assertThat(heard()).endsWith("487 INVITE first");
        fromCaller("ACK", 1, "i");
        pass(70_000);
        assertThat(store).isEmpty();
    }

    @Test
    void aB2buaHasADialogWithEachSide() {
        begin(Kind.B2BUA);
        establish();
        SipMessage invite = message(passed.get(0));
        assertThat(invite.callId()).isEqualTo("call~callee");
        assertThat(invite.fromTag()).isNotEqualTo("f").endsWith("-first");
        assertThat(invite.vias()).hasSize(1);
        assertThat(invite.header("Contact")).contains("127.0.0.2:5060");
        assertThat(toTag).endsWith("-first");
        assertThat(target).contains("127.0.0.2:5060");
    }

    @Test
    void aProxyAddsItselfToThePath() {
        begin(Kind.PROXY);
        establish();
        SipMessage invite = message(passed.get(0));
        assertThat(invite.callId()).isEqualTo("call");
        assertThat(invite.fromTag()).isEqualTo("f");
        assertThat(invite.vias()).hasSize(2);
        assertThat(invite.list("Record-Route")).containsExactly("<sip:127.0.0.2:5060;lr;server=first>");
        assertThat(message(sent.get(2)).vias()).hasSize(1);
        assertThat(target).contains("127.0.0.3:5080");
        fromCaller("INFO", 2, "n");
        SipMessage info = message(passed.get(2));
        assertThat(info.headers("Route")).isEmpty();
        assertThat(info.vias()).hasSize(2);
        // The 2xx are the callee's business.
        pass(5_000);
        assertThat(sent).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void passesAFailureOnAndAcknowledgesIt(Kind kind) {
        begin(kind);
        callee.manner(Manner.BUSY);
        fromCaller("INVITE", 1, "i");
        assertThat(heard()).containsExactly("100 INVITE first", "486 INVITE first");
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "ACK 1");
        pass(600);
        assertThat(heard()).hasSize(3);
        fromCaller("ACK", 1, "i");
        pass(40_000);
        assertThat(sent).hasSize(3);
        assertThat(store).isEmpty();
        assertThat(callee.seen()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void passesACancelOn(Kind kind) {
        begin(kind);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        fromCaller("CANCEL", 1, "i");
        fromCaller("ACK", 1, "i");
        assertThat(heard())
                .containsExactly("100 INVITE first", "180 INVITE first", "200 CANCEL first", "487 INVITE first");
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "CANCEL 1", "ACK 1");
        pass(40_000);
        assertThat(store).isEmpty();
        assertThat(passed).hasSize(3);
    }

    /** RFC 3261 section 9.1. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void holdsACancelUntilTheCalleeHasAnsweredAnything(Kind kind) {
        begin(kind);
        calleeCutOff = true;
        fromCaller("INVITE", 1, "i");
        fromCaller("CANCEL", 1, "i");
        assertThat(passed).hasSize(1);
        calleeCutOff = false;
        callee.manner(Manner.RING);
        pass(600);
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "CANCEL 1", "ACK 1");
        assertThat(heard()).endsWith("200 CANCEL first", "180 INVITE first", "487 INVITE first");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void givesUpOnASilentCallee(Kind kind) {
        begin(kind);
        calleeCutOff = true;
        fromCaller("INVITE", 1, "i");
        pass(31_900);
        // Timer A: at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s.
        assertThat(passed).hasSize(7);
        assertThat(passed).containsOnly(passed.get(0));
        assertThat(heard()).containsExactly("100 INVITE first");
        pass(200);
        assertThat(heard()).endsWith("408 INVITE first").hasSize(2);
        fromCaller("ACK", 1, "i");
        pass(40_000);
        assertThat(store).isEmpty();
        assertThat(first.owned()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void saysNothingToAnybodyBeforeItIsStored(Kind kind) {
        begin(kind);
        slow = true;
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        fromCaller("INVITE", 1, "i");
        assertThat(sent).isEmpty();
        assertThat(passed).isEmpty();
        confirm();
        assertThat(passed).hasSize(1);
        deliver();
        assertThat(heard()).containsExactly("100 INVITE first");
        confirm();
        assertThat(heard()).containsExactly("100 INVITE first", "180 INVITE first");
        callee.answer(calleeCallId());
        deliver();
        assertThat(sent).hasSize(2);
        confirm();
        assertThat(heard()).endsWith("200 INVITE first").hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void passesOnInOrderWhatCameBeforeTheFirstWasStored(Kind kind) {
        begin(kind);
        slow = true;
        fromCaller("INVITE", 1, "i");
        confirm();
        deliver();
        assertThat(heard()).containsExactly("100 INVITE first");
        confirm();
        assertThat(heard()).containsExactly("100 INVITE first", "180 INVITE first", "200 INVITE first");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void absorbsRepetitionsAndAnswersThemAlike(Kind kind) {
        begin(kind);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        fromCaller("INVITE", 1, "i");
        assertThat(passed).hasSize(1);
        assertThat(heard()).containsExactly("100 INVITE first", "180 INVITE first", "180 INVITE first");
    }

    /** As SIPp's own caller, which knows no routes. */
    @Test
    void aProxyFindsTheCalleeWithoutARouteToo() {
        begin(Kind.PROXY);
        fromCaller("INVITE", 1, "i");
        toTag = message(sent.get(2)).toTag();
        fromCaller("ACK", 1, "a");
        fromCaller("BYE", 2, "b");
        assertThat(callee.seen()).endsWith("ACK 1", "BYE 2").hasSize(3);
    }

    @Test
    void aB2buaAcknowledgesARepeated2xxItself() {
        begin(Kind.B2BUA);
        fromCaller("INVITE", 1, "i");
        pass(600);
        // The caller's ACK is not there yet: it gets its 2xx again, the callee nothing.
        assertThat(heard()).endsWith("200 INVITE first", "200 INVITE first").hasSize(4);
        callee.repeat();
        deliver();
        assertThat(callee.seen()).hasSize(1);
        learn();
        fromCaller("ACK", 1, "a");
        assertThat(callee.seen()).endsWith("ACK 1");
        SipMessage accepted = message(sent.get(2));
        assertThat(accepted.toTag()).isEqualTo(toTag);
        pass(40_000);
        assertThat(heard()).hasSize(4);
    }

    @Test
    void aB2buaHangsUpWhereTheCallerNeverAcknowledges() {
        begin(Kind.B2BUA);
        fromCaller("INVITE", 1, "i");
        pass(33_000);
        assertThat(callee.seen()).endsWith("ACK 1", "BYE 2");
        pass(40_000);
        assertThat(store).isEmpty();
        assertThat(first.owned()).isEmpty();
    }

    @Test
    void aProxyPassesARepeated2xxAndEachAckOn() {
        begin(Kind.PROXY);
        fromCaller("INVITE", 1, "i");
        callee.repeat();
        deliver();
        assertThat(heard()).endsWith("200 INVITE first", "200 INVITE first").hasSize(4);
        learn();
        fromCaller("ACK", 1, "a");
        fromCaller("ACK", 1, "a");
        assertThat(callee.seen()).endsWith("ACK 1", "ACK 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void refusesWhatBelongsToNoCallAndWhatCameTooFar(Kind kind) {
        begin(kind);
        toTag = "none";
        for (String method : new String[] {"BYE", "INFO", "CANCEL", "INVITE"}) {
            fromCaller(method, 1, method);
        }
        toTag = "";
        fromCaller("PUBLISH", 1, "p");
        assertThat(heard())
                .containsExactly(
                        "481 BYE first", "481 INFO first", "481 CANCEL first", "481 INVITE first", "501 PUBLISH first");
        arrive(
                "INVITE sip:x@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKx\r\nMax-Forwards: 0\r\n"
                        + "From: <sip:a@b>;tag=f\r\nTo: <sip:x@b>\r\nCall-ID: y\r\nCSeq: 1 INVITE\r\n\r\n",
                CALLER);
        assertThat(heard()).endsWith("483 INVITE first");
        target = "tel:+15550100";
        fromCaller("INVITE", 1, "t");
        assertThat(heard()).endsWith("416 INVITE first");
        assertThat(passed).isEmpty();
    }
}
