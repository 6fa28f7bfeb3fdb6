package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIPp as the callee: holds what it is asked to hold, and feigns no call that survived. */
class SippCalleeIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final RealSipp programs = new RealSipp();
    private InetSocketAddress address;
    private SippCallee callee;
    private DatagramSocket caller;

    @BeforeEach
    void start() throws IOException {
        RealSipp.need();
        address = RealSipp.freeAddress();
        callee = callee("first");
        caller = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        caller.setSoTimeout(5_000);
    }

    private SippCallee callee(String name) throws IOException {
        return new SippCallee(RealSipp.PROGRAM, name, address, 200, folder.resolve(name), programs);
    }

    @AfterEach
    void stop() {
        caller.close();
        programs.close();
    }

    @Test
    void holdsAnswersUntilTheirInstants() throws IOException {
        long ring = System.currentTimeMillis() + 700;
        long answer = ring + 400;
        awaitAnswer(request("INVITE", 1, "", "X-Ringdown-Hold: 18x=" + ring + ";final=" + answer + "\r\n"), "100");
        assertThat(status()).isEqualTo("180");
        assertThat(System.currentTimeMillis()).isBetween(ring, ring + 300);
        String accepted = response();
        assertThat(accepted).startsWith("SIP/2.0 200");
        assertThat(System.currentTimeMillis()).isBetween(answer, answer + 300);
        // Not acknowledged, it comes again.
        assertThat(status()).isEqualTo("200");
        String tag = tag(accepted);
        send(request("ACK", 1, tag, ""));

        long until = System.currentTimeMillis() + 500;
        assertThat(last(request("INFO", 2, tag, "X-Ringdown-Hold: final=" + until + "\r\n"), "INFO"))
                .startsWith("SIP/2.0 200")
                .contains("X-Ringdown-Counter: 1\r\n");
        assertThat(System.currentTimeMillis()).isBetween(until, until + 300);
        assertThat(last(request("INVITE", 3, tag, ""), "3 INVITE")).startsWith("SIP/2.0 200");
        send(request("ACK", 3, tag, ""));
        assertThat(last(request("BYE", 4, tag, ""), "BYE"))
                .startsWith("SIP/2.0 200")
                .contains("X-Ringdown-Counter: 1\r\n");
        await().atMost(Duration.ofSeconds(5)).until(() -> count(SippCallee.Kind.OVER) == 1);
        assertThat(callee.broken()).isEmpty();
    }

    @Test
    void aRestartedCalleeTakesNoReInviteForANewCall() throws IOException {
        String tag = established();
        callee.close();
        callee = callee("second");

        awaitAnswer(request("INVITE", 2, tag, ""), "481");

        await().atMost(Duration.ofSeconds(5)).until(() -> count(SippCallee.Kind.REBORN) == 1);
        assertThat(callee.broken()).containsExactly(java.util.Map.entry("call-1", SippCallee.Kind.REBORN));
        assertThat(count(SippCallee.Kind.ACCEPTED)).isZero();
    }

    @Test
    void refusesWhatDoesNotContinueADialog() throws IOException {
        String tag = established();
        assertThat(last(request("INFO", 5, tag, ""), "5 INFO")).startsWith("SIP/2.0 200");
        assertThat(last(request("INFO", 6, tag + "x", ""), "6 INFO")).startsWith("SIP/2.0 481");
        assertThat(last(request("INFO", 4, tag, ""), "4 INFO")).startsWith("SIP/2.0 481");
        await().atMost(Duration.ofSeconds(5)).until(() -> count(SippCallee.Kind.BROKEN) >= 2);
        assertThat(last(request("BYE", 7, tag, ""), "BYE")).startsWith("SIP/2.0 200");
    }

    private int count(SippCallee.Kind kind) throws IOException {
        callee.look();
        return callee.count(kind);
    }

    private String established() throws IOException {
        String invite = request("INVITE", 1, "", "");
        awaitAnswer(invite, "100");
        String accepted;
        do {
            accepted = response();
        } while (!accepted.startsWith("SIP/2.0 200"));
        send(request("ACK", 1, tag(accepted), ""));
        return tag(accepted);
    }

    /** Sends until somebody answers at all: the callee may not have begun yet. */
    private void awaitAnswer(String request, String status) throws IOException {
        caller.setSoTimeout(100);
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            send(request);
            try {
                return status().equals(status);
            } catch (SocketTimeoutException e) {
                return false;
            }
        });
        caller.setSoTimeout(5_000);
    }

    /** The response to a request, whatever else still comes; it is sent again until then, as SIP wants it over UDP. */
    private String last(String request, String cseq) throws IOException {
        caller.setSoTimeout(300);
        for (int attempt = 0; attempt < 20; attempt++) {
            send(request);
            try {
                while (true) {
                    String response = response();
                    if (response.contains(cseq + "\r\n") && !response.startsWith("SIP/2.0 1")) {
                        return response;
                    }
                }
            } catch (SocketTimeoutException e) {
                // once more
            }
        }
        throw new IOException("no answer to " + cseq);
    }

    private static String tag(String response) {
        return response.replaceFirst("(?s).*\nTo: [^\r]*;tag=([^\r;]*).*", "$1");
    }

    private String status() throws IOException {
        return response().substring(8, 11);
    }

    private String response() throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        caller.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    }

    private void send(String request) throws IOException {
        byte[] bytes = request.getBytes(ISO_8859_1);
        caller.send(new DatagramPacket(bytes, bytes.length, address));
    }

    private String request(String method, int cseq, String toTag, String more) {
        String local = "127.0.0.1:" + caller.getLocalPort();
        return method + " sip:callee@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + local + ";branch=z9hG4bK" + cseq + method
                + "\r\nMax-Forwards: 70\r\nFrom: <sip:caller@" + local + ">;tag=1\r\nTo: <sip:callee@127.0.0.1>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: call-1\r\nCSeq: " + cseq + " " + method
                + "\r\nContact: <sip:caller@" + local + ">\r\n" + more + "Content-Length: 0\r\n\r\n";
    }
}
