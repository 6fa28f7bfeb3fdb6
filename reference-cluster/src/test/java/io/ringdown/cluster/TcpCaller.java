package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client on one TCP connection, with no SIP stack behind it. */
final class TcpCaller implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final String callId;
    private final Socket socket = new Socket();
    private String toTag = "";

    TcpCaller(String callId, String from, String to) throws IOException {
        this.callId = callId;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName(to), 5060), PATIENCE_MILLIS);
    }

    /** A client that goes on with the other one's call. */
    TcpCaller(TcpCaller other, String from, String to) throws IOException {
        this(other.callId, from, to);
        toTag = other.toTag;
    }

    String request(String method, int cseq) {
        return method + " sip:answer@cluster.example SIP/2.0\r\n"
                + "Via: SIP/2.0/TCP caller.example:5070;branch=z9hG4bK" + (method.equals("ACK") ? "ack" : "") + cseq
                + "\r\nFrom: <sip:caller@caller.example>;tag=from\r\nTo: <sip:answer@cluster.example>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq + " "
                + method
                + "\r\nMax-Forwards: 70\r\nContact: <sip:caller@caller.example;transport=tcp>\r\nContent-Length: 0\r\n\r\n";
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** The next answer of that status to that request; others are passed over. Its To tag is that of later requests. */
    String answer(int status, String cseq) throws IOException {
        while (true) {
            String head = upTo("\r\n\r\n");
            String length = head.replaceAll("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1");
            socket.getInputStream().readNBytes(Integer.parseInt(length));
            if (head.startsWith("SIP/2.0 " + status + " ") && head.contains("\r\nCSeq: " + cseq + "\r\n")) {
                toTag = head.replaceAll("(?s).*\r\nTo: [^\r]*;tag=([^;\r]*).*", "$1");
                return head;
            }
        }
    }

    /** Reads as far as that. */
    String upTo(String end) throws IOException {
        var read = new ByteArrayOutputStream();
        while (!read.toString(ISO_8859_1).endsWith(end)) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException("after: " + read.toString(ISO_8859_1));
            }
            read.write(next);
        }
        return read.toString(ISO_8859_1);
    }

    /** Waits until the far end has closed the connection; what it said before (a 2xx again whose ACK was under way) is read and forgotten. */
    boolean closed() throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
