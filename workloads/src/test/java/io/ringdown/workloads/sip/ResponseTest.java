package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
    private static final String OK = """
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK1;received=127.0.0.9
            Record-Route: <sip:127.111.0.1;lr>
            Record-Route: <sip:127.112.0.1;lr>
            From: "A; tag=no" <sip:a@b;tag=neither>;tag=caller
            To: <sip:c@d>;tag=callee;x=y
            Call-ID: 7@host
            CSeq: 3 INVITE
            Contact: "C" <sip:c@127.0.0.1:5060;transport=udp>;expires=60
            x-ringdown-node: engine-2
            Content-Length: 0

            """.replace("\n", "\r\n");
    private static final String[] NAMES = {"X-Ringdown-Node", "X-Ringdown-Counter"};

    @Test
    void readsWhatACallerNeeds() {
        Response response = read(OK);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.method()).isEqualTo("INVITE");
        assertThat(response.cseq()).isEqualTo(3);
        assertThat(response.branch()).isEqualTo("z9hG4bK1");
        assertThat(response.callId()).isEqualTo("7@host");
        assertThat(response.toTag()).isEqualTo("callee");
        assertThat(response.contact()).isEqualTo("sip:c@127.0.0.1:5060;transport=udp");
        assertThat(response.routes()).containsExactly("<sip:127.111.0.1;lr>", "<sip:127.112.0.1;lr>");
        assertThat(response.named()).containsExactly("engine-2", null);
    }

    @Test
    void readsCompactHeaders() {
        Response response = read(OK.replace("Via:", "v:")
                .replace("Call-ID:", "i:")
                .replace("From:", "f:")
                .replace("To:", "t:")
                .replace("Contact:", "m:"));

        assertThat(response.callId()).isEqualTo("7@host");
        assertThat(response.branch()).isEqualTo("z9hG4bK1");
        assertThat(response.contact()).isEqualTo("sip:c@127.0.0.1:5060;transport=udp");
    }

    @Test
    void readsRoutesThatShareALine() {
        String shared = OK.replace("Record-Route: <sip:127.112.0.1;lr>\r\n", "")
                .replace("<sip:127.111.0.1;lr>", "<sip:127.111.0.1;lr>, \"a, b\" <sip:127.112.0.1;lr;x=1,2>;q=1");

        assertThat(read(shared).routes())
                .containsExactly("<sip:127.111.0.1;lr>", "\"a, b\" <sip:127.112.0.1;lr;x=1,2>;q=1");
    }

    @Test
    void readsARequestOfTheFarSide() {
        Response request =
                read(OK.replace("SIP/2.0 200 OK", "BYE sip:a@b SIP/2.0").replace("3 INVITE", "1 BYE"));

        assertThat(request.status()).isZero();
        assertThat(request.method()).isEqualTo("BYE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "-12", "+20", "099", "700", "2 0", "abc", "20"})
    void takesNoStatusOutside100To699(String status) {
        assertThat(read(OK.replace("200", status))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Via", "Call-ID", "CSeq"})
    void takesNoMessageThatMatchesNothing(String header) {
        assertThat(read(OK.replace(header + ":", "X:"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n", "\0\0\0\0", "SIP/2.0", "SIP/2.0 \r\n\r\n", "BYE\r\n\r\n"})
    void takesNoGarbage(String text) {
        assertThat(read(text)).isNull();
    }

    @Test
    void takesNoTruncatedHeaders() {
        for (int length = 0; length < OK.length() - 2; length++) {
            assertThat(read(OK.substring(0, length))).isNull();
        }
    }

    @Test
    void neverThrows() {
        var random = new Random(7502);
        byte[] whole = OK.getBytes(ISO_8859_1);
        for (int i = 0; i < 50_000; i++) {
            byte[] data = whole.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                data[random.nextInt(data.length)] = " :;,<>\r\n\"\0=9A".getBytes(ISO_8859_1)[random.nextInt(13)];
            }
            assertThatCode(() -> Response.read(data, data.length, NAMES)).doesNotThrowAnyException();
        }
    }

    private static Response read(String text) {
        byte[] data = text.getBytes(ISO_8859_1);
        return Response.read(data, data.length, NAMES);
    }
}
