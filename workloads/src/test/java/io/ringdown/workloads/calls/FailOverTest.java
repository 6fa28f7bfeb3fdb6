package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Caller;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A caller that knows two service addresses and goes from one to the other (RFC 3263 section 4.3). */
class FailOverTest extends ManualCaller {
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 5060);
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.0.0.2", 5060);

    private boolean on = true;

    @Override
    GeneratorSettings settings() {
        var caller = new Caller(Caller.Transport.UDP, 1, List.of(), on, null, null, null, null, List.of(), null);
        return new GeneratorSettings(
                List.of(ONE, OTHER), new InetSocketAddress("127.0.0.1", 0), WORKLOAD.by(caller), "X-Ringdown-Node");
    }

    @Test
    void aSetUpThatGets503GoesToTheNextAddressWithAnotherBranchOnly() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        receive(first, 503, "theirs");
        Sent second = last("INVITE");
        assertThat(first.to()).isEqualTo(ONE);
        assertThat(second.to()).isEqualTo(OTHER);
        assertThat(second.branch()).isNotEqualTo(first.branch());
        assertThat(second.text().replace(second.branch(), first.branch())).isEqualTo(first.text());
        assertThat(last("ACK").to()).isEqualTo(ONE);
        assertThat(last("ACK").branch()).isEqualTo(first.branch());

        // Its ACK was lost: the refusal comes again.
        receive(first, 503, "theirs");
        assertThat(wire.sent("ACK"))
                .hasSize(2)
                .allSatisfy(ack -> assertThat(ack.to()).isEqualTo(ONE));
        receive(second, 200, "ours");
        assertThat(last("ACK").to()).isEqualTo(OTHER);
        assertThat(ended).hasSize(1);
        assertThat(operations())
                .extracting(Operation::attempt, Operation::cseq, Operation::status, Operation::intentIndex)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FIRST, 1, 503, 0),
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.REPEAT, 1, 200, 0));
        send(Intent.INFO);
        assertThat(last("INFO").to()).isEqualTo(OTHER);
    }

    @Test
    void whatNobodyAnswersGoesToTheNextAddressAtTheEndOfTimerF() throws IOException {
        establish();
        send(Intent.INFO);
        wire.advanceTo(64 * T1);
        assertThat(last("INFO").to()).isEqualTo(OTHER);
        assertThat(wire.sent("INFO").stream().map(Sent::branch).distinct()).hasSize(2);
        receive(last("INFO"), 200, "theirs");
        assertThat(operations().subList(1, 3))
                .extracting(Operation::attempt, Operation::cseq, Operation::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FIRST, 2, 0),
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.REPEAT, 2, 200));
    }

    @Test
    void whereAnythingWasHeardItStays() {
        establish();
        send(Intent.INFO);
        receive(last("INFO"), 100, "");
        wire.advanceTo(64 * T1);
        assertThat(wire.sent("INFO")).allSatisfy(info -> assertThat(info.to()).isEqualTo(ONE));
        assertThat(ended)
                .hasSize(2)
                .last()
                .satisfies(info -> assertThat(info.status).isZero());
    }

    @Test
    void otherRefusalsAreItsUsers() {
        for (int status : List.of(500, 481, 486, 408)) {
            send(Intent.SETUP);
            receive(last("INVITE"), status, "theirs");
            assertThat(last("INVITE").to()).isEqualTo(dialog.service);
            dialog = agent.newDialog();
        }
        assertThat(ended).hasSize(4);
        assertThat(wire.sent("INVITE")).hasSize(4);
    }

    @Test
    void whenEachAddressHasFailedItsUserIsTold() {
        send(Intent.SETUP);
        receive(last("INVITE"), 503, "theirs");
        assertThat(ended).isEmpty();
        receive(last("INVITE"), 503, "theirs");
        assertThat(ended)
                .singleElement()
                .satisfies(invite -> assertThat(invite.status).isEqualTo(503));
        assertThat(wire.sent("INVITE")).hasSize(2);
    }

    @Test
    void anOkOfTheAddressThatWasLeftIsASecondAnswer() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        wire.advanceTo(64 * T1);
        receive(last("INVITE"), 200, "theirs");
        receive(first, 200, "late");
        assertThat(last("BYE").header("To")).endsWith(";tag=late");
        assertThat(dialog.toTag).isEqualTo("theirs");
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER));
    }

    /** The second request was refused, as one that came by two ways (RFC 3261 section 8.2.2.2). */
    @Test
    void anOkOfTheAddressThatWasLeftIsNoSecondAnswerWhereTheOtherRefused() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        wire.advanceTo(64 * T1);
        receive(last("INVITE"), 482, "refused");
        receive(first, 200, "late");
        receive(first, 200, "late");
        assertThat(wire.sent("BYE"))
                .hasSize(1)
                .allSatisfy(bye -> assertThat(bye.header("To")).endsWith(";tag=late"));
        recorded.recorder().flush();
        assertThat(recorded.read().incidents).isEmpty();
    }

    @Test
    void butTwoOksAreTwoAnswersWhicheverComesFirst() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        wire.advanceTo(64 * T1);
        receive(first, 200, "late");
        receive(last("INVITE"), 200, "theirs");
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER));
        assertThat(wire.sent("BYE")).hasSize(1);
    }

    @Test
    void aLateOkToAReInviteEndsNoDialog() {
        establish();
        send(Intent.MODIFY);
        Sent first = last("INVITE");
        wire.advanceTo(64 * T1);
        receive(last("INVITE"), 200, "theirs");
        receive(first, 200, "theirs");
        assertThat(wire.sent("BYE")).isEmpty();
        assertThat(wire.sent("ACK")).hasSize(3);
    }

    @Test
    void aLostConnectionIsAFailureOfTheTransport() throws IOException {
        wire.reliable = true;
        folder = folder.resolve("reliable");
        make();
        send(Intent.SETUP);
        agent.connectionLost(ONE);
        assertThat(last("INVITE").to()).isEqualTo(OTHER);
        assertThat(wire.sent("INVITE").stream().map(Sent::branch).distinct()).hasSize(2);
    }

    /** Under another branch it would be a second request to whoever has it. */
    @Test
    void whatWasAnsweredProvisionallyIsSentAgainWhereItWas() throws IOException {
        wire.reliable = true;
        folder = folder.resolve("reliable");
        make();
        send(Intent.SETUP);
        receive(last("INVITE"), 180, "theirs");
        agent.connectionLost(ONE);
        assertThat(wire.sent("INVITE"))
                .hasSize(2)
                .allSatisfy(invite -> assertThat(invite.to()).isEqualTo(ONE));
        assertThat(wire.sent("INVITE").stream().map(Sent::branch).distinct()).hasSize(1);
    }

    @Test
    void aProbeStays() {
        Attempt probe = Attempt.first(dialog, Intent.OPTIONS, 0);
        probe.retransmits = false;
        agent.send(probe);
        receive(last("OPTIONS"), 503, "theirs");
        assertThat(wire.sent("OPTIONS")).hasSize(1);
    }

    @Test
    void unlessThePlanWantsItNobodyFailsOver() throws IOException {
        on = false;
        folder = folder.resolve("off");
        make();
        send(Intent.SETUP);
        receive(last("INVITE"), 503, "theirs");
        assertThat(wire.sent("INVITE")).hasSize(1);
        assertThat(ended).hasSize(1);
    }

    @Test
    void twoAddressesThatWereLeftAndAcceptAreTwoAnswersThoughTheThirdRefuses() throws IOException {
        var caller = new Caller(Caller.Transport.UDP, 1, List.of(), on, null, null, null, null, List.of(), null);
        var third = new InetSocketAddress("127.0.0.3", 5060);
        var settings = new GeneratorSettings(
                List.of(ONE, OTHER, third), new InetSocketAddress("127.0.0.1", 0), WORKLOAD.by(caller), "");
        agent = new UserAgent(settings, wire, recorded.recorder(), new RunClock(0, 0), "three");
        dialog = agent.newDialog();
        send(Intent.SETUP);
        wire.advanceTo(100 * T1);
        receive(last(ONE), 200, "first");
        wire.advanceTo(128 * T1);
        receive(last(third), 482, "refused");
        receive(last(OTHER), 200, "second");
        assertThat(wire.sent("BYE").stream().map(Sent::to).distinct()).containsExactly(ONE, OTHER);
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .singleElement()
                .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER));
    }

    private Sent last(InetSocketAddress to) {
        return wire.sent("INVITE").stream()
                .filter(invite -> invite.to().equals(to))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    @Test
    void anOkOfTheAddressThatHadRefusedIsASecondAnswer() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        receive(first, 503, "theirs");
        receive(last("INVITE"), 486, "ours");
        receive(first, 200, "late");
        receive(first, 200, "late");
        recorded.recorder().flush();
        assertThat(recorded.read().incidents)
                .singleElement()
                .satisfies(incident -> assertThat(incident.detail()).isEqualTo("2xx after a 503"));
    }
}
