package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What TCP connections of clients may take of an element, at limits short enough for a test. */
class ConnectionsTest extends Loops {
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.64.0.1", 5060);
    private static final int MANY = 50;

    private static ConnectionLimits limits(long idleMillis, long stuckMillis, int mostKept) {
        return new ConnectionLimits(MANY, idleMillis * 1_000, stuckMillis * 1_000, 100_000, mostKept);
    }

    private Running listening(ConnectionLimits limits) throws IOException {
        var running = new Running(limits);
        running.loop.bind(SERVICE);
        running.loop.listen(SERVICE);
        running.loop.start();
        return running;
    }

    private static Socket client() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.64.9.1"), 0));
        socket.connect(SERVICE);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static void awaitEnd(Running running, String why, long count) {
        running.awaitFigure("ringdown_connections_ended_total{why=\"" + why + "\"}", count);
    }

    private void nothingIsLeft(Running running) {
        running.awaitFigure("ringdown_connections", 0);
        assertThat(running.figure("ringdown_connections_kept_bytes")).isZero();
    }

    @Test
    void oneThatSaysNothingEnds() throws Exception {
        Running running = listening(limits(300, 300, 1_000_000));
        try (var silent = client();
                var spoke = client()) {
            write(spoke, message("INFO", 1));
            assertThat(silent.getInputStream().read()).isNegative();
            assertThat(spoke.getInputStream().read()).isNegative();
        }
        awaitEnd(running, "idle", 2);
        nothingIsLeft(running);
    }

    @Test
    void aMessageThatDoesNotEndEndsItsConnection() throws Exception {
        Running running = listening(limits(60_000, 300, 1_000_000));
        try (var slow = client()) {
            write(slow, "INFO sip:a@b SIP/2.0\r\nCall-ID: ");
            assertThat(slow.getInputStream().read()).isNegative();
        }
        awaitEnd(running, "unfinished", 1);
        nothingIsLeft(running);
    }

    @Test
    void moreThanThereMayBeAreRefusedUntilOthersEnd() throws Exception {
        Running running = listening(limits(60_000, 60_000, 1_000_000));
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < MANY; i++) {
            clients.add(client());
        }
        running.awaitFigure("ringdown_connections", MANY);
        try (var more = client()) {
            assertThat(more.getInputStream().read()).isNegative();
        }
        running.awaitFigure("ringdown_connections_refused_total", 1);
        clients.remove(0).close();
        running.awaitFigure("ringdown_connections", MANY - 1);
        try (var more = client()) {
            write(more, message("INFO", 7));
            running.awaitHeard(message("INFO", 7));
        }
        for (Socket client : clients) {
            client.close();
        }
        nothingIsLeft(running);
    }

    /** It never reads: what is for it waits, up to a bound. */
    @Test
    void aSlowReaderEnds() throws Exception {
        Running running = listening(limits(60_000, 300, 1_000_000));
        try (var slow = client()) {
            write(slow, message("INFO", 1));
            running.awaitHeard(message("INFO", 1));
            InetSocketAddress client = running.heardFrom.get(0);
            Via via = Via.parse("SIP/2.0/TCP 127.64.9.1:1;branch=z9hG4bK1").receivedFrom(client);
            byte[] response = new byte[1_000];
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> {
                        running.on(() -> {
                            running.loop.respond(response, response.length, via);
                            return null;
                        });
                        return running.figure("ringdown_connections_ended_total{why=\"slow\"}") == 1;
                    });
        }
        running.awaitFigure("ringdown_connections_kept_bytes", 0);
    }

    @Test
    void allTogetherKeepNoMoreThanTheyMay() throws Exception {
        Running running = listening(limits(60_000, 60_000, 200_000));
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < 30; i++) {
            var client = client();
            clients.add(client);
            write(
                    client,
                    "INFO sip:a@b SIP/2.0\r\nContent-Length: 30000\r\n\r\n" + "x".repeat(i == 10 ? 29_000 : 12_000));
        }
        await().atMost(PATIENCE).until(() -> running.figure("ringdown_connections_ended_total{why=\"largest\"}") > 10);
        assertThat(running.figure("ringdown_connections_kept_bytes")).isLessThanOrEqualTo(200_000);
        for (Socket client : clients) {
            client.close();
        }
        nothingIsLeft(running);
    }

    @Test
    void randomBytesLeaveNothingBehind() throws Exception {
        Running running = listening(limits(60_000, 60_000, 1_000_000));
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            try (var client = client()) {
                byte[] bytes = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(bytes);
                String begin = List.of("", "\r\n\r\n", "INFO sip:a@b SIP/2.0\r\n", "SIP/2.0 200 OK\r\nl: 9\r\n")
                        .get(random.nextInt(4));
                write(client, begin);
                client.getOutputStream().write(bytes);
            } catch (IOException e) {
                // it was thrown out while it still spoke
            }
        }
        nothingIsLeft(running);
    }
}
