package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.sip.SipMessage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls over a network that loses every fifth datagram, whose engine dies at any moment: each is set up once, goes on, and ends. */
class RelayHistoryTest extends RelayedCalls {
    private static final int CALLS = 300;
    private static final int PATIENCE = 60;

    private Random random;
    private int deathIn;
    private int byes;

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"B2BUA", "PROXY"})
    void eachCallIsOneCallWhateverIsLostAndWhoeverDies(Kind kind) {
        for (int seed = 0; seed < CALLS; seed++) {
            random = new Random(seed);
            callId = "call-" + seed;
            sent.clear();
            toTag = "";
            routes = "";
            target = "sip:service@127.0.0.2:5060";
            dead = "";
            begin(kind);
            loss = random;
            deathIn = random.nextInt(25);
            live("seed " + seed);
            loss = null;
            pass(400_000);
            callee.repeat();
            deliver();
            assertThat(store).as("seed %d", seed).isEmpty();
            assertThat(live.owned()).as("seed %d", seed).isEmpty();
            long records = (first.records() + second.records()).lines().count();
            assertThat(records).as("seed %d", seed).isEqualTo(kind == Kind.PROXY ? 1 : 0);
        }
    }

    private void live(String seed) {
        callee.manner(random.nextBoolean() ? Manner.ANSWER : Manner.RING);
        boolean cancels = random.nextInt(4) == 0;
        String set = ask("INVITE", 1, cancels, seed);
        assertThat(callee.invites(calleeCallId())).as(seed).isEqualTo(1);
        if (!set.equals("200")) {
            assertThat(cancels && set.equals("487")).as(seed + " got " + set).isTrue();
            return;
        }
        callee.manner(Manner.ANSWER);
        for (int cseq = 2; cseq < 5; cseq++) {
            String method = random.nextInt(3) == 0 ? "INVITE" : "INFO";
            assertThat(ask(method, cseq, false, seed)).as(seed).isEqualTo("200");
        }
        assertThat(ask("BYE", 5, false, seed)).as(seed).isEqualTo("200");
        assertThat(callee.seen().stream().filter("BYE 5"::equals).count())
                .as(seed)
                .isPositive();
    }

    /** Sends a request until it has its final response, whose status this is; acknowledges that. */
    private String ask(String method, int cseq, boolean cancels, String seed) {
        for (int round = 0; round < PATIENCE; round++) {
            fromCaller(method, cseq, "b" + cseq);
            if (cancels && round > 0) {
                fromCaller("CANCEL", cseq, "b" + cseq);
            }
            for (int slice = 0; slice < 5; slice++) {
                pass(100);
                if (deathIn-- == 0) {
                    firstDies();
                }
            }
            callee.repeat();
            deliver();
            if (round == 4) {
                callee.manner(Manner.ANSWER);
            }
            if (round > 3 && method.equals("INVITE") && !cancels && cseq == 1) {
                callee.answer(calleeCallId());
                deliver();
            }
            String status = finalOf(method, cseq);
            if (!status.isEmpty()) {
                return status;
            }
        }
        throw new AssertionError(seed + ": " + method + " " + cseq + " was never answered: " + heard());
    }

    private String finalOf(String method, int cseq) {
        String status = "";
        for (String text : List.copyOf(sent)) {
            if (!text.startsWith("SIP/2.0")) {
                continue;
            }
            SipMessage response = message(text);
            boolean its = response.cseq() == cseq && response.cseqMethod().equals(method) && response.status() >= 200;
            if (its && status.isEmpty()) {
                status = Integer.toString(response.status());
                acknowledge(response);
            }
        }
        return status;
    }

    /** As often as it takes on such a network. */
    private void acknowledge(SipMessage response) {
        if (!response.cseqMethod().equals("INVITE")) {
            return;
        }
        if (response.status() < 300) {
            sent.add(sent.stream()
                    .filter(text -> text.startsWith("SIP/2.0 200")
                            && message(text).cseqMethod().equals("INVITE"))
                    .findFirst()
                    .orElseThrow());
            learn();
            sent.remove(sent.size() - 1);
        }
        for (int i = 0; i < 12; i++) {
            fromCaller(
                    "ACK", response.cseq(), response.status() < 300 ? "ack" + response.cseq() : "b" + response.cseq());
        }
    }
}
