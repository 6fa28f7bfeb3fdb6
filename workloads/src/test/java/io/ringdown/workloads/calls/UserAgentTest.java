package io.ringdown.workloads.calls;

import static io.ringdown.workloads.calls.ManualWire.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UserAgentTest extends ManualCaller {
    private static double[] inT1(List<Sent> sent, long from) {
        return sent.stream().mapToDouble(s -> (s.at() - from) / (double) T1).toArray();
    }

    @Test
    void timersAAndBRunExactlyOnT1() throws IOException {
        wire.advanceTo(7);
        send(Intent.SETUP);
        wire.advanceTo(7 + 64 * T1 - 1);
        assertThat(inT1(wire.sent("INVITE"), 7)).containsExactly(0, 1, 3, 7, 15, 31, 63);
        assertThat(ended).isEmpty();
        wire.advanceTo(7 + 64 * T1);
        assertThat(operations()).singleElement().satisfies(op -> {
            assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(op.status()).isZero();
            assertThat(op.retransmissions()).isEqualTo(6);
            assertThat(op.end()).isEqualTo(7 + 64 * T1);
        });
        assertThat(wire.sent("INVITE").stream().map(Sent::text).distinct()).hasSize(1);
    }

    @Test
    void timersEAndFRunExactlyOnT1AndT2() throws IOException {
        establish();
        send(Intent.INFO);
        wire.advanceTo(200 * T1);
        assertThat(inT1(wire.sent("INFO"), 0)).containsExactly(0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63);
        Operation info = operations().get(1);
        assertThat(info.end()).isEqualTo(64 * T1);
        assertThat(info.outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aProvisionalResponseSetsTimerEToT2ButDoesNotStopTimerF() {
        establish();
        send(Intent.INFO);
        wire.advanceTo(T1 / 2);
        receive(last("INFO"), 100, "");
        wire.advanceTo(200 * T1);
        assertThat(inT1(wire.sent("INFO"), 0)).containsExactly(0, 1, 9, 17, 25, 33, 41, 49, 57);
        assertThat(ended.get(1).status).isZero();
    }

    @Test
    void anyProvisionalResponseEndsTheInvitesRetransmissionsForGood() {
        send(Intent.SETUP);
        wire.advanceTo(2 * T1);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(500 * T1);
        assertThat(wire.sent("INVITE")).hasSize(2);
        assertThat(ended).isEmpty();
        receive(last("INVITE"), 180, "theirs");
        receive(last("INVITE"), 200, "theirs");
        assertThat(ended).singleElement().satisfies(invite -> {
            assertThat(invite.trying).isEqualTo(2 * T1);
            assertThat(invite.ringing).isEqualTo(500 * T1);
        });
    }

    @Test
    void eachRetransmittedOkIsAcknowledgedAgainOnTheAcksOwnBranch() {
        establish();
        receive(last("INVITE"), 200, "theirs");
        receive(last("INVITE"), 200, "theirs");
        List<Sent> acks = wire.sent("ACK");
        assertThat(acks).hasSize(3);
        assertThat(acks.stream().map(Sent::text).distinct()).hasSize(1);
        assertThat(acks.get(0).branch()).isNotEqualTo(last("INVITE").branch());
        assertThat(acks.get(0).header("CSeq")).isEqualTo("1 ACK");
        assertThat(acks.get(0).text()).startsWith("ACK sip:far@127.0.0.1:5090 SIP/2.0\r\n");
        assertThat(ended).hasSize(1);
    }

    @Test
    void aHeldAckIsNotSentForRetransmissionsAndCountsFromItsSending() throws IOException {
        Attempt invite = Attempt.first(dialog, Intent.SETUP, 0);
        invite.holdsAck = true;
        agent.send(invite);
        receive(last("INVITE"), 200, "theirs");
        wire.advanceTo(T1);
        receive(last("INVITE"), 200, "theirs");
        wire.advanceTo(2 * T1);
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("ACK")).isEmpty();
        assertThat(operations()).isEmpty();
        wire.advanceTo(3 * T1);
        agent.acknowledge(invite);
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(2);
        assertThat(operations()).singleElement().satisfies(op -> {
            assertThat(op.end()).isZero();
            assertThat(op.acked()).isEqualTo(3 * T1);
            assertThat(op.openAt(T1)).isTrue();
            assertThat(op.answersAgain()).isEqualTo(2);
            assertThat(op.lastAnswer()).isEqualTo(2 * T1);
        });
    }

    @Test
    void theAckToARefusalHasTheInvitesBranch() {
        send(Intent.SETUP);
        receive(last("INVITE"), 503, "theirs");
        receive(last("INVITE"), 503, "theirs");
        assertThat(wire.sent("ACK")).hasSize(2).allSatisfy(ack -> {
            assertThat(ack.branch()).isEqualTo(last("INVITE").branch());
            assertThat(ack.header("To")).endsWith(";tag=theirs");
        });
        assertThat(ended)
                .singleElement()
                .satisfies(invite -> assertThat(invite.status).isEqualTo(503));
    }

    @Test
    void routesAreTheRecordRoutesInReverse() {
        send(Intent.SETUP);
        receive(
                last("INVITE"),
                200,
                "theirs",
                "Record-Route: <sip:near;lr>, <sip:mid;lr>",
                "Record-Route: <sip:far;lr>");
        send(Intent.INFO);
        // In our order: the topmost Record-Route is the hop next to the callee.
        assertThat(last("INFO").text())
                .contains("Route: <sip:far;lr>\r\nRoute: <sip:mid;lr>\r\nRoute: <sip:near;lr>\r\n");
    }

    @Test
    void aStuckInviteIsCancelledAsItWasSent() throws IOException {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(8 * T1);
        Sent cancel = last("CANCEL");
        assertThat(cancel.branch()).isEqualTo(last("INVITE").branch());
        assertThat(cancel.header("CSeq")).isEqualTo("1 CANCEL");
        assertThat(cancel.header("To")).isEqualTo(last("INVITE").header("To"));
        assertThat(done).isOne();
        receive(cancel, 200, "theirs");
        receive(last("INVITE"), 487, "theirs");
        assertThat(last("ACK").branch()).isEqualTo(cancel.branch());
        assertThat(ended).isEmpty();
        assertThat(operations())
                .extracting(Operation::intent, Operation::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Intent.CANCEL, 200),
                        org.assertj.core.groups.Tuple.tuple(Intent.SETUP, 487));
    }

    @Test
    void aFirst1xxAfterThePatienceOfItsUserIsGivenItsTimeToo() {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        wire.advanceTo(15 * T1);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(23 * T1 - 1);
        assertThat(wire.sent("CANCEL")).isEmpty();
        wire.advanceTo(23 * T1);
        assertThat(wire.sent("CANCEL")).hasSize(1);
        assertThat(done).isOne();
        receive(last("INVITE"), 180, "theirs");
        wire.advanceTo(40 * T1);
        assertThat(done).isOne();
    }

    @Test
    void aCancelledInviteWithoutAnyAnswerEndsAfter64T1() throws IOException {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(8 * T1);
        receive(last("CANCEL"), 200, "theirs");
        wire.advanceTo(72 * T1);
        assertThat(invite.over()).isTrue();
        assertThat(operations()).hasSize(2);
    }

    /** Its user knows by then that it has failed; of the CANCEL itself nobody knows. */
    @Test
    void aCancelledInviteThatIsOpenAtTheEndHasFailed() throws IOException {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 100, "");
        wire.advanceTo(9 * T1);
        agent.close();
        assertThat(operations())
                .extracting(Operation::intent, Operation::outcome, Operation::status, Operation::end)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Intent.SETUP, Outcome.FAILED, 0, 9 * T1),
                        org.assertj.core.groups.Tuple.tuple(Intent.CANCEL, Outcome.INDETERMINATE, 0, Operation.NONE));
    }

    @Test
    void anOkThatCrossesTheCancelIsAcknowledgedAndReleased() throws IOException {
        Attempt invite = send(Intent.SETUP);
        invite.holdsAck = true;
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 180, "theirs");
        wire.advanceTo(8 * T1);
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(1);
        assertThat(last("BYE").header("To")).endsWith(";tag=theirs");
        receive(last("CANCEL"), 200, "theirs");
        receive(last("BYE"), 200, "theirs");
        assertThat(ended).isEmpty();
        assertThat(operations()).hasSize(3);
    }

    @Test
    void anOkAfterTimerBIsAcknowledgedAndReleasedOnce() {
        send(Intent.SETUP);
        wire.advanceTo(70 * T1);
        receive(last("INVITE"), 200, "theirs");
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(2);
        assertThat(wire.sent("BYE")).hasSize(1);
    }

    @Test
    void aForkedAnswerIsOneIncidentAndIsLetGo() throws IOException {
        establish();
        Sent invite = last("INVITE");
        receive(invite, 200, "another", "X-Ringdown-Node: r2m2");
        receive(invite, 200, "another", "X-Ringdown-Node: r2m2");
        assertThat(wire.sent("ACK")).hasSize(3);
        assertThat(wire.sent("BYE"))
                .singleElement()
                .satisfies(bye -> assertThat(bye.header("To")).endsWith(";tag=another"));
        receive(last("BYE"), 200, "another");
        assertThat(operations()).hasSize(1);
        assertThat(recorded.incidents).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER);
            assertThat(incident.detail()).contains("r2m2");
        });
        assertThat(dialog.toTag).isEqualTo("theirs");
    }

    private List<Incident> incidents() throws IOException {
        recorded.recorder().flush();
        return recorded.read().incidents;
    }

    @Test
    void anAnswerWithAnotherTagThanItsRingingIsAnIncident() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 100, "");
        receive(last("INVITE"), 180, "first");
        receive(last("INVITE"), 200, "second", "X-Ringdown-Node: r2m2");
        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.CHANGED_TAG);
            assertThat(incident.detail()).isEqualTo("2xx after an 18x with another To-tag, from r2m2");
        });
        assertThat(last("ACK").header("To")).endsWith(";tag=second");
    }

    @Test
    void aSecondEarlyDialogIsAnIncidentOnceOneOfThemIsAccepted() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 180, "first");
        receive(last("INVITE"), 180, "second");
        receive(last("INVITE"), 503, "third");
        assertThat(incidents()).isEmpty();
        dialog = agent.newDialog();
        send(Intent.SETUP);
        receive(last("INVITE"), 180, "first");
        receive(last("INVITE"), 180, "second");
        receive(last("INVITE"), 200, "first");
        assertThat(incidents()).hasSize(1);
    }

    @Test
    void anAnswerInsideADialogWithAnotherTagIsAnIncident() throws IOException {
        establish();
        for (Intent intent : List.of(Intent.INFO, Intent.MODIFY, Intent.RELEASE)) {
            Attempt attempt = send(intent);
            Sent request = last(attempt.method());
            receive(response(request, 200, "").replace(";tag=theirs", ";tag=reborn"));
        }
        assertThat(incidents())
                .hasSize(3)
                .allSatisfy(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.CHANGED_TAG));
    }

    @Test
    void oneTagThroughoutIsNoIncident() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 100, "");
        receive(last("INVITE"), 183, "");
        receive(last("INVITE"), 180, "theirs");
        receive(last("INVITE"), 200, "theirs");
        for (Intent intent : List.of(Intent.INFO, Intent.MODIFY, Intent.OPTIONS)) {
            receive(last(send(intent).method()), 200, "theirs");
        }
        // What knows no dialog may make up a tag.
        Attempt bye = send(Intent.RELEASE);
        receive(response(last("BYE"), 481, "").replace(";tag=theirs", ";tag=nobody"));
        assertThat(bye.over()).isTrue();
        assertThat(incidents()).isEmpty();
    }

    @Test
    void anUnscriptedByeIsAnsweredAndRecordedOnce() throws IOException {
        establish();
        String bye = "BYE sip:caller@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx\r\nFrom: "
                + last("INVITE").header("To") + ";tag=theirs\r\nTo: "
                + last("INVITE").header("From")
                + "\r\nCall-ID: " + dialog.callId + "\r\nCSeq: 1 BYE\r\n\r\n";
        receive(bye);
        receive(bye);
        assertThat(wire.sent.stream().filter(s -> s.text().startsWith("SIP/2.0 200 OK")))
                .hasSize(2);
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.UNSCRIPTED_BYE));
        receive(bye.replace(dialog.fromTag, "nobody").replace("z9hG4bKx", "z9hG4bKy"));
        assertThat(wire.sent.get(wire.sent.size() - 1).text()).startsWith("SIP/2.0 481 ");
    }

    @Test
    void aResponseThatMatchesNothingIsAStray() throws IOException {
        establish();
        Attempt info = send(Intent.INFO);
        String ok = response(last("INFO"), 200, "theirs", "X-Ringdown-Counter: 1");
        receive(ok.replace(info.branch, "z9hG4bKnobody"));
        receive(ok.replace("CSeq: 2 INFO", "CSeq: 9 INFO"));
        receive(ok.replace("CSeq: 2 INFO", "CSeq: 2 BYE"));
        assertThat(info.over()).isFalse();
        receive(ok);
        // The same again is a retransmission.
        receive(ok);
        assertThat(info.counter).isEqualTo(1);
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .hasSize(3)
                .allSatisfy(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.STRAY));
        assertThat(agent.malformed()).isZero();
    }

    @Test
    void damagedDatagramsAreCountedAndDoNoHarm() {
        establish();
        send(Intent.INFO);
        byte[] ok = response(last("INFO"), 200, "theirs").getBytes(ISO_8859_1);
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = ok.clone();
            bytes[random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            agent.received(bytes, random.nextInt(bytes.length + 1), new InetSocketAddress("127.0.0.1", 5060));
        }
        assertThat(agent.malformed()).isGreaterThan(4_000);
    }

    @Test
    void lineEndsThatKeepAPathOpenAreNoDatagramOfACall() throws IOException {
        establish();
        receive("\r\n\r\n");
        receive("\r\n");
        assertThat(agent.malformed()).isZero();
        receive("\r\n\r\nping");
        assertThat(agent.malformed()).isOne();
        assertThat(operations()).hasSize(1);
        assertThat(recorded.incidents).isEmpty();
    }

    @Test
    void aProbeThatIsSentOnceFailsAfterTwoSeconds() {
        Attempt options = Attempt.first(dialog, Intent.OPTIONS, 0);
        options.retransmits = false;
        options.ended = ended::add;
        agent.send(options);
        wire.advanceTo(4 * T1 - 1);
        assertThat(ended).isEmpty();
        wire.advanceTo(4 * T1);
        assertThat(ended).hasSize(1);
        assertThat(wire.sent("OPTIONS")).hasSize(1);
    }

    @Test
    void whatIsOpenAtTheEndIsIndeterminate() throws IOException {
        establish();
        send(Intent.INFO);
        agent.close();
        agent.close();
        assertThat(operations()).hasSize(2).last().satisfies(op -> {
            assertThat(op.outcome()).isEqualTo(Outcome.INDETERMINATE);
            assertThat(op.end()).isEqualTo(Operation.NONE);
        });
    }

    private String farSides(String method, String itsTag) {
        return method + " sip:caller@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK" + method
                + itsTag
                + "\r\nFrom: " + last("INVITE").header("To") + ";tag=" + itsTag + "\r\nTo: "
                + last("INVITE").header("From") + "\r\nCall-ID: " + dialog.callId + "\r\nCSeq: 1 " + method
                + "\r\n\r\n";
    }

    /** A second dialog of the call, whose answer never came through, gives up (RFC 3261 sections 12.2.2 and 13.3.1.4). */
    @Test
    void aByeOfAnotherDialogOfTheCallEndsNothingAndTellsOfIt() throws IOException {
        establish();
        receive(farSides("BYE", "another"));
        receive(farSides("BYE", "another"));
        assertThat(wire.sent.stream().filter(s -> s.text().startsWith("SIP/2.0 481 ")))
                .hasSize(2);
        assertThat(dialog.endedRemotely).isFalse();
        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.CHANGED_TAG);
            assertThat(incident.detail()).isEqualTo("BYE with another From-tag");
        });
        receive(farSides("BYE", "theirs"));
        assertThat(dialog.endedRemotely).isTrue();
    }

    @Test
    void aRequestInsideADialogThatNobodyKnowsIsCountedOnce() {
        establish();
        for (String method : List.of("BYE", "INVITE")) {
            String strange = farSides(method, "theirs").replace(dialog.callId, "nobody");
            receive(strange);
            receive(strange);
            assertThat(wire.sent.get(wire.sent.size() - 1).text()).startsWith("SIP/2.0 481 ");
        }
        assertThat(agent.malformed()).isEqualTo(2);
        receive(farSides("OPTIONS", "x").replace(dialog.callId, "ping").replace(";tag=" + dialog.fromTag, ""));
        assertThat(wire.sent.get(wire.sent.size() - 1).text()).startsWith("SIP/2.0 200 ");
        assertThat(agent.malformed()).isEqualTo(2);
    }

    /** RFC 3261 section 18.3: whose body does not come whole is no response. */
    @Test
    void whatIsShorterThanItsContentLengthIsNoAnswer() {
        Attempt invite = send(Intent.SETUP);
        String ok = response(last("INVITE"), 200, "theirs").replace("Content-Length: 0\r\n\r\n", "");
        receive(ok + "Content-Length: 9\r\n\r\nv=0\r\n");
        receive(ok + "l: 9x\r\n\r\nv=0\r\no=-\r\n");
        assertThat(invite.over()).isFalse();
        assertThat(agent.malformed()).isEqualTo(2);
        receive(ok + "l: 5\r\n\r\nv=0\r\nand what lies behind");
        assertThat(invite.over()).isTrue();
    }
}
