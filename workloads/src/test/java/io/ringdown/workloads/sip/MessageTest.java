package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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

    /** As in RFC 4475 section 3.1.1.1, a short tortuous INVITE. */
    @Test
    void readsWhatIsOddAndYetRight() {
        Message message = read("INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
                + "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
                + "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n"
                + "MaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\n"
                + "Content-Length   : 15\r\ncseq: 0009\r\n  INVITE\r\n"
                + "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\ns :\r\n"
                + "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
                + "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n"
                + " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
                + "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n"
                + "  secondparam ; q = 0.33\r\n\r\n v: no header\r\n");
        assertThat(message.method()).isEqualTo("INVITE");
        assertThat(message.cseq()).isEqualTo(9);
        assertThat(message.toTag()).isEqualTo("1918181833n");
        assertThat(message.fromTag()).isEqualTo("98asjd8");
        assertThat(message.branch()).isEqualTo("390skdjuw");
        assertThat(message.contact()).isEqualTo("sip:jdrosen@example.com");
        assertThat(message.other("Max-Forwards")).isEqualTo("0068");
        assertThat(message.other("NewFangledHeader")).isEqualTo("newfangled value continued newfangled value");
        assertThat(message.values("via"))
                .containsExactly(
                        "SIP  /   2.0 /UDP 192.0.2.2;branch=390skdjuw",
                        "SIP  / 2.0  / TCP     spindle.example.com   ; branch  =   z9hG4bK9ikj8  ,"
                                + " SIP  /    2.0   / UDP  192.168.255.111   ; branch= z9hG4bK30239");
    }

    @Test
    void theSecondViasBranchIsNotTheFirsts() {
        assertThat(read(OK.replace(";branch=z9hG4bKabc", ", SIP/2.0/UDP h;branch=z9hG4bKdef"))
                        .branch())
                .isEmpty();
    }

    @Test
    void aHeaderThatFewAskForIsFoundByItsNames() {
        Message message =
                read(OK.replace("Content-Length", "x: 90;refresher=uac\r\nAllow: A\r\nallow: B\r\nContent-Length"));
        assertThat(message.number("Session-Expires")).isEqualTo(90);
        assertThat(message.values("Allow")).containsExactly("A", "B");
        assertThat(message.other("Session")).isEmpty();
        assertThat(message.number("Min-SE")).isEqualTo(-1);
        assertThat(message.number("Allow")).isEqualTo(-1);
    }

    @Test
    void aMessageThatIsKeptOutlivesItsArray() {
        byte[] bytes = OK.getBytes(ISO_8859_1);
        Message kept = Message.read(bytes, bytes.length, "X-Node").kept();
        Arrays.fill(bytes, (byte) 'x');
        assertThat(kept.isOf("1@host")).isTrue();
        assertThat(kept.isOf("1@hos")).isFalse();
        assertThat(kept.node()).isEqualTo("r1m1");
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
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID:\r\nCSeq: 1 BYE\r\n\r\n",
                "SIP/2.0 200 OK\r\nVia: x\r\nCall-ID: y\r\nCSeq: 99999999999 BYE\r\n\r\n",
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
            Message damaged = Message.read(bytes, random.nextInt(bytes.length + 1), "X-Node");
            if (damaged != null) {
                asked(damaged);
            }
        }
    }

    private static void asked(Message message) {
        assertThat(message.branch() + message.callId() + message.from() + message.to() + message.node())
                .isNotNull();
        assertThat(message.toTag() + message.fromTag() + message.contact() + message.other("Allow"))
                .isNotNull();
        assertThat(message.vias()).isNotEmpty();
        assertThat(message.routes()).isNotNull();
        assertThat(message.counter()).isGreaterThanOrEqualTo(-1);
        assertThat(message.setups()).isGreaterThanOrEqualTo(-1);
        assertThat(message.number("Content-Length")).isGreaterThanOrEqualTo(-1);
    }
}
