package io.ringdown.workloads.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnsweringPeerTest {
    private static final String REST = """
            Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r
            Max-Forwards: 70\r
            From: <sip:caller@127.0.0.1>;tag=a\r
            To: <sip:answer@ringdown.invalid>%s\r
            Call-ID: 1@here\r
            CSeq: 1 %s\r
            Contact: <sip:caller@127.0.0.1:9>\r
            Content-Length: 0\r
            \r
            """;

    private static String request(String method, String tag) {
        return method + " sip:peer@127.0.0.1:5 SIP/2.0\r\n" + String.format(REST, tag, method);
    }

    @Test
    void anInviteIsTakenWithATag() {
        assertThat(AnsweringPeer.answer(request("INVITE", ""))).isEqualTo("""
                SIP/2.0 200 OK\r
                Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r
                From: <sip:caller@127.0.0.1>;tag=a\r
                To: <sip:answer@ringdown.invalid>;tag=peer\r
                Call-ID: 1@here\r
                CSeq: 1 INVITE\r
                Contact: <sip:peer@127.0.0.1:5>\r
                Content-Length: 0\r
                \r
                """);
    }

    @Test
    void whatHasATagKeepsIt() {
        assertThat(AnsweringPeer.answer(request("BYE", ";tag=peer")))
                .contains("ringdown.invalid>;tag=peer\r\n")
                .doesNotContain("Contact");
    }

    @Test
    void nothingElseIsAnswered() {
        assertThat(AnsweringPeer.answer(request("ACK", ";tag=peer"))).isNull();
        assertThat(AnsweringPeer.answer("SIP/2.0 200 OK\r\n\r\n")).isNull();
        assertThat(AnsweringPeer.answer("INVITE sip:peer@127.0.0.1 SIP/2.0\r\nVia"))
                .isNull();
        assertThat(AnsweringPeer.answer("")).isNull();
    }

    @Test
    void itAnswersOnItsSocket() throws Exception {
        try (var peer = new AnsweringPeer();
                var socket = new DatagramSocket()) {
            byte[] invite = request("INVITE", "").getBytes(StandardCharsets.ISO_8859_1);
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(invite, invite.length, peer.address()));
            var packet = new DatagramPacket(new byte[2_000], 2_000);
            socket.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1))
                    .startsWith("SIP/2.0 200 OK\r\n");
        }
    }
}
