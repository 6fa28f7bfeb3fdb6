package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proxy records each call once, whoever dies. */
class CallDetailRecordsTest extends RelayedCalls {
    private List<String> records(Engine engine) {
        return engine.records().lines().toList();
    }

    @Test
    void tellWhenItBeganWasAnsweredAndEndedAndWhoEndedIt() {
        begin(Kind.PROXY);
        callee.manner(Manner.RING);
        long begun = now;
        fromCaller("INVITE", 1, "i");
        pass(2_000);
        callee.answer(callId);
        deliver();
        learn();
        fromCaller("ACK", 1, "a");
        pass(3_000);
        callee.manner(Manner.ANSWER);
        assertThat(records(first)).isEmpty();
        fromCaller("BYE", 2, "b");
        pass(70_000);
        assertThat(records(first))
                .containsExactly("{\"callId\":\"call\",\"begunMicros\":" + begun + ",\"answeredMicros\":"
                        + (begun + 2_000_000) + ",\"endedMicros\":" + (begun + 5_000_000)
                        + ",\"endedBy\":\"caller\"}");
    }

    @Test
    void tellOfAHangUpByTheCalleeAndOfCallsThatWereNeverAnswered() {
        begin(Kind.PROXY);
        establish();
        fromCallee("BYE");
        callerAnswers(200);
        assertThat(records(first)).singleElement().asString().contains("\"endedBy\":\"callee\"");
        callId = "busy";
        toTag = "";
        routes = "";
        callee.manner(Manner.BUSY);
        fromCaller("INVITE", 1, "j");
        assertThat(records(first)).hasSize(2).last().asString().contains("\"answeredMicros\":0,");
    }

    @Test
    void areWrittenByNoB2bua() {
        begin(Kind.B2BUA);
        establish();
        fromCaller("BYE", 2, "b");
        assertThat(records(first)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Depth.class,
            names = {"CONFIRMED", "EARLY", "TRANSACTIONS"})
    void areWrittenByTheSurvivorWhereTheFirstDiedBeforeTheEnd(Depth depth) {
        begin(Kind.PROXY, depth, Mutant.NONE);
        establish();
        firstDies();
        fromCaller("BYE", 2, "b");
        fromCaller("BYE", 2, "b");
        pass(70_000);
        assertThat(records(first)).isEmpty();
        assertThat(records(second)).hasSize(1);
        assertThat(store).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Depth.class,
            names = {"CONFIRMED", "EARLY", "TRANSACTIONS"})
    void areWrittenOnceWhereTheFirstDiesAfterTheEnd(Depth depth) {
        begin(Kind.PROXY, depth, Mutant.NONE);
        establish();
        fromCaller("BYE", 2, "b");
        assertThat(records(first)).hasSize(1);
        firstDies();
        fromCaller("BYE", 2, "b");
        pass(70_000);
        assertThat(records(second)).isEmpty();
        assertThat(store).isEmpty();
    }

    /** The window: who claimed the record died before it wrote it. None is better than two. */
    @Test
    void areMissingWhereTheFirstDiesBetweenClaimAndRecord() {
        begin(Kind.PROXY);
        establish();
        fromCaller("BYE", 2, "b");
        pass(70_000);
        callId = "other";
        toTag = "";
        routes = "";
        establish();
        calleeCutOff = true;
        fromCaller("BYE", 2, "c");
        slow = true;
        calleeCutOff = false;
        pass(600);
        assertThat(records(first)).hasSize(1);
        slow = false;
        firstDies();
        fromCaller("BYE", 2, "c");
        pass(70_000);
        assertThat(records(first)).hasSize(1);
        assertThat(records(second)).isEmpty();
        assertThat(heard()).contains("200 BYE second");
    }
}
