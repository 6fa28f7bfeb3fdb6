package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.engine.RelayedCall.Side;
import io.ringdown.cluster.session.StoredSession;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelayedCallCodecTest {
    private final RelayedCall call = new RelayedCall(
            "call@host",
            new Side("call@host", "\"J\u00e9\" <sip:a@b>;tag=f", "<sip:c@d>;tag=t", "sip:a@1.2.3.4", "<sip:r1;lr>"),
            new Side("call@host~callee", "<sip:c@d>;tag=u", "<sip:a@b>;tag=v", "sip:c@1.2.3.5", ""),
            "<sip:r1;lr>\n<sip:r2;lr>");

    private Exchange exchange(String method, int status) {
        var exchange = new Exchange(true, method, 7, "z9hG4bKa", "SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa");
        exchange.passedBranch = "z9hG4bK-ea";
        exchange.request = method + " sip:x SIP/2.0\r\n\r\n";
        exchange.destination = new InetSocketAddress("127.0.0.3", 5080);
        exchange.cancelled = true;
        exchange.status = status;
        exchange.response = "SIP/2.0 200 OK\r\n\r\n";
        exchange.awaitsAck = true;
        exchange.ack = "ACK sip:x SIP/2.0\r\n\r\n";
        exchange.ackDestination = new InetSocketAddress("127.0.0.4", 5081);
        exchange.expires = 123_456_789_012_345L;
        call.exchanges.add(exchange);
        return exchange;
    }

    private static RelayedCallCodec codec(Depth depth) {
        return new RelayedCallCodec(depth, "first");
    }

    @ParameterizedTest
    @EnumSource(Session.State.class)
    void keepsWhatItIsGiven(Session.State state) {
        call.state = state;
        call.version = 7L << 32;
        call.callerCseq = Integer.MAX_VALUE;
        call.calleeCseq = 3;
        call.begun = 1L << 50;
        call.answered = 2L << 50;
        call.ended = 3L << 50;
        call.endedBy = "caller";
        call.recorded = true;
        call.attempts = 2;
        call.poison = true;
        exchange("INVITE", 200);
        exchange("INFO", 0);
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(call);
        assertThat(stored.pending()).isTrue();
        assertThat(stored.version()).isEqualTo(7L << 32);
        assertThat(codec(Depth.TRANSACTIONS).decode(stored))
                .usingRecursiveComparison()
                .isEqualTo(call);
        assertThat(new RelayedCallCodec(Depth.TRANSACTIONS, "second").decode(stored).takenOver)
                .isTrue();
    }

    @Test
    void keepsOnlyTheAnsweredInviteBelowFullDepth() {
        call.state = Session.State.ACCEPTED;
        exchange("INFO", 200);
        exchange("INVITE", 180);
        Exchange accepted = exchange("INVITE", 200);
        StoredSession stored = codec(Depth.CONFIRMED).encode(call);
        assertThat(stored.pending()).isTrue();
        assertThat(codec(Depth.CONFIRMED).decode(stored).exchanges)
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(accepted);
        accepted.awaitsAck = false;
        assertThat(codec(Depth.CONFIRMED).encode(call).pending()).isFalse();
    }

    @Test
    void refusesBytesCutShortAnywhereAndOtherFormats() {
        exchange("INVITE", 200);
        StoredSession whole = codec(Depth.TRANSACTIONS).encode(call);
        for (int length = 0; length < whole.state().length; length++) {
            var cut = new StoredSession("call", 1, "first", true, Arrays.copyOf(whole.state(), length));
            assertThatThrownBy(() -> codec(Depth.TRANSACTIONS).decode(cut)).isInstanceOf(IllegalStateException.class);
        }
        whole.state()[Integer.BYTES]++;
        assertThatThrownBy(() -> codec(Depth.TRANSACTIONS).decode(whole)).hasMessageContaining("format 103");
    }
}
