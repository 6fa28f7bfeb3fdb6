package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {
    private static final String OK = String.join(
            "\r\n",
            "SIP/2.0 200 OK",
            "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKabc;received=127.0.0.1",
            "Record-Route: <sip:b.invalid;lr;x=1,2>, <sip:a.invalid;lr>",
            "From: <sip:caller@127.0.0.1>;tag=mine",
            "To: \"An;tag=no one\" <sip:answer@ringdown.invalid>;x=y;tag=theirs",
            "Call-ID: 1@host",
            "CSeq: 7 INVITE",
            "Contact: <sip:answer@127.0.0.1:5060;transport=udp>;expires=3",
            "X-Node: r1m1",
            "X-Ringdown-Counter: 42",
            "X-Ringdown-Setups: 1",
            "Content-Length: 0",
            "",
            "");

    private static Message read(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return Message.read(bytes, bytes.length, "X-Node");
    }

    @Test
    void readsWhatACallerNeeds() {
        Message message = read(OK);
        assertThat(message.status()).isEqualTo(200);
        assertThat(message.method()).isEqualTo("INVITE");
        assertThat(message.cseq()).isEqualTo(7);
        assertThat(message.branch()).isEqualTo("z9hG4bKabc");
        assertThat(message.callId()).isEqualTo("1@host");
        assertThat(message.toTag()).isEqualTo("theirs");
        assertThat(message.fromTag()).isEqualTo("mine");
        assertThat(message.contact()).isEqualTo("sip:answer@127.0.0.1:5060;transport=udp");
        assertThat(message.routes()).containsExactly("<sip:b.invalid;lr;x=1,2>", "<sip:a.invalid;lr>");
        assertThat(message.node()).isEqualTo("r1m1");
        assertThat(message.counter()).isEqualTo(42);
        assertThat(message.setups()).isEqualTo(1);
    }

    @Test
    void readsCompactFormsAndAnyCase() {
        Message message = read("SIP/2.0 180 Ringing\r\nv: SIP/2.0/UDP h;BRANCH=b\r\nF : a;tag=1\r\nt:b;Tag=2\r\n"
                + "i:id\r\nm: sip:x@y;expires=1\r\ncSEQ: 1 INVITE\r\n\r\n");
        assertThat(message.branch()).isEqualTo("b");
        assertThat(message.toTag()).isEqualTo("2");
        assertThat(message.fromTag()).isEqualTo("1");
        assertThat(message.contact()).isEqualTo("sip:x@y");
        assertThat(message.callId()).isEqualTo("id");
    }

    @Test
    void aCommaInANamePartsNoRoutes() {
        Message message = read(OK.replace("Record-Route: ", "Record-Route: \"Two, or one\" <sip:c.invalid;lr>, "));
        assertThat(message.routes())
                .containsExactly(
                        "\"Two, or one\" <sip:c.invalid;lr>", "<sip:b.invalid;lr;x=1,2>", "<sip:a.invalid;lr>");
    }

    @Test
    void readsARequestOfTheFarSide() {
        Message message = read("BYE sip:caller@h SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nVia: SIP/2.0/UDP b\r\nFrom: a\r\n"
                + "To: b;tag=mine\r\nCall-ID: c\r\nCSeq: 2 BYE\r\n\r\n");
        assertThat(message.request()).isTrue();
        assertThat(message.method()).isEqualTo("BYE");
        assertThat(message.vias()).hasSize(2);
        assertThat(message.counter()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "hello\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 000 No\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 2OO OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 200 OK\r\nCall-ID: y\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: one BYE\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1 BYE\r\nContact: <sip:a\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: 1 BYE\r\n"
            })
    void refusesWhatIsNoMessage(String text) {
        assertThat(read(text)).isNull();
    }

    @Test
    void aStrangeCounterIsNoCounter() {
        assertThat(read(OK.replace("Counter: 42", "Counter: many")).counter()).isEqualTo(-1);
        assertThat(read(OK.replace("Counter: 42", "Counter: -7")).counter()).isEqualTo(-1);
    }

    @Test
    void noDamageMakesItThrow() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = OK.getBytes(ISO_8859_1);
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Message.read(bytes, random.nextInt(bytes.length + 1), "X-Node");
        }
    }
}
