package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real connections. */
class TcpLoopTest {
    private static final long T1 = 50_000_000;
    private static final String REQUEST = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    private static final String RESPONSE = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final int KEEP_ALIVE = 4;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private TcpLoop loop;
    private Wire wire;

    private final class Told implements Receiver {
        private final String name;

        Told(String name) {
            this.name = name;
        }

        @Override
        public void received(byte[] data, int length, InetSocketAddress from) {
            seen.add(name + " received " + new String(data, 0, length, ISO_8859_1).split("\r\n")[0]);
            if (length > 0 && data[0] == 'B') {
                wire.send(RESPONSE.getBytes(ISO_8859_1), from);
            }
        }

        @Override
        public void connectionLost(InetSocketAddress to) {
            seen.add(name + " lost " + to.getPort());
        }
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        server.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        if (loop != null) {
            loop.close();
        }
        server.close();
    }

    private void start(String... sources) throws IOException {
        List<InetSocketAddress> addresses = List.of(sources).stream()
                .map(source -> new InetSocketAddress(source, 0))
                .toList();
        var service = (InetSocketAddress) server.getLocalSocketAddress();
        loop = new TcpLoop(addresses, List.of(service), List.of(), T1, System::nanoTime);
        wire = loop.wires().get(0);
        loop.start(List.of(sources).stream().map(Told::new).toList());
    }

    private void send(Wire from) {
        from.at(
                System.nanoTime(),
                () -> from.send(REQUEST.getBytes(ISO_8859_1), (InetSocketAddress) server.getLocalSocketAddress()));
        // A loop that sleeps looks at its timers ten times a second.
    }

    /** What a connection brings, keep-alives left out. */
    private static String message(Socket connection) throws IOException {
        connection.setSoTimeout(10_000);
        var text = new StringBuilder();
        while (!text.toString().stripLeading().endsWith("\r\n\r\n")) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        return text.toString().stripLeading();
    }

    private static void say(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    @Test
    void eachSourceHasAConnectionOfItsOwnAndHearsItsOwnAnswers() throws IOException {
        start("127.0.0.5", "127.0.0.6");
        try (Socket one = server.accept();
                Socket two = server.accept()) {
            assertThat(List.of(
                            one.getInetAddress().getHostAddress(),
                            two.getInetAddress().getHostAddress()))
                    .containsExactlyInAnyOrder("127.0.0.5", "127.0.0.6");
            Socket second = two.getInetAddress().getHostAddress().equals("127.0.0.6") ? two : one;
            assertThat(loop.wires().get(1).local().getAddress().getHostAddress())
                    .isEqualTo("127.0.0.6");
            send(loop.wires().get(1));
            assertThat(message(second)).isEqualTo(REQUEST);
            say(second, RESPONSE + "\r\n" + RESPONSE);
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsOnly("127.0.0.6 received SIP/2.0 200 OK");
            assertThat(wire.connected((InetSocketAddress) server.getLocalSocketAddress()))
                    .isTrue();
            assertThat(wire.connected(new InetSocketAddress("127.0.0.9", 1))).isFalse();
        }
    }

    /** Where a redirection leads, and nowhere else. */
    @Test
    void aConnectionToAnElementIsMadeOnceSomethingIsSentThere() throws IOException {
        try (var element = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                var stranger = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) element.getLocalSocketAddress();
            var service = (InetSocketAddress) server.getLocalSocketAddress();
            var source = new InetSocketAddress("127.0.0.5", 0);
            loop = new TcpLoop(List.of(source), List.of(service), List.of(address), T1, System::nanoTime);
            wire = loop.wires().get(0);
            loop.start(List.of(new Told("127.0.0.5")));
            for (ServerSocket to : List.of(stranger, element, element)) {
                wire.at(
                        System.nanoTime(),
                        () -> wire.send(REQUEST.getBytes(ISO_8859_1), (InetSocketAddress) to.getLocalSocketAddress()));
            }
            try (Socket made = element.accept()) {
                assertThat(message(made)).isEqualTo(REQUEST);
                assertThat(message(made)).isEqualTo(REQUEST);
                say(made, RESPONSE);
                await().until(() -> !seen.isEmpty());
                assertThat(seen).containsExactly("127.0.0.5 received SIP/2.0 200 OK");
            }
            await().until(() -> seen.contains("127.0.0.5 lost " + element.getLocalPort()));
            stranger.setSoTimeout(1);
            assertThatThrownBy(stranger::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aConnectionThatEndsIsToldAndMadeAgain() throws IOException {
        start("127.0.0.5");
        server.accept().close();
        try (Socket again = server.accept()) {
            await().until(() -> !seen.isEmpty());
            assertThat(seen).containsExactly("127.0.0.5 lost " + server.getLocalPort());
            send(wire);
            assertThat(message(again)).isEqualTo(REQUEST);
        }
        assertThat(loop.sendErrors()).isZero();
    }

    @Test
    void whatIsSentWhileNobodyListensLeavesWhenSomebodyDoes() throws IOException {
        var address = (InetSocketAddress) server.getLocalSocketAddress();
        server.close();
        server = new ServerSocket();
        loop = new TcpLoop(
                List.of(new InetSocketAddress("127.0.0.5", 0)), List.of(address), List.of(), T1, System::nanoTime);
        wire = loop.wires().get(0);
        wire.at(System.nanoTime(), () -> {
            wire.send(REQUEST.getBytes(ISO_8859_1), address);
            seen.add("sent");
        });
        loop.start(List.of(new Told("one")));
        await().until(() -> seen.contains("sent"));
        server.setReuseAddress(true);
        server.bind(address);
        server.setSoTimeout(10_000);
        try (Socket connection = server.accept()) {
            assertThat(message(connection)).isEqualTo(REQUEST);
        }
    }

    @Test
    void whoAnsweredKeepAlivesAndNoLongerDoesIsGone() throws IOException {
        start("127.0.0.5");
        try (Socket connection = server.accept()) {
            assertThat(connection.getInputStream().readNBytes(KEEP_ALIVE)).containsExactly('\r', '\n', '\r', '\n');
            say(connection, "\r\n");
            try (Socket again = server.accept()) {
                assertThat(again.isConnected()).isTrue();
                await().until(() -> !seen.isEmpty());
            }
        }
        assertThat(seen).first().isEqualTo("127.0.0.5 lost " + server.getLocalPort());
    }

    @Test
    void aResponseMayComeByAConnectionOfTheClusters() throws IOException {
        start("127.0.0.5");
        try (Socket connection = server.accept();
                var own = new Socket("127.0.0.5", wire.local().getPort())) {
            assertThat(connection.isConnected()).isTrue();
            say(own, RESPONSE + "BYE sip:a SIP/2.0\r\nl: 0\r\n\r\n");
            // The answer goes where its request came from.
            assertThat(message(own)).isEqualTo(RESPONSE);
        }
        assertThat(seen).contains("127.0.0.5 received SIP/2.0 200 OK", "127.0.0.5 received BYE sip:a SIP/2.0");
    }

    @Test
    void whatIsNoMessageIsHandedOnAndEndsItsConnection() throws IOException {
        start("127.0.0.5");
        try (Socket connection = server.accept()) {
            say(connection, "rubbish\r\n\r\n");
            await().until(() -> seen.size() == 2);
        }
        assertThat(seen).containsExactly("127.0.0.5 received rubbish", "127.0.0.5 lost " + server.getLocalPort());
    }

    @Test
    void anAddressThatIsTakenIsNamed() {
        assertThatThrownBy(() -> new TcpLoop(
                        List.of((InetSocketAddress) server.getLocalSocketAddress()),
                        List.of(),
                        List.of(),
                        T1,
                        System::nanoTime))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be bound")
                .hasMessageContaining(Integer.toString(server.getLocalPort()));
    }
}
