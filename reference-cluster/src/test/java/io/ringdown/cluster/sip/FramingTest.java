package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    private static final String INFO = "INFO sip:a@b SIP/2.0\r\nCall-ID: x\r\nContent-Length: 4\r\n\r\nbody";
    private static final String BYE = "BYE sip:a@b SIP/2.0\r\nl :\r\n 0 \r\nCall-ID: x\r\n\r\n";
    private static final String OK = "SIP/2.0 200 OK\r\nCONTENT-LENGTH:8\r\n\r\n\r\n\r\n\r\n\r\n";

    private final Framing framing = new Framing();

    private List<String> add(String text) {
        framing.add(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        var messages = new ArrayList<String>();
        for (byte[] message; (message = framing.next()) != null; ) {
            messages.add(new String(message, ISO_8859_1));
        }
        return messages;
    }

    @Test
    void severalMessagesMayComeInOnePiece() {
        assertThat(add(INFO + BYE + OK + INFO)).containsExactly(INFO, BYE, OK, INFO);
        assertThat(framing.unfinished()).isFalse();
    }

    @Test
    void oneMessageMayComeInManyPieces() {
        String stream = INFO + BYE + "\r\n" + OK;
        var messages = new ArrayList<String>();
        for (char c : stream.toCharArray()) {
            messages.addAll(add(String.valueOf(c)));
        }
        assertThat(messages).containsExactly(INFO, BYE, OK);
    }

    @Test
    void whereTheStreamIsCutDoesNotMatter() {
        var random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            var expected = new ArrayList<String>();
            var stream = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                String message = List.of(INFO, BYE, OK).get(random.nextInt(3));
                expected.add(message);
                stream.append("\r\n\r\n".repeat(random.nextInt(2))).append(message);
            }
            var messages = new ArrayList<String>();
            for (int at = 0; at < stream.length(); ) {
                int next = Math.min(stream.length(), at + 1 + random.nextInt(60));
                messages.addAll(add(stream.substring(at, next)));
                at = next;
            }
            assertThat(messages).isEqualTo(expected);
        }
    }

    @Test
    void countsDoubleEmptyLinesAndIgnoresSingleOnes() {
        add("\r\n\r\n");
        add("\r\n\r");
        add("\n");
        assertThat(framing.pings()).isEqualTo(2);
        assertThat(add("\r\n" + INFO)).containsExactly(INFO);
        add("\r\n");
        assertThat(framing.unfinished()).isFalse();
        assertThat(framing.pings()).isZero();
        add("INFO");
        assertThat(framing.unfinished()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rubbish\r\n",
                "INVITE sip:a@b SIP/7.0\r\n",
                "INFO sip:a@b SIP/2.0\r\nCall-ID: x\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length: 4 4\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length: 4294967296\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length: 99999\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length:\r\n\r\n",
                "INFO sip:a@b SIP/2.0\r\nContent-Length: 4\r\nl: 5\r\n\r\n",
                "\0\0\r\n",
            })
    void whatIsNoMessageEndsTheStream(String text) {
        assertThatThrownBy(() -> add(text)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void nothingIsKeptWithoutLimit() {
        String line = "X: " + "x".repeat(997) + "\r\n";
        assertThatThrownBy(() -> {
                    add("INFO sip:a@b SIP/2.0\r\n");
                    for (int i = 0; i < 17; i++) {
                        add(line);
                    }
                })
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> new FramingTest().add("x".repeat(5_000)))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void failsInNoOtherWayWhateverComes() {
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder(INFO + BYE + OK);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int from = random.nextInt(text.length());
                text.replace(from, Math.min(text.length(), from + random.nextInt(9)), "\r\n".repeat(random.nextInt(2)));
            }
            try {
                new FramingTest().add(text.toString());
            } catch (MalformedMessageException expected) {
                // the one permitted failure
            }
        }
    }
}
