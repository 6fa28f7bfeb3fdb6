package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamTest {
    private static final String OK = "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a\r\nContent-Length: 0\r\n\r\n";
    private static final String WITH_BODY = "SIP/2.0 200 OK\r\nl : 6 \r\nVia: SIP/2.0/TCP a\r\n\r\nv=0\r\n\n";

    private final Stream stream = new Stream();
    private final List<String> messages = new ArrayList<>();

    private void add(String text) {
        stream.add(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        while (stream.next()) {
            messages.add(new String(stream.message(), ISO_8859_1));
        }
    }

    @Test
    void messagesAreCutByTheirLengthWhereverTheirPiecesEnd() {
        var random = new Random(3);
        var text = new StringBuilder();
        var expected = new ArrayList<String>();
        for (int i = 0; i < 2_000; i++) {
            String next = random.nextBoolean() ? OK : WITH_BODY;
            text.append(random.nextInt(4) == 0 ? "\r\n\r\n" : random.nextInt(4) == 0 ? "\r\n" : "")
                    .append(next);
            expected.add(next);
        }
        for (int at = 0; at < text.length(); ) {
            int next = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(20) == 0 ? 5_000 : 70));
            add(text.substring(at, next));
            at = next;
        }
        assertThat(messages).isEqualTo(expected);
        assertThat(stream.broken()).isFalse();
        assertThat(stream.lineEnds()).isTrue();
    }

    @Test
    void aMessageIsWholeOnlyWithItsBody() {
        add(WITH_BODY.substring(0, WITH_BODY.length() - 1));
        assertThat(messages).isEmpty();
        assertThat(stream.lineEnds()).isFalse();
        add("\n");
        assertThat(messages).containsExactly(WITH_BODY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIP/2.0 200 OK\r\nVia: a\r\n\r\n",
                "SIP/2.0 200 OK\r\nContent-Length: many\r\n\r\n",
                "SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n",
                "SIP/2.0 200 OK\r\nContent-Length:\r\n\r\n",
                "SIP/2.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "SIP/2.0 200 OK\r\nContent-Length: 1x\r\n\r\n",
            })
    void withoutALengthNobodyKnowsWhereTheNextBegins(String text) {
        add(OK + text + OK);
        assertThat(messages).containsExactly(OK);
        assertThat(stream.broken()).isTrue();
        assertThat(new String(stream.rest(), ISO_8859_1)).startsWith(text);
        add(OK);
        assertThat(messages).hasSize(1);
    }

    @Test
    void whatNeverEndsIsNoMessage() {
        add("x".repeat(Stream.LONGEST));
        assertThat(stream.broken()).isFalse();
        add("x");
        assertThat(stream.broken()).isTrue();
    }
}
