package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Connections between elements: a dispatcher's loop on a service address, and engines. */
class TrunksTest extends Loops {
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.63.0.1", 5060);
    private static final InetSocketAddress ENGINE = new InetSocketAddress("127.63.1.1", 5061);
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.63.2.1", 5061);

    private Running dispatcher() throws IOException {
        var dispatcher = new Running();
        dispatcher.loop.bind(SERVICE);
        dispatcher.loop.start();
        dispatcher.on(() -> {
            dispatcher.loop.trunksTo(List.of(ENGINE, OTHER));
            return null;
        });
        return dispatcher;
    }

    private Running engine(InetSocketAddress address) throws IOException {
        var engine = new Running();
        engine.loop.bind(address);
        engine.loop.listen(address, List.of(SERVICE.getAddress()), List.of(SERVICE));
        engine.loop.start();
        return engine;
    }

    @Test
    void carryMessagesBothWaysAndTellWhoSends() throws Exception {
        Running engine = engine(ENGINE);
        Running dispatcher = dispatcher();
        dispatcher.trunk(message("INFO", 1), ENGINE);
        engine.awaitHeard(message("INFO", 1));
        assertThat(engine.heardFrom).containsExactly(SERVICE);
        engine.answer(message("BYE", 2), SERVICE);
        dispatcher.awaitHeard(message("BYE", 2));
        assertThat(dispatcher.heardFrom).containsExactly(ENGINE);
    }

    @Test
    void datagramsBehindHeadersGoBetweenMessages() throws Exception {
        Running engine = engine(ENGINE);
        Running dispatcher = dispatcher();
        byte[] datagram = "\r\n\r\nno message at all".getBytes(ISO_8859_1);
        byte[] framed = ProxyHeader.framed(datagram, datagram.length, ENGINE, OTHER);
        dispatcher.trunk(message("INFO", 1), ENGINE);
        dispatcher.trunk(new String(framed, ISO_8859_1), ENGINE);
        dispatcher.trunk(message("INFO", 2), ENGINE);
        engine.awaitHeard(message("INFO", 1), new String(framed, ISO_8859_1), message("INFO", 2));
        ProxyHeader.Framed read = ProxyHeader.read(framed, framed.length).orElseThrow();
        assertThat(read.datagram()).isEqualTo(datagram);
        assertThat(read.destination()).isEqualTo(OTHER);
    }

    @Test
    void whatIsSentBeforeThePeerListensIsNotLost() throws Exception {
        Running dispatcher = dispatcher();
        dispatcher.trunk(message("INFO", 1), ENGINE);
        dispatcher.trunk(message("INFO", 2), ENGINE);
        Running engine = engine(ENGINE);
        engine.awaitHeard(message("INFO", 1), message("INFO", 2));
    }

    @Test
    void anAnswerWaitsForTheNextHolderOfTheAddress() throws Exception {
        Running engine = engine(ENGINE);
        Running dispatcher = dispatcher();
        engine.awaitFigure("ringdown_trunks", 1);
        dispatcher.loop.close();
        engine.awaitFigure("ringdown_trunks", 0);
        engine.answer(message("BYE", 1), SERVICE);
        Running next = dispatcher();
        next.awaitHeard(message("BYE", 1));
    }

    /** A holder that froze keeps its connections: the one that came last has the address. */
    @Test
    void theNewestConnectionOfAnAddressIsTheOneThatCounts() throws Exception {
        Running engine = engine(ENGINE);
        Running frozen = dispatcher();
        engine.awaitFigure("ringdown_trunks", 1);
        Running next = dispatcher();
        engine.awaitFigure("ringdown_trunks", 2);
        engine.answer(message("BYE", 1), SERVICE);
        next.awaitHeard(message("BYE", 1));
        // What the other one had sent yet is heard all the same.
        frozen.trunk(message("INFO", 2), ENGINE);
        engine.awaitHeard(message("INFO", 2));
        assertThat(frozen.heard).isEmpty();
    }

    /** A holder freezes with full buffers; what waits for it, and what comes later, is for the next one. */
    @Test
    void whatAFrozenHolderHasNotTakenTheNextOneGets() throws Exception {
        Running engine = engine(ENGINE);
        Running frozen = dispatcher();
        engine.awaitFigure("ringdown_trunks", 1);
        var thaw = new CountDownLatch(1);
        frozen.loop.execute(() -> awaitQuietly(thaw));
        try {
            // More than the kernel takes, and less than what is dropped.
            burst(engine, 0, 25_000);
            Running next = dispatcher();
            engine.awaitFigure("ringdown_trunks", 2);
            burst(engine, 25_000, 25_100);
            await().atMost(PATIENCE)
                    .until(() ->
                            next.heard.contains(message("BYE", 24_999)) && next.heard.contains(message("BYE", 25_099)));
        } finally {
            thaw.countDown();
        }
    }

    /** Far more than the kernel takes at once, both ways, again and again. */
    @Test
    void burstsBothWaysArriveWhole() throws Exception {
        Running engine = engine(ENGINE);
        Running dispatcher = dispatcher();
        engine.awaitFigure("ringdown_trunks", 1);
        for (int round = 0; round < 20; round++) {
            int from = round * 2_000;
            dispatcher.loop.execute(() -> {
                for (int i = from; i < from + 2_000; i++) {
                    byte[] bytes = message("INFO", i).getBytes(ISO_8859_1);
                    dispatcher.loop.sendByTrunk(bytes, bytes.length, ENGINE);
                }
            });
            burst(engine, from, from + 2_000);
            await().atMost(PATIENCE)
                    .until(() -> dispatcher.heard.size() == from + 2_000 && engine.heard.size() == from + 2_000);
        }
    }

    private static void burst(Running engine, int from, int to) {
        engine.on(() -> {
            for (int i = from; i < to; i++) {
                byte[] bytes = message("BYE", i).getBytes(ISO_8859_1);
                engine.loop.answerByTrunk(bytes, bytes.length, SERVICE);
            }
            return null;
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The kernel takes some hundred kilobytes, then nothing more; others must not notice, and memory must not either. */
    @Test
    void aPeerThatTakesNothingHoldsUpNobody() throws Exception {
        try (var frozen = new ServerSocket()) {
            frozen.setReceiveBufferSize(4_096);
            frozen.bind(ENGINE);
            Running other = engine(OTHER);
            Running dispatcher = dispatcher();
            String large = message("INFO", 1).replace("Content-Length: 0\r\n\r\n", "Content-Length: 1000\r\n\r\n")
                    + "x".repeat(1_000);
            for (int i = 0; i < 8_000; i++) {
                dispatcher.trunk(large, ENGINE);
            }
            dispatcher.trunk(message("INFO", 2), OTHER);
            other.awaitHeard(message("INFO", 2));
            assertThat(dispatcher.figure("ringdown_trunks_dropped_total")).isPositive();
            await().atMost(PATIENCE).until(() -> dispatcher.on(() -> dispatcher.loop.behind(ENGINE)) > 500_000);
            assertThat(dispatcher.on(() -> dispatcher.loop.behind(OTHER))).isZero();
            dispatcher.on(() -> {
                dispatcher.loop.trunksTo(List.of(OTHER));
                return null;
            });
            dispatcher.awaitFigure("ringdown_trunks", 1);
        }
    }

    /** A message that the peer got a part of only comes as a whole by the next connection; what it did get is told to be in doubt. */
    @Test
    void aConnectionThatBreaksGoesOnWithAWholeMessage() throws Exception {
        try (var listening = new ServerSocket()) {
            listening.setReceiveBufferSize(4_096);
            listening.bind(ENGINE);
            Running dispatcher = dispatcher();
            int sent = 800;
            for (int i = 0; i < sent; i++) {
                dispatcher.trunk(
                        message("INFO", i).replace("Content-Length: 0\r\n\r\n", "Content-Length: 1000\r\n\r\n")
                                + "x".repeat(1_000),
                        ENGINE);
            }
            try (Socket first = listening.accept()) {
                first.getInputStream().readNBytes(50_000 + new Random(1).nextInt(1_000));
            }
            await().atMost(PATIENCE).until(() -> dispatcher.broken.contains(ENGINE));
            try (Socket second = listening.accept()) {
                var in = second.getInputStream();
                byte[] header = in.readNBytes(ProxyHeader.LENGTH);
                assertThat(ProxyHeader.read(header, header.length).orElseThrow().source())
                        .isEqualTo(SERVICE);
                assertThat(new String(in.readNBytes(16), ISO_8859_1)).isEqualTo("INFO sip:a@b SIP");
            }
        }
    }

    /** Who is not believed cannot make itself the holder of the address, nor send for others. */
    @Test
    void aStrangersHeaderIsNoHeader() throws Exception {
        Running engine = engine(ENGINE);
        try (var stranger = new Socket()) {
            stranger.bind(new InetSocketAddress(InetAddress.getByName("127.63.9.1"), 0));
            stranger.connect(ENGINE);
            stranger.getOutputStream().write(ProxyHeader.ofConnection(SERVICE, ENGINE));
            stranger.getOutputStream().write("rubbish\r\n".getBytes(ISO_8859_1));
            assertThat(stranger.getInputStream().readAllBytes()).isNotNull();
            assertThat(engine.figure("ringdown_trunks")).isZero();
        }
    }
}
