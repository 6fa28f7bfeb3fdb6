package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Caller;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call with a session timer (RFC 4028), headers and a body of the user's, and OPTIONS in its dialog. */
class SessionTimersTest extends ManualCaller {
    private static final long SECOND = 1_000_000_000;
    private static final String SDP = "v=0\r\ns=mine\r\n";

    private boolean update;
    private Caller.KeepAlive keepAlive;

    @Override
    GeneratorSettings settings() {
        var timer = new Caller.SessionTimer(Duration.ofSeconds(20), null, update);
        var caller = new Caller(
                Caller.Transport.UDP, 1, List.of(), false, null, null, timer, keepAlive, List.of("X-Mine: yes"), SDP);
        var local = new InetSocketAddress("127.0.0.1", 0);
        return new GeneratorSettings(new InetSocketAddress("127.0.0.1", 5060), local, WORKLOAD.by(caller), "");
    }

    private void call(long bye, String... headers) throws IOException {
        begin(bye);
        receive(last("INVITE"), 200, "theirs", headers);
    }

    private void begin(long bye) throws IOException {
        folder = folder.resolve("call");
        make();
        var script = new Script(Phase.P4, false, false, 0, Operation.NONE, Operation.NONE, List.of(), bye);
        new PopulationCall(agent, script, new Room(1), () -> done++).begin();
        wire.advanceTo(0);
    }

    @Test
    void theCallerAsksForATimerAndRefreshesByReInviteAtHalfOfWhatItIsGranted() throws IOException {
        call(60 * SECOND, "Session-Expires: 30;refresher=uac", "Require: timer", "Allow: INVITE, UPDATE");
        assertThat(last("INVITE").header("Session-Expires")).isEqualTo("20;refresher=uac");
        assertThat(last("INVITE").header("Supported")).isEqualTo("timer");
        wire.advanceTo(15 * SECOND - 1);
        assertThat(wire.sent("INVITE")).hasSize(1);
        wire.advanceTo(15 * SECOND);
        assertThat(last("INVITE").header("CSeq")).isEqualTo("2 INVITE");
        assertThat(last("INVITE").header("Session-Expires")).isEqualTo("30;refresher=uac");
        receive(last("INVITE"), 200, "theirs");
        wire.advanceTo(30 * SECOND);
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("INVITE")).hasSize(3);
        assertThat(operations())
                .extracting(Operation::intent)
                .containsExactly(Intent.SETUP, Intent.MODIFY, Intent.MODIFY);
    }

    @Test
    void aPeerWithoutTimersIsRefreshedAsWasAskedFor() throws IOException {
        call(60 * SECOND);
        wire.advanceTo(10 * SECOND);
        assertThat(last("INVITE").header("CSeq")).isEqualTo("2 INVITE");
    }

    @Test
    void anUpdateIsSentWhereThePeerAllowsIt() throws IOException {
        update = true;
        call(60 * SECOND, "Allow: INVITE, ACK, UPDATE");
        wire.advanceTo(10 * SECOND);
        assertThat(last("UPDATE").header("Contact")).isEqualTo(last("INVITE").header("Contact"));
        assertThat(last("UPDATE").text()).endsWith("Content-Length: 0\r\n\r\n");
        receive(last("UPDATE"), 200, "theirs");
        assertThat(operations()).extracting(Operation::intent).containsExactly(Intent.SETUP, Intent.UPDATE);
    }

    @Test
    void aPeerThatDoesNotAllowUpdatesGetsReInvites() throws IOException {
        update = true;
        call(60 * SECOND, "Allow: INVITE, ACK");
        wire.advanceTo(10 * SECOND);
        assertThat(wire.sent("UPDATE")).isEmpty();
        assertThat(wire.sent("INVITE")).hasSize(2);
    }

    @Test
    void tooShortAnIntervalIsFollowedUpByTheLeastThatIsAllowed() throws IOException {
        begin(300 * SECOND);
        receive(last("INVITE"), 422, "theirs", "Min-SE: 120");
        assertThat(last("INVITE").header("Session-Expires")).isEqualTo("120;refresher=uac");
        assertThat(last("INVITE").header("Min-SE")).isEqualTo("120");
        assertThat(last("INVITE").header("CSeq")).isEqualTo("2 INVITE");
        receive(last("INVITE"), 200, "theirs", "Session-Expires: 120;refresher=uac");
        wire.advanceTo(60 * SECOND);
        assertThat(wire.sent("INVITE")).hasSize(3);
        assertThat(operations())
                .extracting(Operation::attempt, Operation::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FIRST, 422),
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FOLLOW_UP, 200));
    }

    @Test
    void a422ThatAsksForNoMoreIsARefusal() throws IOException {
        begin(60 * SECOND);
        receive(last("INVITE"), 422, "theirs", "Min-SE: 120");
        receive(last("INVITE"), 422, "theirs", "Min-SE: 120");
        assertThat(operations()).hasSize(2);
        // Another Call-ID: its user dials again.
        assertThat(wire.sent("INVITE").stream().map(s -> s.header("Call-ID")).distinct())
                .hasSize(2);
    }

    @Test
    void aRefreshWhoseDialogIsGoneEndsTheCall() throws IOException {
        call(60 * SECOND);
        wire.advanceTo(10 * SECOND);
        receive(last("INVITE"), 481, "theirs");
        receive(last("BYE"), 481, "theirs");
        assertThat(done).isOne();
        wire.advanceTo(100 * SECOND);
        assertThat(wire.sent("INVITE")).hasSize(2);
        assertThat(wire.sent("BYE")).hasSize(1);
    }

    @Test
    void aRefreshWaitsForWhatIsOpenAndNoneComesAfterTheBye() throws IOException {
        call(22 * SECOND);
        wire.advanceTo(10 * SECOND);
        wire.advanceTo(21 * SECOND);
        assertThat(wire.sent("INVITE").stream().map(s -> s.header("CSeq")).distinct())
                .hasSize(2);
        receive(last("INVITE"), 200, "theirs");
        wire.advanceTo(22 * SECOND);
        assertThat(last("INVITE").header("CSeq")).isEqualTo("3 INVITE");
        assertThat(wire.sent("BYE")).isEmpty();
        receive(last("INVITE"), 200, "theirs");
        assertThat(wire.sent("BYE")).hasSize(1);
        receive(last("BYE"), 200, "theirs");
        int sent = wire.sent.size();
        wire.advanceTo(200 * SECOND);
        assertThat(wire.sent).hasSize(sent);
    }

    @Test
    void optionsKeepADialogAliveAndShowThatItIs() throws IOException {
        keepAlive = new Caller.KeepAlive(Duration.ofSeconds(2), true);
        call(7 * SECOND);
        for (int i = 2; i <= 6; i += 2) {
            wire.advanceTo(i * SECOND);
            assertThat(last("OPTIONS").header("To")).endsWith(";tag=theirs");
            receive(last("OPTIONS"), 200, "theirs");
        }
        assertThat(operations())
                .extracting(Operation::intent)
                .containsExactly(Intent.SETUP, Intent.OPTIONS, Intent.OPTIONS, Intent.OPTIONS);
    }

    @Test
    void theUsersHeadersAndBodyGoWhereTheyBelong() throws IOException {
        call(4 * SECOND);
        assertThat(last("INVITE").header("X-Mine")).isEqualTo("yes");
        assertThat(last("INVITE").text()).endsWith("Content-Length: 13\r\n\r\n" + SDP);
        assertThat(last("ACK").header("X-Mine")).isEmpty();
        wire.advanceTo(4 * SECOND);
        assertThat(last("BYE").header("X-Mine")).isEqualTo("yes");
        assertThat(last("BYE").text()).doesNotContain("Session-Expires");
    }

    @Test
    void anUpdateMovesTheTargetAsAReInviteDoes() {
        establish();
        send(Intent.UPDATE);
        receive(last("UPDATE"), 200, "theirs", "Contact: <sip:new@127.0.0.1:5092>");
        send(Intent.INFO);
        assertThat(last("INFO").text()).startsWith("INFO sip:new@127.0.0.1:5092 SIP/2.0\r\n");
    }
}
