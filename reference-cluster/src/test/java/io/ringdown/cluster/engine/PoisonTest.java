package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.session.StoredSession;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that kills whoever serves it, and who stops that. */
class PoisonTest extends RelayedCalls {
    private void start(Kind kind, boolean guarded) {
        serving = new Serving(kind, CALLEE, null, true, guarded);
        begin(kind);
    }

    private void poison() {
        target = "sip:poison@127.0.0.2:5060";
        fromCaller("INVITE", 1, "i");
    }

    /** Another engine takes over what the last one left. */
    private Engine next(String name) {
        dead = halted.get(halted.size() - 1);
        epoch++;
        sent.clear();
        passed.clear();
        live = engine(name, Depth.TRANSACTIONS, Mutant.NONE);
        live.ownershipChanged();
        live.takeOver(store.values().stream().filter(StoredSession::pending).toList());
        deliver();
        return live;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void killsOneAfterTheOtherWhereNobodyGuards(Kind kind) {
        start(kind, false);
        poison();
        assertThat(store).hasSize(1);
        for (String name : List.of("e2", "e3", "e4", "e5")) {
            next(name);
        }
        assertThat(halted).containsExactly("first", "e2", "e3", "e4", "e5");
        assertThat(passed).isEmpty();
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void stopsAtTheSecondWhereSomebodyGuards(Kind kind) {
        start(kind, true);
        poison();
        next("e2");
        Engine third = next("e3");
        assertThat(halted).containsExactly("first", "e2");
        assertThat(events).contains("poison-refused");
        assertThat(heard()).containsExactly("500 INVITE e3");
        // The caller did not hear it, and asks again.
        fromCaller("INVITE", 1, "i");
        assertThat(heard()).containsExactly("500 INVITE e3", "500 INVITE e3");
        toTag = message(sent.get(0)).toTag();
        fromCaller("ACK", 1, "i");
        pass(70_000);
        assertThat(halted).hasSize(2);
        assertThat(store).isEmpty();
        assertThat(third.owned()).isEmpty();
    }

    /** A repetition that comes while the survivor notes that it tries gets no answer from a call that may be poison. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatComesBeforeTheNewAttemptIsStoredWaits(Kind kind) {
        start(kind, true);
        poison();
        slow = true;
        next("e2");
        fromCaller("INVITE", 1, "i");
        assertThat(halted).containsExactly("first");
        assertThat(sent).isEmpty();
        confirm();
        assertThat(halted).containsExactly("first", "e2");
        assertThat(sent).isEmpty();
    }

    /** Not even whoever takes the refused call over. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void isRefusedForGood(Kind kind) {
        start(kind, true);
        poison();
        next("e2");
        next("e3");
        halted.add("e3");
        next("e4");
        assertThat(halted).containsExactly("first", "e2", "e3");
        assertThat(heard()).containsExactly("500 INVITE e4");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theGuardLetsAnyOtherCallLiveOnHoweverManyDie(Kind kind) {
        start(kind, true);
        callee.manner(Manner.RING);
        fromCaller("INVITE", 1, "i", "");
        if (kind == Kind.ANSWER) {
            learn();
        }
        for (String name : List.of("first", "e2", "e3", "e4")) {
            halted.add(name);
            next(name + "-heir");
            // The name of whoever dies next is that of whoever lives now.
            halted.set(halted.size() - 1, name + "-heir");
        }
        assertThat(events).doesNotContain("poison-refused");
        assertThat(store.values().iterator().next().pending()).isTrue();
    }

    @Test
    void knowsTheCallByItsCallerToo() {
        start(Kind.ANSWER, false);
        arrive(
                "INVITE sip:x@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKx\r\n"
                        + "From: <sip:poison@b>;tag=f\r\nTo: <sip:x@b>\r\nCall-ID: y\r\nCSeq: 1 INVITE\r\n\r\n",
                CALLER);
        assertThat(halted).containsExactly("first");
    }

    @Test
    void isACallLikeAnyOtherWhereItIsOff() {
        begin(Kind.PROXY);
        poison();
        assertThat(halted).isEmpty();
        assertThat(heard()).endsWith("200 INVITE first");
    }
}
