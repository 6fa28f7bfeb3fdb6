package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
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
    private final RunClock clock = RunClock.startingNow();
    private InetSocketAddress address;
    private SippCallee callee;
    /** Of the callee that was started last. */
    private FarSideRecords records;

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
        records = new FarSideRecords();
        var started =
                new SippCallee(RealSipp.PROGRAM, name, address, 200, folder.resolve(name), programs, records, clock);
        started.start();
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        caller.close();
        callee.close();
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
        // A BYE whose answer was lost comes again.
        assertThat(last(request("BYE", 4, tag, ""), "BYE")).startsWith("SIP/2.0 200");
        callee.close();

        assertThat(records.calls()).extracting(Call::callId).containsExactly("callers-1");
        Operation setUp = records.of(Intent.SETUP).get(0);
        assertThat(setUp.hold18x()).isEqualTo(clock.fromEpochMicros(1_000 * ring));
        assertThat(setUp.holdFinal()).isEqualTo(clock.fromEpochMicros(1_000 * answer));
        assertThat(setUp.sent()).isLessThan(setUp.trying());
        assertThat(setUp.ringing()).isBetween(setUp.hold18x() - 2_000_000, setUp.hold18x() + 300_000_000);
        assertThat(setUp.end()).isBetween(setUp.holdFinal() - 2_000_000, setUp.holdFinal() + 300_000_000);
        assertThat(setUp.acked()).isGreaterThan(setUp.end());
        assertThat(setUp.answersAgain()).isPositive();
        assertThat(setUp.setups()).isEqualTo(1);
        assertThat(records.of(Intent.INFO)).singleElement().satisfies(op -> {
            assertThat(op.counter()).isEqualTo(1);
            assertThat(op.end()).isGreaterThan(op.holdFinal() - 2_000_000);
        });
        assertThat(records.accepted(Intent.MODIFY)).isEqualTo(1);
        assertThat(records.accepted(Intent.RELEASE)).isEqualTo(1);
        assertThat(records.refused()).isEmpty();
        assertThat(records.incidents()).isEmpty();
        assertThat(callee.selfChecks().malformed()).isZero();
        assertThat(callee.selfChecks().kernelDrops()).isZero();
    }

    @Test
    void tellsOfItsDeathAndOfWhatItLeftOpen() throws IOException {
        established();
        await().atMost(Duration.ofSeconds(5)).until(() -> records.accepted(Intent.SETUP) == 1);
        programs.process("first").destroyForcibly();

        await().atMost(Duration.ofSeconds(5)).until(() -> callee.failure() != null);
        assertThat(callee.failure()).hasMessageStartingWith("SIPp (first) ended");
        callee.close();
        assertThat(records.incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.kind()).isEqualTo(Incident.Kind.OPEN_LEG);
            assertThat(incident.detail()).isEqualTo("established");
        });
    }

    /** Whatever SIPp takes it for. */
    @Test
    void aSecondInviteByAnotherBranchIsToldApart() throws IOException {
        String tag = established();
        assertThat(last(request("INVITE", 1, "", "").replace("branch=z9hG4bK", "branch=z9hG4bKother"), "1 INVITE"))
                .startsWith("SIP/2.0 481");
        assertThat(last(request("BYE", 7, tag, ""), "BYE")).startsWith("SIP/2.0 200");
        callee.close();

        assertThat(records.of(Intent.SETUP)).hasSize(2);
        assertThat(records.accepted(Intent.SETUP)).isEqualTo(1);
    }

    @Test
    void aRestartedCalleeTakesNoReInviteForANewCall() throws IOException {
        String tag = established();
        callee.close();
        callee = callee("second");

        awaitAnswer(request("INVITE", 2, tag, ""), "481");

        callee.close();
        assertThat(records.calls()).isEmpty();
        assertThat(callee.selfChecks().malformed()).isPositive();
    }

    @Test
    void refusesWhatDoesNotContinueADialog() throws IOException {
        String tag = established();
        assertThat(last(request("INFO", 5, tag, ""), "5 INFO")).startsWith("SIP/2.0 200");
        assertThat(last(request("INFO", 6, tag + "x", ""), "6 INFO")).startsWith("SIP/2.0 481");
        assertThat(last(request("INFO", 4, tag, ""), "4 INFO")).startsWith("SIP/2.0 481");
        assertThat(last(request("BYE", 7, tag, ""), "BYE")).startsWith("SIP/2.0 200");
        callee.close();
        assertThat(records.refused()).extracting(Operation::intent).containsExactly(Intent.INFO, Intent.INFO);
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
                + toTag
                + "\r\nMax-Forwards: 70\r\nFrom: <sip:caller@" + local + ">;tag=1\r\nTo: <sip:callee@127.0.0.1>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: call-1\r\nCSeq: " + cseq + " " + method
                + "\r\nContact: <sip:caller@" + local + ">\r\nX-Ringdown-Call: callers-1\r\n" + more
                + "Content-Length: 0\r\n\r\n";
    }
}
