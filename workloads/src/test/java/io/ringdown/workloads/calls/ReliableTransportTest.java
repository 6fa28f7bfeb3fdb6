package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller whose wire loses nothing but with a connection (RFC 3261 section 18). */
class ReliableTransportTest extends ManualCaller {
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.1", 5060);

    @Override
    @BeforeEach
    void make() throws IOException {
        wire.reliable = true;
        super.make();
    }

    @Test
    void nothingIsSentAgainAndTimersBAndFRun() throws IOException {
        send(Intent.SETUP);
        wire.advanceTo(64 * T1 - 1);
        assertThat(ended).isEmpty();
        wire.advanceTo(64 * T1);
        assertThat(wire.sent("INVITE")).hasSize(1).allSatisfy(invite -> {
            assertThat(invite.header("Via")).startsWith("SIP/2.0/TCP 127.0.0.1:5070;");
            assertThat(invite.header("Contact")).isEqualTo("<sip:caller@127.0.0.1:5070;transport=tcp>");
        });
        dialog = agent.newDialog();
        establish();
        send(Intent.INFO);
        wire.advanceTo(200 * T1);
        assertThat(wire.sent("INFO")).hasSize(1);
        assertThat(operations())
                .extracting(Operation::status, Operation::retransmissions)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, 0),
                        org.assertj.core.groups.Tuple.tuple(200, 0),
                        org.assertj.core.groups.Tuple.tuple(0, 0));
    }

    @Test
    void anOkThatComesAgainIsAcknowledgedAgain() {
        establish();
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("ACK")).hasSize(2);
    }

    @Test
    void whatWasOpenOnALostConnectionIsSentOnceMoreAsARepeat() throws IOException {
        establish();
        send(Intent.INFO);
        Sent first = last("INFO");
        wire.advanceTo(T1);
        agent.connectionLost(SERVICE);

        assertThat(wire.sent("INFO"))
                .hasSize(2)
                .allSatisfy(info -> assertThat(info.text()).isEqualTo(first.text()));
        assertThat(ended).hasSize(1);
        receive(last("INFO"), 200, "theirs", "X-Ringdown-Counter: 1");
        assertThat(ended).hasSize(2);
        assertThat(operations().subList(1, 3))
                .satisfiesExactly(
                        lost -> {
                            assertThat(lost.attempt()).isEqualTo(AttemptKind.FIRST);
                            assertThat(lost.outcome()).isEqualTo(Outcome.FAILED);
                            assertThat(lost.status()).isEqualTo(Operation.CONNECTION_LOST);
                            assertThat(lost.end()).isEqualTo(T1);
                        },
                        again -> {
                            assertThat(again.attempt()).isEqualTo(AttemptKind.REPEAT);
                            assertThat(again.outcome()).isEqualTo(Outcome.OK);
                            assertThat(again.cseq()).isEqualTo(2);
                            assertThat(again.intentIndex()).isEqualTo(1);
                        });
        assertThat(recorded.incidents).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.CONNECTION_LOST);
            assertThat(incident.detail()).isEqualTo("INFO (CSeq 2) was open on the connection to 127.0.0.1:5060");
        });
    }

    @Test
    void theNextConnectionIsTheLastThatItIsTriedOn() throws IOException {
        establish();
        send(Intent.INFO);
        agent.connectionLost(SERVICE);
        agent.connectionLost(SERVICE);
        assertThat(wire.sent("INFO")).hasSize(2);
        assertThat(ended)
                .hasSize(2)
                .last()
                .satisfies(info -> assertThat(info.status).isEqualTo(Operation.CONNECTION_LOST));
        assertThat(operations()).hasSize(3);
    }

    @Test
    void aUserWhoseRequestLosesItsConnectionTwiceAsksAgain() {
        establish();
        var user = new DialogUser(agent, dialog, () -> done++);
        user.operate(Intent.INFO, 0, Operation.NONE);
        agent.connectionLost(SERVICE);
        agent.connectionLost(SERVICE);
        wire.advanceTo(2 * T1);
        assertThat(last("INFO").header("CSeq")).isEqualTo("3 INFO");
        receive(last("INFO"), 200, "theirs");
        assertThat(wire.sent("BYE")).isEmpty();
    }

    @Test
    void aSetUpThatIsSentAgainKeepsItsUsersPatience() {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 180, "theirs");
        wire.advanceTo(2 * T1);
        agent.connectionLost(SERVICE);
        assertThat(wire.sent("INVITE")).hasSize(2);
        receive(last("INVITE"), 180, "theirs");
        wire.advanceTo(8 * T1);
        assertThat(wire.sent("CANCEL")).isEmpty();
        wire.advanceTo(10 * T1);
        assertThat(wire.sent("CANCEL")).hasSize(1);
        assertThat(done).isOne();
    }

    @Test
    void anInviteThatIsCancelledWhenItsConnectionEndsTellsItsUserNoMore() throws IOException {
        Attempt invite = send(Intent.SETUP);
        agent.giveUpWhenStuck(invite, () -> done++);
        receive(last("INVITE"), 180, "theirs");
        wire.advanceTo(8 * T1);
        agent.connectionLost(SERVICE);
        assertThat(wire.sent("CANCEL")).hasSize(2);
        receive(last("CANCEL"), 200, "theirs");
        receive(last("INVITE"), 487, "theirs");
        assertThat(ended).isEmpty();
        assertThat(done).isOne();
        assertThat(operations()).hasSize(4);
    }

    @Test
    void whatIsAcknowledgedOrAnsweredIsNotOpen() {
        establish();
        agent.connectionLost(SERVICE);
        assertThat(wire.sent("INVITE")).hasSize(1);
        send(Intent.INFO);
        agent.connectionLost(new InetSocketAddress("127.0.0.9", 5060));
        assertThat(wire.sent("INFO")).hasSize(1);
    }

    @Test
    void aProbeIsNeitherSentAgainNorLeftToWaitForAConnection() throws IOException {
        Attempt probe = Attempt.first(dialog, Intent.OPTIONS, 0);
        probe.retransmits = false;
        agent.send(probe);
        agent.connectionLost(SERVICE);
        assertThat(wire.sent("OPTIONS")).hasSize(1);
        wire.connected = false;
        Attempt another = Attempt.first(dialog, Intent.OPTIONS, 0);
        another.retransmits = false;
        another.ended = ended::add;
        agent.send(another);
        assertThat(wire.sent("OPTIONS")).hasSize(1);
        assertThat(ended).hasSize(1);
        assertThat(operations())
                .hasSize(2)
                .allSatisfy(op -> assertThat(op.status()).isEqualTo(Operation.CONNECTION_LOST));
        assertThat(recorded.incidents).isEmpty();
        assertThat(agent.open()).isZero();
    }
}
