package io.ringdown.workloads.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;

/**
 * The least that a call needs: answers 200 to every request but ACK, from the request's own lines (RFC 3261 section 8.2.6.2), on a thread and a
 * UDP socket of its own. It keeps nothing and retransmits nothing, so that what is measured against it is the generator.
 */
public final class AnsweringPeer implements Peer {
    private static final int BUFFER = 8 << 20;
    private static final int LARGEST = 65_535;

    private final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    private final InetSocketAddress address;

    /** Binds a port of the loopback interface and begins to answer. */
    public AnsweringPeer() throws IOException {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
        channel.bind(new InetSocketAddress(Inet4Address.getByName("127.0.0.1"), 0));
        address = (InetSocketAddress) channel.getLocalAddress();
        var thread = new Thread(this::run, "peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
        byte[] bytes = new byte[LARGEST];
        try {
            while (true) {
                buffer.clear();
                SocketAddress from = channel.receive(buffer);
                int length = buffer.flip().remaining();
                buffer.get(bytes, 0, length);
                String answer = answer(new String(bytes, 0, length, ISO_8859_1));
                if (answer != null) {
                    buffer.clear().put(answer.getBytes(ISO_8859_1)).flip();
                    channel.send(buffer, from);
                }
            }
        } catch (ClosedChannelException e) {
            // closed
        } catch (IOException e) {
            // Nobody is answered any more, which whoever measures will see.
        }
    }

    /** Null if the request wants none. */
    static String answer(String request) {
        if (request.startsWith("ACK ") || request.startsWith("SIP/2.0 ") || !request.contains("\r\n\r\n")) {
            return null;
        }
        var answer = new StringBuilder(request.length()).append("SIP/2.0 200 OK\r\n");
        boolean invite = request.startsWith("INVITE ");
        for (int at = request.indexOf("\r\n") + 2; !request.startsWith("\r\n", at); at = next(request, at)) {
            if (named(request, at, "Via:")
                    || named(request, at, "From:")
                    || named(request, at, "Call-ID:")
                    || named(request, at, "CSeq:")
                    || named(request, at, "Record-Route:")) {
                answer.append(request, at, next(request, at));
            } else if (named(request, at, "To:")) {
                answer.append(request, at, next(request, at) - 2);
                boolean tagged = answer.indexOf(";tag=", answer.lastIndexOf("\r\nTo:") + 1) >= 0;
                answer.append(tagged ? "" : ";tag=peer").append("\r\n");
            } else if (invite && named(request, at, "Contact:")) {
                answer.append("Contact: <").append(uri(request)).append(">\r\n");
            }
        }
        return answer.append("Content-Length: 0\r\n\r\n").toString();
    }

    private static boolean named(String request, int at, String name) {
        return request.regionMatches(true, at, name, 0, name.length());
    }

    private static int next(String request, int at) {
        return request.indexOf("\r\n", at) + 2;
    }

    /** Its own address, as the caller knows it. */
    private static String uri(String request) {
        int from = request.indexOf(' ') + 1;
        return request.substring(from, request.indexOf(' ', from));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
