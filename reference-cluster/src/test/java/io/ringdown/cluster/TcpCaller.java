package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client on one TCP connection. */
final class TcpCaller extends RawCaller {
    private final Socket socket = new Socket();

    TcpCaller(String callId, String from, String to) throws IOException {
        super("TCP", callId);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName(to), 5060), PATIENCE_MILLIS);
    }

    /** A client that goes on with the other one's call. */
    TcpCaller(RawCaller other, String from, String to) throws IOException {
        this(other.callId, from, to);
        toTag = other.toTag;
    }

    @Override
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    void send(String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
    }

    @Override
    String receive() throws IOException {
        String head = upTo("\r\n\r\n");
        String length = head.replaceAll("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1");
        return head + new String(socket.getInputStream().readNBytes(Integer.parseInt(length)), ISO_8859_1);
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
