package io.ringdown.cluster.dispatcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.sip.ProxyHeader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SprayerTest {
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.50", 54_711);
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 5061);
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.0.0.2", 5061);

    private record Sent(byte[] datagram, InetSocketAddress to) {}

    private final Sprayer sprayer = new Sprayer();
    private final List<Sent> sent = new ArrayList<>();

    private void receive(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        sprayer.received(
                bytes, bytes.length, CALLER, (data, length, to) -> sent.add(new Sent(Arrays.copyOf(data, length), to)));
    }

    @Test
    void proxiesTakeTurnsWhateverComes() {
        sprayer.sprayOver(List.of(ONE, OTHER));
        for (int i = 0; i < 10; i++) {
            receive("rubbish");
        }
        assertThat(sent.stream().filter(each -> each.to().equals(ONE))).hasSize(5);
        assertThat(sent.stream().filter(each -> each.to().equals(OTHER))).hasSize(5);
    }

    @Test
    void tellsWhoSentIt() {
        sprayer.sprayOver(List.of(ONE));
        receive("INVITE ...");
        byte[] datagram = sent.get(0).datagram();
        ProxyHeader.Framed framed = ProxyHeader.read(datagram, datagram.length).orElseThrow();
        assertThat(framed.source()).isEqualTo(CALLER);
        assertThat(new String(framed.datagram(), ISO_8859_1)).isEqualTo("INVITE ...");
    }

    @Test
    void whatHasNoWholeHeaderHasNone() {
        sprayer.sprayOver(List.of(ONE));
        receive("");
        byte[] datagram = sent.get(0).datagram();
        assertThat(ProxyHeader.read(datagram, datagram.length)).isPresent();
        for (int length = 0; length < datagram.length; length++) {
            assertThat(ProxyHeader.read(datagram, length)).isEmpty();
        }
        datagram[15] = 100;
        assertThat(ProxyHeader.read(datagram, datagram.length)).isEmpty();
        byte[] sip = "INVITE sip:answer@127.0.0.1 SIP/2.0\r\n".getBytes(ISO_8859_1);
        assertThat(ProxyHeader.read(sip, sip.length)).isEmpty();
    }

    @Test
    void passesOneThatIsGoneOverAtOnce() {
        sprayer.sprayOver(List.of(ONE, OTHER));
        sprayer.without(ONE);
        receive("a");
        receive("b");
        assertThat(sent).extracting(Sent::to).containsOnly(OTHER);
        sprayer.without(OTHER);
        receive("c");
        assertThat(sent).hasSize(2);
        assertThat(sprayer.prometheus()).contains("ringdown_sprayed_total 2\n").contains("ringdown_dropped_total 1\n");
    }
}
