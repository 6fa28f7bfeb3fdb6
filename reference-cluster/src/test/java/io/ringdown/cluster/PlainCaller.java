package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Places calls one request after the other, and keeps them open until told to end them. */
final class PlainCaller implements AutoCloseable {
    private static final int ATTEMPTS = 20;

    private final DatagramSocket socket;
    private final InetSocketAddress service;
    private final Map<String, Integer> cseqs = new HashMap<>();
    private final Map<String, Integer> infos = new HashMap<>();
    private final Map<String, String> tos = new HashMap<>();

    PlainCaller(String from, String service) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.setSoTimeout(500);
        this.service = new InetSocketAddress(service, 5060);
    }

    /** Calls that are established, by their Call-IDs. */
    List<String> setUp(int count) throws IOException {
        var calls = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            String callId = "plain-" + socket.getLocalPort() + "-" + i;
            tos.put(callId, "<sip:answer@ringdown>");
            String answer = request("INVITE", callId, 1);
            tos.put(
                    callId,
                    answer.lines()
                            .filter(line -> line.startsWith("To: "))
                            .findFirst()
                            .orElseThrow()
                            .substring(4));
            send("ACK", callId, 1);
            cseqs.put(callId, 1);
            calls.add(callId);
        }
        // An ACK is answered by nothing; the answer to what follows it says that it was taken in.
        for (String callId : calls) {
            next("OPTIONS", callId);
        }
        return calls;
    }

    /** One INFO in each call, whose answer must tell how many there were. */
    void info(List<String> calls) throws IOException {
        for (String callId : calls) {
            String answer = next("INFO", callId);
            assertThat(answer).contains("X-Ringdown-Counter: " + infos.merge(callId, 1, Integer::sum) + "\r\n");
        }
    }

    void bye(List<String> calls) throws IOException {
        for (String callId : calls) {
            next("BYE", callId);
        }
    }

    private String next(String method, String callId) throws IOException {
        return request(method, callId, cseqs.merge(callId, 1, Integer::sum));
    }

    private void send(String method, String callId, int cseq) throws IOException {
        String text = method + " sip:answer@ringdown SIP/2.0\r\nVia: SIP/2.0/UDP "
                + socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort() + ";branch=z9hG4bK-" + callId
                + "-" + cseq + method + "\r\nMax-Forwards: 70\r\nFrom: <sip:plain@ringdown>;tag=p\r\nTo: "
                + tos.get(callId) + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq + " " + method
                + "\r\nContent-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length, service));
    }

    /** The 200 to a request, which is sent again while it does not come. */
    private String request(String method, String callId, int cseq) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            send(method, callId, cseq);
            try {
                while (true) {
                    var packet = new DatagramPacket(new byte[4_000], 4_000);
                    socket.receive(packet);
                    String answer = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                    boolean ours = answer.contains("Call-ID: " + callId + "\r\n")
                            && answer.contains("CSeq: " + cseq + " " + method + "\r\n");
                    if (ours && !answer.startsWith("SIP/2.0 1")) {
                        assertThat(answer).startsWith("SIP/2.0 200 ");
                        return answer;
                    }
                }
            } catch (SocketTimeoutException e) {
                // sent again
            }
        }
        throw new AssertionError(method + " of " + callId + " was never answered");
    }

    @Override
    public void close() {
        socket.close();
    }
}
