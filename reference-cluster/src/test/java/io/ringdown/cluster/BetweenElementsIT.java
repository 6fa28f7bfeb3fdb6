package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.sip.TortureMessages;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP between elements: what dies with a connection, and what a client can do to those that it shares with others. */
class BetweenElementsIT extends SmallClusters {
    private static final String SERVICE = "127.118.0.1";
    private static final int BLOCK = 68;
    private static final String CALLER = "127.68.9.1";

    @BeforeEach
    void byTcp() {
        configuration.append("between-elements=tcp\n");
    }

    private static RawCaller caller(String transport, String callId) throws IOException {
        return RawCaller.by(transport, callId, CALLER, SERVICE);
    }

    /** Calls of one owner that ring, or ask, when it is killed: answered by the other one, whatever their clients speak. */
    @Test
    void whatIsUnderWayAtADeathIsNotLost() throws Exception {
        isNotLost("occas");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"was", "mss"})
    void norIsItInOtherArrangements(String arrangement) throws Exception {
        isNotLost(arrangement);
    }

    private void isNotLost(String arrangement) throws Exception {
        startWithStandby(arrangement, BLOCK, SERVICE);
        String owner = "e1";
        try (var udp = ringing("udp", owner);
                var tcp = ringing("tcp", owner);
                var asking = established("tcp", owner)) {
            elements.get(owner).destroyForcibly();
            // Sent once: its client will not do so again.
            asking.count(2, 1);
            for (RawCaller ringing : List.of(udp, tcp)) {
                assertThat(node(ringing.answer(200, "1 INVITE"))).isEqualTo("e2");
                ringing.send(ringing.request("ACK", 1));
                ringing.count(2, 1);
                ringing.hangUp(3);
            }
            asking.hangUp(3);
        }
    }

    /** What answers calls of the dead holder comes by the next one. */
    @Test
    void theNextHolderOfTheAddressHasConnectionsOfItsOwn() throws Exception {
        startWithStandby("occas", BLOCK, SERVICE);
        String holder = holder();
        try (var ringing = ringing("udp", "e2")) {
            elements.get(holder).destroyForcibly();
            ringing.answer(200, "1 INVITE");
            ringing.send(ringing.request("ACK", 1));
            awaitHolder(holder.equals("d1") ? "d2" : "d1");
            ringing.count(2, 1);
            ringing.hangUp(3);
        }
    }

    /** No client can say anything that makes nonsense of what others say on the same connection. */
    @Test
    void nothingThatClientsSayBreaksAConnectionBetweenElements() throws Exception {
        startWithStandby("was", BLOCK, SERVICE);
        var random = new Random(4475);
        try (var datagrams = new DatagramSocket(0, InetAddress.getByName(CALLER));
                var caller = caller("tcp", "beside")) {
            caller.setUp();
            for (int round = 0; round < 10; round++) {
                for (TortureMessages.Message message : TortureMessages.all()) {
                    byte[] bytes = round == 0 ? message.bytes() : TortureMessages.mutated(random, message.bytes());
                    datagrams.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress(SERVICE, 5060)));
                    if (round < 3) {
                        sayByTcp(bytes);
                    }
                }
            }
            caller.count(2, 1);
            caller.hangUp(3);
        }
        for (String element : elements.keySet()) {
            if (page(element, "/metrics").contains("ringdown_trunks")) {
                // A standby passes nothing on.
                boolean standby = element.startsWith("d") && !element.equals(holder());
                assertThat(figure(element, "ringdown_trunks") > 0).as(element).isNotEqualTo(standby);
                assertThat(figure(element, "ringdown_trunks_broken_total"))
                        .as(element)
                        .isZero();
                await().atMost(PATIENCE).until(() -> figure(element, "ringdown_connections") == 0);
                assertThat(figure(element, "ringdown_connections_kept_bytes"))
                        .as(element)
                        .isZero();
            }
        }
    }

    private static void sayByTcp(byte[] bytes) {
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(CALLER), 0));
            socket.connect(new InetSocketAddress(SERVICE, 5060));
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // it was thrown out
        }
    }

    private RawCaller ringing(String transport, String owner) throws IOException {
        for (int i = 0; ; i++) {
            var caller = caller(transport, "ringing-" + transport + "-" + i);
            long hold = System.currentTimeMillis() + 2_500;
            caller.send(
                    caller.request("INVITE", 1).replace("Contact:", "X-Ringdown-Hold: final=" + hold + "\r\nContact:"));
            if (node(caller.answer(180, "1 INVITE")).equals(owner)) {
                return caller;
            }
            caller.close();
        }
    }

    private RawCaller established(String transport, String owner) throws IOException {
        for (int i = 0; ; i++) {
            var caller = caller(transport, "established-" + i);
            caller.send(caller.request("INVITE", 1));
            String answer = caller.answer(200, "1 INVITE");
            caller.send(caller.request("ACK", 1));
            if (node(answer).equals(owner)) {
                return caller;
            }
            caller.hangUp(2);
            caller.close();
        }
    }

    private static String node(String answer) {
        return answer.replaceAll("(?s).*\r\nX-Ringdown-Node: ([^\r]*)\r\n.*", "$1");
    }
}
