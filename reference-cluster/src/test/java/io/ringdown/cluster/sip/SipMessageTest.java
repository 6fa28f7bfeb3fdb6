package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the messages of RFC 4475 ({@link TortureMessages}) do not show. */
class SipMessageTest {
    private static final String INVITE = """
            INVITE sip:answer@127.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bKa
            From: "J \\" R" <sip:a@example.com>;tag=1
            To: sip:answer@127.0.0.1
            Call-ID: one@example.com
            CSeq: 7 INVITE
            Content-Length: 4

            body""";

    private static SipMessage parse(String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(ISO_8859_1);
        return SipMessage.parse(bytes, bytes.length);
    }

    @Test
    void readsWhatAnEngineNeeds() {
        SipMessage message = parse(INVITE);
        assertThat(message.method()).isEqualTo("INVITE");
        assertThat(message.callId()).isEqualTo("one@example.com");
        assertThat(message.cseq()).isEqualTo(7);
        assertThat(message.toTag()).isEmpty();
        assertThat(message.body()).isEqualTo("body");
    }

    @Test
    void acceptsTheShortTortuousInvite() {
        // Section 3.1.1.1: folded lines, odd spacing, compact forms, names in any case, several Vias.
        SipMessage message = parse("""
                INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
                TO :
                 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
                from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>
                  ;
                  tag = 98asjd8
                MaX-fOrWaRdS: 0068
                Call-ID: wsinv.ndaksdj@192.0.2.1
                Content-Length   : 0
                cseq: 0009
                  INVITE
                Via  : SIP  /   2.0
                 /UDP
                    192.0.2.2;branch=390skdjuw
                NewFangledHeader:   newfangled value
                 continued newfangled value
                v:  SIP  / 2.0  / TCP     spindle.example.com   ;
                  branch  =   z9hG4bK9ikj8  ,
                 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
                 z9hG4bK30239
                m:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =
                      newvalue

                """);
        assertThat(message.cseq()).isEqualTo(9);
        assertThat(message.toTag()).isEqualTo("1918181833n");
        assertThat(message.vias())
                .extracting(Via::host)
                .containsExactly("192.0.2.2", "spindle.example.com", "192.168.255.111");
        assertThat(message.vias()).extracting(Via::branch).containsExactly("390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239");
    }

    @Test
    void takesNoLineEndWithinAHeader() {
        for (String end : List.of("\r", "\n")) {
            byte[] bytes = INVITE.replace("\n", "\r\n")
                    .replace("rport;", "rport;x=" + end + ";")
                    .getBytes(ISO_8859_1);
            assertThatThrownBy(() -> SipMessage.parse(bytes, bytes.length))
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void takesNothingOfWhichOneViaIsBroken() {
        assertThatThrownBy(() -> parse(INVITE.replace("From:", "Via: SIP/2.0/UDP\nFrom:")))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void failsInNoOtherWayWhateverComes() {
        var random = new Random(1);
        List<String> pieces = List.of("\r\n", ":", ";", "Via", "\"", "<", ",", "\0", " ", "/", "tag=", "99999999999");
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder(INVITE.replace("\n", "\r\n"));
            for (int change = random.nextInt(6); change >= 0; change--) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(12));
                text.replace(from, to, random.nextBoolean() ? pieces.get(random.nextInt(pieces.size())) : "");
            }
            byte[] bytes = text.toString().getBytes(ISO_8859_1);
            try {
                SipMessage message = SipMessage.parse(bytes, bytes.length);
                message.toTag();
                message.vias()
                        .get(0)
                        .receivedFrom(new InetSocketAddress("127.0.0.1", 9))
                        .destination();
            } catch (MalformedMessageException expected) {
                // the one permitted failure
            }
        }
    }

    @Test
    void sendsResponsesWhereTheRequestCameFrom() {
        var source = new InetSocketAddress("127.0.0.9", 4711);
        assertThat(parse(INVITE).vias().get(0).receivedFrom(source).destination())
                .isEqualTo(source);
        assertThat(Via.parse("SIP/2.0/UDP evil.example;branch=x")
                        .receivedFrom(source)
                        .destination())
                .isEqualTo(new InetSocketAddress("127.0.0.9", 5060));
    }

    @Test
    void tellsTheConnectionOfARequestThatCameByTcp() {
        var source = new InetSocketAddress("127.0.0.9", 4711);
        for (String via :
                List.of("SIP/2.0/TCP 127.0.0.9:5070;branch=x", "SIP / 2.0 / tcp host.example:5070;rport;branch=x")) {
            Via filled = Via.parse(via).receivedFrom(source);
            assertThat(filled.tcp()).isTrue();
            assertThat(filled.destination()).isEqualTo(source);
            assertThat(filled.listening()).isEqualTo(new InetSocketAddress("127.0.0.9", 5070));
            assertThat(filled.receivedFrom(source)).isEqualTo(filled);
        }
        for (String other : List.of("SIP/2.0/UDP h", "SIP/2.0/SCTP h", "SIP/2.0/XTCP h", "SIP/2.0/TLS tcp")) {
            assertThat(Via.parse(other).tcp()).isFalse();
        }
    }

    @Test
    void looksNoNamesUp() {
        for (String host : List.of("evil.example", "1.2.3", "1.2.3.256", "1.2.3.4.", "999.1", "[::", "1:2:3")) {
            assertThatThrownBy(() -> Via.parse("SIP/2.0/UDP 127.0.0.1;received=" + host + ";branch=x")
                            .destination())
                    .isInstanceOf(MalformedMessageException.class);
        }
    }
}
