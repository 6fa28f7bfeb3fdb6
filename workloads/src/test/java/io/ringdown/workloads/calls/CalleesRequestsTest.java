package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.ResolvedPlan.Callee;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the caller does about a callee that speaks up inside the dialog. */
class CalleesRequestsTest extends ManualCaller {
    @Override
    GeneratorSettings settings() {
        return new GeneratorSettings(
                new InetSocketAddress("127.0.0.1", 5060),
                new InetSocketAddress("127.0.0.1", 0),
                WORKLOAD.to(new Callee("127.0.0.200:5060", 0.1, null)),
                "X-Ringdown-Node");
    }

    private String request(String method, int cseq) {
        return method + " sip:caller@127.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK" + method
                + cseq + "\r\nFrom: <sip:callee@ringdown>;tag=theirs\r\nTo: <sip:caller@ringdown>;tag=" + dialog.fromTag
                + "\r\nCall-ID: " + dialog.callId + "\r\nCSeq: " + cseq + " " + method
                + "\r\nContent-Length: 0\r\n\r\n";
    }

    private List<String> answers() {
        return wire.sent.stream()
                .map(ManualWire.Sent::text)
                .filter(text -> text.startsWith("SIP/2.0"))
                .toList();
    }

    private List<Incident.Kind> incidents() throws IOException {
        recorded.recorder().flush();
        return recorded.read().incidents.stream().map(Incident::kind).toList();
    }

    @Test
    void namesTheCallToTheCallee() {
        establish();
        assertThat(wire.sent("INVITE").get(0).header("X-Ringdown-Call")).isEqualTo(dialog.callId);
        send(Intent.INFO);
        assertThat(last("INFO").header("X-Ringdown-Call")).isEmpty();
    }

    @Test
    void acceptsAReInviteAndSendsItsAnswerUntilItsAck() throws IOException {
        establish();
        receive(request("INVITE", 1));
        receive(request("INVITE", 1));
        assertThat(answers()).hasSize(2);
        assertThat(answers().get(0))
                .startsWith("SIP/2.0 200")
                .contains("\r\nContact: <sip:caller@")
                .contains("v=0\r\n");
        wire.advanceTo(wire.nanos() + T1);
        assertThat(answers()).hasSize(3);
        receive(request("ACK", 1));
        wire.advanceTo(wire.nanos() + 64 * T1);
        assertThat(answers()).hasSize(3);
        assertThat(incidents()).containsExactly(Incident.Kind.FAR_SIDE_REQUEST);
    }

    @Test
    void answersAnInfoAndAByeOnceEach() throws IOException {
        establish();
        receive(request("INFO", 1));
        receive(request("BYE", 2));
        receive(request("BYE", 2));
        assertThat(answers()).hasSize(3).allMatch(answer -> answer.startsWith("SIP/2.0 200"));
        assertThat(incidents()).containsExactly(Incident.Kind.FAR_SIDE_REQUEST, Incident.Kind.UNSCRIPTED_BYE);
    }

    /** By another branch it is another BYE. */
    @Test
    void aSecondByeIsNoted() throws IOException {
        establish();
        receive(request("BYE", 1));
        receive(request("BYE", 1).replace("z9hG4bK", "z9hG4bKother"));
        assertThat(answers()).hasSize(2).allMatch(answer -> answer.startsWith("SIP/2.0 200"));
        assertThat(incidents()).containsExactly(Incident.Kind.UNSCRIPTED_BYE, Incident.Kind.FAR_SIDE_REQUEST);
    }

    /** RFC 3261 section 12.2.2: whoever took the call over must know how far it was. */
    @Test
    void refusesWhatHasALowerNumberThanWhatItHasSeen() throws IOException {
        establish();
        receive(request("INFO", 2));
        receive(request("INFO", 1));
        receive(request("BYE", 1));
        receive(request("BYE", 3));
        assertThat(answers())
                .extracting(answer -> answer.substring(0, "SIP/2.0 200".length()))
                .containsExactly("SIP/2.0 200", "SIP/2.0 500", "SIP/2.0 500", "SIP/2.0 200");
        assertThat(incidents())
                .containsExactly(
                        Incident.Kind.FAR_SIDE_REQUEST,
                        Incident.Kind.FAR_SIDE_REQUEST,
                        Incident.Kind.FAR_SIDE_REQUEST,
                        Incident.Kind.UNSCRIPTED_BYE);
    }

    @Test
    void twoReInvitesAtOnceAreSettledBy491() throws IOException {
        establish();
        send(Intent.MODIFY);
        receive(request("INVITE", 1));
        assertThat(answers().get(0)).startsWith("SIP/2.0 491");
        assertThat(incidents()).isEmpty();
        receive(last("INVITE"), 200, "theirs");
        receive(request("INVITE", 2));
        assertThat(answers().get(answers().size() - 1)).startsWith("SIP/2.0 200");
    }

    @Test
    void itsReInviteMovesTheTargetOfWhatFollows() {
        establish();
        receive(request("INVITE", 1).replace("Content-Length", "Contact: <sip:new@127.0.0.1:5092>\r\nContent-Length"));
        send(Intent.INFO);
        assertThat(last("INFO").text()).startsWith("INFO sip:new@127.0.0.1:5092 SIP/2.0\r\n");
    }
}
