package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More TCP clients than a process of 64 MB should have to think about, and clients whose machines are gone. */
class ManyClientsIT extends SmallClusters {
    private static final String SERVICE = "127.119.0.1";
    private static final int BLOCK = 70;
    private static final String CALLER = "127.70.9.1";
    private static final String GONE = "127.70.9.2";
    private static final int MOST = 2_000;

    private static Socket connected(String from) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(SERVICE, 5060));
        return socket;
    }

    @Tag("long")
    @Test
    void thousandsOfConnectionsAreHeldAndNoMore() throws Exception {
        areHeldAndNoMore("occas");
    }

    /** Where what a client says is passed on once more. */
    @Tag("long")
    @Test
    void norAreMoreOfThemWhereASprayerHoldsThem() throws Exception {
        areHeldAndNoMore("was");
    }

    private void areHeldAndNoMore(String arrangement) throws Exception {
        nobodyDies();
        startWithStandby(arrangement, BLOCK, SERVICE);
        String holder = holder();
        var open = new ArrayList<Socket>();
        try (var caller = new TcpCaller("among-many", CALLER, SERVICE)) {
            caller.setUp();
            while (open.size() < MOST - 1) {
                Socket socket = connected(CALLER);
                // Each with a message that has begun.
                socket.getOutputStream()
                        .write(RawCaller.bytes(caller.request("INFO", 2).substring(0, 200)));
                open.add(socket);
            }
            await().atMost(PATIENCE).until(() -> figure(holder, "ringdown_connections") == MOST);
            try (Socket more = connected(CALLER)) {
                assertThat(more.getInputStream().read()).isNegative();
            }
            assertThat(figure(holder, "ringdown_connections_refused_total")).isPositive();
            caller.count(2, 1);
            caller.hangUp(3);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        for (String element : elements.keySet()) {
            if (page(element, "/metrics").contains("ringdown_connections ")) {
                await().atMost(PATIENCE).until(() -> figure(element, "ringdown_connections") == 0);
                assertThat(figure(element, "ringdown_connections_kept_bytes")).isZero();
            }
        }
        try (var caller = new TcpCaller("afterwards", CALLER, SERVICE)) {
            caller.everyStep();
        }
    }

    /** Nothing says that they ended. */
    @Test
    void connectionsOfAMachineThatFellSilentEndAtLast() throws Exception {
        RealParts.needRoot();
        RealParts.need("iptables", "iptables");
        configuration.append("connections.idle.millis=2000\n");
        startWithStandby("occas", BLOCK, SERVICE);
        String holder = holder();
        var gone = new ArrayList<Socket>();
        for (int i = 0; i < 20; i++) {
            gone.add(connected(GONE));
        }
        try (var wall = new Wall(GONE, 9)) {
            assertThat(wall.stands()).isTrue();
            for (Socket socket : gone) {
                socket.close();
            }
            await().atMost(PATIENCE).until(() -> figure(holder, "ringdown_connections") == 0);
            assertThat(figure(holder, "ringdown_connections_ended_total{why=\"idle\"}")
                            + figure(holder, "ringdown_connections_ended_total{why=\"closed\"}"))
                    .isEqualTo(gone.size());
        }
        assertThat(List.of("d1", "d2")).contains(holder);
    }
}
