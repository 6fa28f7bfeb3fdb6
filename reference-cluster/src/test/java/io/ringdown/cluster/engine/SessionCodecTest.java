package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.session.StoredSession;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionCodecTest {
    private static final String VIAS =
            "SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa\nSIP/2.0/UDP 127.0.0.9:5060;branch=b";

    private final Session session =
            new Session("call@host", "\"J\u00e9\" <sip:a@b>;tag=f", "<sip:c@d>;tag=t", "<sip:r1;lr>\n<sip:r2;lr>");

    private static SessionCodec codec(Depth depth) {
        return new SessionCodec(depth, "first");
    }

    private Transaction open(String method, int cseq) {
        var transaction = new Transaction(method, cseq, "z9hG4bKa", VIAS, true, 11, 22);
        session.transactions.add(transaction);
        return transaction;
    }

    @ParameterizedTest
    @EnumSource(Session.State.class)
    void keepsWhatItIsGiven(Session.State state) {
        session.state = state;
        session.version = 7L << 32;
        session.remoteCseq = Integer.MAX_VALUE;
        session.counter = 1L << 40;
        session.lastInfoCseq = 12;
        session.setups = 3;
        session.attempts = 2;
        session.poison = true;
        Transaction info = open("INFO", 12);
        info.status = 200;
        info.counter = 5;
        info.expires = 123_456_789_012_345L;
        Transaction invite = open("INVITE", 13);
        invite.status = 487;
        invite.awaitsAck = true;

        StoredSession stored = codec(Depth.TRANSACTIONS).encode(session);
        assertThat(stored.callId()).isEqualTo("call@host");
        assertThat(stored.version()).isEqualTo(7L << 32);
        assertThat(stored.owner()).isEqualTo("first");
        assertThat(stored.pending()).isTrue();

        Session read = codec(Depth.TRANSACTIONS).decode(stored);
        assertThat(read).usingRecursiveComparison().isEqualTo(session);
        // Appointments stay; whoever goes on starts its own retransmissions.
        assertThat(read.transactions.get(1).nextRetransmission).isEqualTo(Transaction.NEVER);
    }

    /** With its key and owner it is to take 1 KB on the wire at most. */
    @Test
    void aConfirmedDialogIsSmall() {
        var confirmed = new Session(
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6@client.atlanta.example.com",
                "\"Alice Liddell\" <sip:alice.liddell@atlanta.example.com;user=phone>;tag=9fxced76sl1928301774",
                "\"Bob Builder\" <sip:bob.builder@biloxi.example.com;user=phone>;tag=5f3c1a2b4d6e7-r1m1-server",
                "<sip:ss1.atlanta.example.com;lr>\n<sip:ss2.biloxi.example.com;lr>\n<sip:sbc7.carrier.example.net;lr>");
        confirmed.state = Session.State.CONFIRMED;
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(confirmed);
        assertThat(stored.state().length
                        + stored.callId().length()
                        + stored.owner().length())
                .isLessThan(600);
    }

    @Test
    void knowsWhetherItChangedHands() {
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(session);
        assertThat(codec(Depth.TRANSACTIONS).decode(stored).takenOver).isFalse();
        assertThat(new SessionCodec(Depth.TRANSACTIONS, "second").decode(stored).takenOver)
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Depth.class,
            names = {"CONFIRMED", "EARLY"})
    void keepsOnlyTheUnacknowledged2xxBelowFullDepth(Depth depth) {
        session.state = Session.State.ACCEPTED;
        open("INFO", 2).status = 200;
        open("INVITE", 3).status = 100;
        Transaction accepted = open("INVITE", 1);
        accepted.status = 200;
        accepted.awaitsAck = true;
        StoredSession stored = codec(depth).encode(session);
        assertThat(stored.pending()).isTrue();
        assertThat(codec(depth).decode(stored).transactions)
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(accepted);
        accepted.awaitsAck = false;
        stored = codec(depth).encode(session);
        assertThat(stored.pending()).isFalse();
        assertThat(codec(depth).decode(stored).transactions).isEmpty();
    }

    @Test
    void keepsMoreThanFitsIntoAByteOrAShort() {
        for (int i = 0; i < 300; i++) {
            session.transactions.add(
                    new Transaction("INFO", i, "z9hG4bK" + i, VIAS + "x".repeat(1_000), false, 0, 1L << 60));
        }
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(session);
        assertThat(stored.state()).hasSizeGreaterThan(65_535);
        assertThat(codec(Depth.TRANSACTIONS).decode(stored).transactions).hasSize(300);
    }

    @Test
    void keepsTheLongestHeadersADatagramHolds() {
        var long1 = new Session("call", "\u00e9".repeat(60_000), "<sip:c@d>;tag=t", "<sip:r1;lr>\n<sip:r2;lr>");
        assertThat(codec(Depth.TRANSACTIONS).decode(codec(Depth.TRANSACTIONS).encode(long1)).from)
                .isEqualTo(long1.from);
    }

    @Test
    void refusesAnotherFormat() {
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(session);
        stored.state()[Integer.BYTES]++;
        assertThatThrownBy(() -> codec(Depth.TRANSACTIONS).decode(stored))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("format 7");
    }

    @Test
    void refusesBytesCutShortAnywhere() {
        open("INVITE", 1);
        StoredSession whole = codec(Depth.TRANSACTIONS).encode(session);
        for (int length = 0; length < whole.state().length; length++) {
            var cut = new StoredSession("call", 1, "first", true, Arrays.copyOf(whole.state(), length));
            assertThatThrownBy(() -> codec(Depth.TRANSACTIONS).decode(cut))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cut short");
        }
    }

    @Test
    void refusesAnUnknownState() {
        StoredSession stored = codec(Depth.TRANSACTIONS).encode(session);
        stored.state()[Integer.BYTES + 1] = 99;
        assertThatThrownBy(() -> codec(Depth.TRANSACTIONS).decode(stored))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("state 99");
    }
}
