package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes to a call that is over, and of which a record is all that is kept. */
class LateAnswersTest extends ManualCaller {
    private Sent invite;

    private void endACall() {
        establish();
        invite = last("INVITE");
        send(Intent.RELEASE);
        receive(last("BYE"), 200, "theirs");
        agent.forget(dialog);
        assertThat(agent.finishedCalls()).isEqualTo(1);
    }

    private List<Incident> incidents() throws IOException {
        recorded.recorder().flush();
        return recorded.read().incidents;
    }

    private void bye() {
        receive("BYE sip:caller@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKbye\r\nFrom: "
                + invite.header("To") + ";tag=theirs\r\nTo: " + invite.header("From") + "\r\nCall-ID: " + dialog.callId
                + "\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void theSameAckAnswersTheAnswerThatComesAgain() throws IOException {
        endACall();
        wire.advanceTo(63 * T1);
        receive(invite, 200, "theirs");
        receive(invite, 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(3);
        assertThat(wire.sent("ACK").stream().map(Sent::text).distinct()).hasSize(1);
        assertThat(agent.finishedCalls()).isZero();
        assertThat(incidents()).isEmpty();
        assertThat(operations()).hasSize(2);
    }

    @Test
    void aSecondCalleesAnswerIsStillAnIncident() throws IOException {
        endACall();
        receive(invite, 200, "another");
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER));
        assertThat(last("BYE").header("To")).endsWith(";tag=another");
    }

    @Test
    void theFarSidesByeIsAnsweredAndStillAnIncidentButNotAfterItsTime() throws IOException {
        endACall();
        bye();
        assertThat(last("SIP/2.0").text()).startsWith("SIP/2.0 200 ");
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.UNSCRIPTED_BYE));
        wire.advanceTo(wire.nanos() + 65 * T1);
        bye();
        assertThat(last("SIP/2.0").text()).startsWith("SIP/2.0 481 ");
    }

    @Test
    void aRefusalThatComesAgainIsAcknowledgedOnItsInvitesBranch() {
        send(Intent.SETUP);
        invite = last("INVITE");
        receive(invite, 503, "theirs");
        agent.forget(dialog);
        assertThat(agent.finishedCalls()).isEqualTo(1);
        receive(invite, 503, "theirs");
        assertThat(wire.sent("ACK"))
                .hasSize(2)
                .allSatisfy(ack -> assertThat(ack.branch()).isEqualTo(invite.branch()));
    }

    @Test
    void anAnswerAfterAnExpiryIsAcceptedAndReleased() {
        Attempt setUp = send(Intent.SETUP);
        invite = last("INVITE");
        wire.advanceTo(65 * T1);
        assertThat(setUp.over()).isTrue();
        agent.forget(dialog);
        receive(invite, 200, "theirs");
        assertThat(last("ACK").header("To")).endsWith(";tag=theirs");
        assertThat(last("BYE").header("To")).endsWith(";tag=theirs");
    }

    private List<Incident.Kind> kinds() throws IOException {
        return incidents().stream().map(Incident::kind).toList();
    }

    @Test
    void anAcceptanceAfterARefusalIsASecondAnswer() throws IOException {
        send(Intent.SETUP);
        invite = last("INVITE");
        receive(invite, 503, "theirs");
        agent.forget(dialog);
        receive(invite, 200, "another", "X-Ringdown-Node: r2m2");
        receive(invite, 200, "another", "X-Ringdown-Node: r2m2");
        assertThat(last("BYE").header("To")).endsWith(";tag=another");
        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER);
            assertThat(incident.detail()).isEqualTo("2xx after a 503, from r2m2");
        });
    }

    @Test
    void ofTwoAnswersAfterAnExpiryTheSecondIsLetGoToo() throws IOException {
        send(Intent.SETUP);
        invite = last("INVITE");
        wire.advanceTo(65 * T1);
        agent.forget(dialog);
        receive(invite, 200, "theirs");
        assertThat(kinds()).isEmpty();
        receive(invite, 200, "another");
        receive(invite, 200, "another");
        receive(invite, 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(4);
        assertThat(wire.sent("BYE").stream().map(bye -> bye.header("To").replaceFirst(".*;tag=", "")))
                .containsExactly("theirs", "another");
        assertThat(kinds()).containsExactly(Incident.Kind.FORKED_ANSWER);
    }

    /** Whoever took the call over accepted it anew, under the tag that it had. */
    @Test
    void anAnswerThatComesAgainAndTellsOfMoreSetUpsIsASecondOne() throws IOException {
        send(Intent.SETUP);
        invite = last("INVITE");
        receive(invite, 200, "theirs", "X-Ringdown-Setups: 1");
        receive(invite, 200, "theirs", "X-Ringdown-Setups: 1");
        assertThat(kinds()).isEmpty();
        receive(invite, 200, "theirs", "X-Ringdown-Setups: 2");
        receive(invite, 200, "theirs", "X-Ringdown-Setups: 2");
        assertThat(wire.sent("ACK")).hasSize(4);
        assertThat(kinds()).containsExactly(Incident.Kind.FORKED_ANSWER);
    }

    @Test
    void soItIsWhereItsAckIsHeld() throws IOException {
        Attempt setUp = Attempt.first(dialog, Intent.SETUP, 0);
        setUp.holdsAck = true;
        agent.send(setUp);
        receive(last("INVITE"), 200, "theirs", "X-Ringdown-Setups: 1");
        receive(last("INVITE"), 200, "theirs", "X-Ringdown-Setups: 2");
        agent.acknowledge(setUp);
        assertThat(operations())
                .singleElement()
                .satisfies(op -> assertThat(op.setups()).isEqualTo(2));
    }

    @Test
    void aForkIsAcknowledgedAndEndedAsItsOwnAnswerTells() {
        establish();
        receive(
                last("INVITE"),
                200,
                "another",
                "Contact: <sip:other@127.0.0.1:5091>",
                "Record-Route: <sip:near;lr>, <sip:far;lr>");
        for (String method : List.of("ACK", "BYE")) {
            assertThat(last(method).text())
                    .startsWith(method + " sip:other@127.0.0.1:5091 SIP/2.0\r\n")
                    .contains("\r\nRoute: <sip:far;lr>\r\nRoute: <sip:near;lr>\r\n");
        }
    }
}
