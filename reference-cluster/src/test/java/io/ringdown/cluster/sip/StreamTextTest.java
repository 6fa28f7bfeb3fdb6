package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says of its message's length must not reach those of others. */
class StreamTextTest {
    private static final String HEAD = "INFO sip:a@b SIP/2.0\r\nCall-ID: x\r\n";

    private static String of(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return new String(StreamText.of(bytes, bytes.length), ISO_8859_1);
    }

    /** What a peer makes of it. */
    private static String cut(String message) {
        var framing = new Framing();
        framing.ofElement();
        framing.add(ByteBuffer.wrap(message.getBytes(ISO_8859_1)));
        byte[] first = framing.next();
        return first == null ? null : new String(first, ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Length: 4\r\n",
                "l: 4\r\n",
                "CONTENT-length  :4\r\n",
                "Content-Length: 4\r\nl: 4\r\n",
                "X: y\r\nL:4\r\n"
            })
    void oneLengthIsTold(String length) {
        String message = of(HEAD + length + "\r\nbody");
        assertThat(message).endsWith("\r\n\r\nbody");
        assertThat(message.toLowerCase().split("content-length|\nl:")).hasSize(2);
        assertThat(cut(message)).isEqualTo(message);
    }

    /** RFC 3261 section 18.3. */
    @Test
    void whatIsBeyondTheLengthIsNoneOfTheMessage() {
        assertThat(of(HEAD + "l: 4\r\n\r\nbodyBYE sip:a@b SIP/2.0\r\n\r\n"))
                .isEqualTo(HEAD + "Content-Length: 4\r\n\r\nbody");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "l: 5\r\n\r\nbody",
                HEAD + "l: 4\r\nContent-Length: 3\r\n\r\nbody",
                HEAD + "l: -1\r\n\r\nbody",
                HEAD + "l: 99999999999999\r\n\r\nbody",
                HEAD + "l:\r\n 4\r\n\r\nbody",
                HEAD + "l: four\r\n\r\nbody",
                HEAD + "Call-ID: without an end\r\n",
                "\r" + HEAD + "\r\nbody",
                "INFO sip:a@b\r\nl: 4\r\n\r\nbody",
            })
    void whatCannotBeCutIsNotSent(String message) {
        assertThatThrownBy(() -> of(message)).isInstanceOf(MalformedMessageException.class);
    }
}
