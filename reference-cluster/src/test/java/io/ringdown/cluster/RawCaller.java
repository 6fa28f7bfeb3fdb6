package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** A client with no SIP stack behind it: what it sends is written out, and sent once. */
abstract class RawCaller implements AutoCloseable {
    static final int PATIENCE_MILLIS = 10_000;
    /** Longer than a CANCEL takes, shorter than 60 T1 of these clusters. */
    private static final int HELD_MILLIS = 2_000;

    private final String transport;
    final String callId;
    String toTag = "";

    RawCaller(String transport, String callId) {
        this.transport = transport;
        this.callId = callId;
    }

    /** By one of the two transports. */
    static RawCaller by(String transport, String callId, String from, String to) throws IOException {
        return transport.equals("tcp") ? new TcpCaller(callId, from, to) : new UdpCaller(callId, from, to);
    }

    abstract void send(String text) throws IOException;

    /** Waits so long for what comes next, and no longer. */
    abstract void patience(int millis) throws IOException;

    /** The next message. */
    abstract String receive() throws IOException;

    @Override
    public abstract void close() throws IOException;

    String request(String method, int cseq) {
        return request(method, cseq, (method.equals("ACK") ? "ack" : "") + cseq);
    }

    private String request(String method, int cseq, String branch) {
        return method + " sip:answer@cluster.example SIP/2.0\r\n"
                + "Via: SIP/2.0/" + transport + " caller.example:5070;rport;branch=z9hG4bK" + branch
                + "\r\nFrom: <sip:caller@caller.example>;tag=from\r\nTo: <sip:answer@cluster.example>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq + " "
                + method
                + "\r\nMax-Forwards: 70\r\nContact: <sip:caller@caller.example;transport=tcp>\r\nContent-Length: 0\r\n\r\n";
    }

    /** The next answer of that status to that request; others are passed over. Its To tag is that of later requests. */
    String answer(int status, String cseq) throws IOException {
        while (true) {
            String message = receive();
            if (message.startsWith("SIP/2.0 " + status + " ") && message.contains("\r\nCSeq: " + cseq + "\r\n")) {
                toTag = message.replaceAll("(?s).*?\r\nTo: [^\r]*;tag=([^;\r]*).*", "$1");
                return message;
            }
        }
    }

    void setUp() throws IOException {
        send(request("INVITE", 1));
        answer(180, "1 INVITE");
        assertThat(answer(200, "1 INVITE")).contains("\r\nX-Ringdown-Setups: 1\r\n");
        send(request("ACK", 1));
    }

    void count(int cseq, int counted) throws IOException {
        send(request("INFO", cseq));
        counted(cseq, counted);
    }

    void counted(int cseq, int counted) throws IOException {
        assertThat(answer(200, cseq + " INFO")).contains("\r\nX-Ringdown-Counter: " + counted + "\r\n");
    }

    void hangUp(int cseq) throws IOException {
        send(request("BYE", cseq));
        answer(200, cseq + " BYE");
    }

    /** SETUP, INFO, re-INVITE, RELEASE. */
    void everyStep() throws IOException {
        setUp();
        count(2, 1);
        send(request("INVITE", 3));
        answer(200, "3 INVITE");
        send(request("ACK", 3));
        count(4, 2);
        hangUp(5);
    }

    /** SETUP that is given up: CANCEL, while it rings. */
    void giveUp() throws IOException {
        long hold = System.currentTimeMillis() + HELD_MILLIS;
        send(request("INVITE", 1).replace("Contact:", "X-Ringdown-Hold: final=" + hold + "\r\nContact:"));
        answer(180, "1 INVITE");
        toTag = "";
        send(request("CANCEL", 1, "1"));
        answer(200, "1 CANCEL");
        answer(487, "1 INVITE");
        send(request("ACK", 1, "1"));
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
