package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that speak TCP (RFC 3261 section 18), bytes by bytes. */
class TcpIT extends SmallClusters {
    private static final String SERVICE = "127.105.0.1";
    private static final int BLOCK = 50;
    private static final String CALLER = "127.50.9.1";

    private static TcpCaller caller(String callId) throws IOException {
        return new TcpCaller(callId, CALLER, SERVICE);
    }

    @Test
    void messagesAreCutAsTheirLengthSaysWhereverSegmentsEnd() throws Exception {
        startWithStandby("single", BLOCK, SERVICE);
        try (var caller = caller("cut")) {
            caller.send("\r\n\r\n");
            assertThat(caller.upTo("\r\n")).isEqualTo("\r\n");
            caller.setUp();
            caller.send(caller.request("INFO", 2) + caller.request("INFO", 3));
            caller.counted(2, 1);
            caller.counted(3, 2);
            for (char c : ("\r\n" + caller.request("INFO", 4)).toCharArray()) {
                caller.send(String.valueOf(c));
            }
            caller.counted(4, 3);
            caller.send(caller.request("BYE", 5));
            assertThat(caller.answer(200, "5 BYE")).contains("\r\nX-Ringdown-Counter: 3\r\n");
        }
    }

    @Test
    void whatIsNoMessageEndsItsConnectionOnly() throws Exception {
        startWithStandby("single", BLOCK, SERVICE);
        try (var caller = caller("other")) {
            caller.setUp();
            for (String rubbish : new String[] {"rubbish\r\n", "x".repeat(10_000), "BYE sip:a@b SIP/2.0\r\n\r\n"}) {
                try (var broken = caller("broken")) {
                    broken.send(rubbish);
                    assertThat(broken.closed()).isTrue();
                }
            }
            caller.count(2, 1);
            caller.hangUp(3);
        }
    }

    @Test
    void whatIsSentAgainToTheNextHolderIsARepeat() throws Exception {
        isARepeat("occas");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"was", "mss"})
    void soItIsInOtherArrangements(String arrangement) throws Exception {
        isARepeat(arrangement);
    }

    private void isARepeat(String arrangement) throws Exception {
        startWithStandby(arrangement, BLOCK, SERVICE);
        String holder = holder();
        String standby = holder.equals("d1") ? "d2" : "d1";
        try (var caller = caller("again")) {
            caller.setUp();
            caller.count(2, 1);

            elements.get(holder).destroyForcibly();
            assertThat(caller.closed()).isTrue();
            awaitHolder(standby);
            try (var again = new TcpCaller(caller, CALLER, SERVICE)) {
                again.count(2, 1);
                again.count(3, 2);
                again.hangUp(4);
            }
        }
    }

    /** RFC 3261 section 18.2.2. */
    @Test
    void aResponseWhoseConnectionIsGoneGoesToWhereTheClientListens() throws Exception {
        startWithStandby("single", BLOCK, SERVICE);
        try (var listening = new ServerSocket(5070, 10, InetAddress.getByName(CALLER))) {
            listening.setSoTimeout((int) PATIENCE.toMillis());
            try (var caller = caller("gone")) {
                long hold = System.currentTimeMillis() + 1_000;
                caller.send(caller.request("INVITE", 1)
                        .replace("Contact:", "X-Ringdown-Hold: final=" + hold + "\r\nContact:"));
                caller.answer(180, "1 INVITE");
            }
            try (var accepted = listening.accept()) {
                byte[] start = accepted.getInputStream().readNBytes(14);
                assertThat(new String(start, StandardCharsets.ISO_8859_1)).isEqualTo("SIP/2.0 200 OK");
            }
        }
    }

    @Test
    void aConnectionEndsWithTheProxyThatItWasPassedOnTo() throws Exception {
        startWithStandby("was", BLOCK, SERVICE);
        String sprayer = holder();
        try (var caller = caller("proxies")) {
            caller.setUp();
            String proxy = page("p1", "/metrics").contains("ringdown_dispatched_total") ? "p1" : "p2";
            elements.get(proxy).destroyForcibly();
            assertThat(caller.closed()).isTrue();
            await().atMost(PATIENCE).until(() -> !page(sprayer, "/health").contains("\"" + proxy + "\""));
            try (var again = new TcpCaller(caller, CALLER, SERVICE)) {
                again.count(2, 1);
                again.hangUp(3);
            }
        }
    }
}
