package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first engine dies in each phase of a relayed call, the second goes on, and the callee sees one call. */
class RelayTakeoverTest extends RelayedCalls {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void beforeTheCalleeHasHeardOfTheCall(Kind kind) {
        begin(kind);
        calleeCutOff = true;
        fromCaller("INVITE", 1, "i", "v=offer");
        calleeCutOff = false;
        firstDies();
        assertThat(heard()).containsExactly("100 INVITE second", "180 INVITE second", "200 INVITE second");
        assertThat(passed.get(1)).isEqualTo(passed.get(0));
        endsWell();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whileTheCalleeIsSilent(Kind kind) {
        begin(kind);
        callee.manner(Manner.SILENT);
        fromCaller("INVITE", 1, "i", "v=offer");
        firstDies();
        callee.answer(calleeCallId());
        deliver();
        assertThat(heard()).endsWith("200 INVITE second");
        endsWell();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whileItRings(Kind kind) {
        begin(kind);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i", "v=offer");
        firstDies();
        assertThat(heard()).containsExactly("180 INVITE second", "180 INVITE second");
        callee.answer(calleeCallId());
        deliver();
        assertThat(heard()).endsWith("200 INVITE second");
        pass(20_000);
        assertThat(callee.seen()).hasSize(1);
        endsWell();
    }

    /** The first stored the answer, and died with it. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void beforeTheCallerHasTheAnswer(Kind kind) {
        begin(kind);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i", "v=offer");
        slow = true;
        callee.answer(calleeCallId());
        deliver();
        slow = false;
        firstDies();
        callee.repeat();
        deliver();
        assertThat(heard()).contains("200 INVITE second");
        endsWell();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void beforeTheAck(Kind kind) {
        begin(kind);
        fromCaller("INVITE", 1, "i", "v=offer");
        learn();
        firstDies();
        fromCaller("ACK", 1, "a");
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "ACK 1");
        pass(20_000);
        toTagStaysAndTheCallEnds();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whileItTalks(Kind kind) {
        begin(kind);
        establish();
        firstDies();
        assertThat(sent).isEmpty();
        fromCaller("INFO", 2, "n");
        fromCallee("INFO");
        callerAnswers(200);
        fromCallee("INVITE");
        callerAnswers(200);
        assertThat(heard()).containsExactly("200 INFO second", "INFO", "INVITE", "ACK");
        assertThat(callee.responses()).containsExactly("200 INFO", "200 INVITE");
        toTagStaysAndTheCallEnds();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void withAnInfoThatMayOrMayNotHaveArrived(Kind kind) {
        begin(kind);
        establish();
        fromCaller("INFO", 2, "m");
        calleeCutOff = true;
        fromCaller("INFO", 3, "n");
        calleeCutOff = false;
        firstDies();
        assertThat(heard()).containsExactly("200 INFO second");
        fromCaller("INFO", 3, "n");
        assertThat(heard()).containsExactly("200 INFO second", "200 INFO second");
        assertThat(header(sent.get(1), "X-Ringdown-Counter")).isEqualTo("2");
        toTagStaysAndTheCallEnds();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void withRequestsOfTheCallee(Kind kind) {
        begin(kind);
        establish();
        fromCallee("INVITE");
        firstDies();
        assertThat(heard()).containsExactly("INVITE");
        callerAnswers(200);
        assertThat(callee.responses()).containsExactly("200 INVITE");
        assertThat(heard()).containsExactly("INVITE", "ACK");
        fromCallee("BYE");
        callerAnswers(200);
        assertThat(callee.responses()).endsWith("200 BYE");
        pass(70_000);
        assertThat(store).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void withAByeOnItsWay(Kind kind) {
        begin(kind);
        establish();
        calleeCutOff = true;
        fromCaller("BYE", 2, "b");
        calleeCutOff = false;
        firstDies();
        assertThat(heard()).containsExactly("200 BYE second");
        assertThat(callee.seen()).endsWith("BYE 2").hasSize(3);
        pass(70_000);
        assertThat(store).isEmpty();
        assertThat(second.owned()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void withACancelOnItsWay(Kind kind) {
        begin(kind);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        calleeCutOff = true;
        fromCaller("CANCEL", 1, "i");
        calleeCutOff = false;
        firstDies();
        assertThat(heard()).contains("487 INVITE second");
        fromCaller("ACK", 1, "i");
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "CANCEL 1", "ACK 1");
        pass(70_000);
        assertThat(store).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void withAFailureThatTheCallerHasNotAcknowledged(Kind kind) {
        begin(kind);
        callee.manner(Manner.BUSY);
        fromCaller("INVITE", 1, "i");
        firstDies();
        assertThat(heard()).containsExactly("486 INVITE second");
        fromCaller("ACK", 1, "i");
        pass(70_000);
        assertThat(store).isEmpty();
        assertThat(callee.seen()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whereOnlyConfirmedDialogsAreStored(Kind kind) {
        begin(kind, Depth.CONFIRMED, Mutant.NONE);
        establish();
        calleeCutOff = true;
        fromCaller("INFO", 2, "n");
        calleeCutOff = false;
        firstDies();
        assertThat(sent).isEmpty();
        fromCaller("INFO", 2, "n");
        assertThat(heard()).containsExactly("200 INFO second");
        toTagStaysAndTheCallEnds();
    }

    /** Nothing of the set-up was stored: the caller's repetition makes the same request of it again. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whereTheSetUpIsNotStored(Kind kind) {
        begin(kind, Depth.CONFIRMED, Mutant.NONE);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        firstDies();
        fromCaller("INVITE", 1, "i");
        assertThat(heard()).containsExactly("100 INVITE second", "180 INVITE second");
        callee.answer(calleeCallId());
        deliver();
        endsWell();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whereOnlyTheRingingIsStored(Kind kind) {
        begin(kind, Depth.EARLY, Mutant.NONE);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        String tag = message(sent.get(1)).toTag();
        firstDies();
        fromCaller("INVITE", 1, "i");
        assertThat(heard()).contains("180 INVITE second");
        assertThat(message(sent.get(sent.size() - 1)).toTag()).isEqualTo(tag);
        callee.answer(calleeCallId());
        deliver();
        endsWell();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void whereOnlyTheRingingIsStoredAndTheCallerCancels(Kind kind) {
        begin(kind, Depth.EARLY, Mutant.NONE);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        firstDies();
        fromCaller("CANCEL", 1, "i");
        fromCaller("ACK", 1, "i");
        assertThat(heard()).containsExactly("200 CANCEL second", "487 INVITE second");
        assertThat(callee.seen()).containsExactly("INVITE " + calleeCallId(), "CANCEL 1", "ACK 1");
        pass(70_000);
        assertThat(store).isEmpty();
        assertThat(second.owned()).isEmpty();
    }

    @Test
    void theDuplicateBLegIsSeenByTheCallee() {
        begin(Kind.B2BUA, Depth.TRANSACTIONS, Mutant.DUPLICATE_B_LEG);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i");
        firstDies();
        assertThat(callee.invites(calleeCallId())).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Mutant.class,
            names = {"NONE", "DOUBLE_BYE"})
    void theDoubleByeIsSeenByTheCallee(Mutant mutant) {
        begin(Kind.B2BUA, Depth.TRANSACTIONS, mutant);
        establish();
        firstDies();
        fromCaller("BYE", 2, "b");
        assertThat(heard()).containsExactly("200 BYE second");
        assertThat(callee.seen().stream().filter(each -> each.startsWith("BYE")))
                .containsExactly(mutant == Mutant.NONE ? new String[] {"BYE 2"} : new String[] {"BYE 2", "BYE 3"});
    }

    /** From the 2xx that the caller has: the call is acknowledged, used, ended and forgotten, and the callee saw one INVITE. */
    private void endsWell() {
        learn();
        fromCaller("ACK", 1, "a");
        assertThat(callee.seen()).contains("ACK 1");
        toTagStaysAndTheCallEnds();
    }

    private void toTagStaysAndTheCallEnds() {
        callee.manner(Manner.ANSWER);
        sent.clear();
        fromCaller("INFO", 8, "y");
        fromCaller("BYE", 9, "z");
        assertThat(heard()).containsExactly("200 INFO second", "200 BYE second");
        assertThat(callee.invites(calleeCallId())).isEqualTo(1);
        pass(70_000);
        assertThat(store).isEmpty();
        assertThat(second.owned()).isEmpty();
        assertThat(sent).hasSize(2);
    }
}
