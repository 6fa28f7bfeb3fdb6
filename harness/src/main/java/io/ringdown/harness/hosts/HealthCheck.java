package io.ringdown.harness.hosts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.UUID;

/** Asks elements of other makers by OPTIONS whether they serve. Every question has a deadline. */
public final class HealthCheck {
    private static final int ANSWER_MILLIS = 500;
    /** However often it says that it is trying. */
    private static final long LONGEST_NANOS = 2_000_000_000;

    private static final int DATAGRAM = 65_536;

    private HealthCheck() {}

    /** Whether an element serves now. A server that cannot says so by 5xx (RFC 3261 section 21.5): any other answer will do. */
    public static boolean answers(String sip) {
        return answer(sip).filter(text -> text.matches("(?s)SIP/2\\.0 [234].*")).isPresent();
    }

    /** Whether anybody is there, be it one that cannot serve. */
    public static boolean isHeard(String sip) {
        return answer(sip).isPresent();
    }

    private static Optional<String> answer(String sip) {
        int colon = sip.lastIndexOf(':');
        var to = new InetSocketAddress(sip.substring(0, colon), Integer.parseInt(sip.substring(colon + 1)));
        Optional<String> heard = Optional.empty();
        try (var socket = new DatagramSocket(null)) {
            socket.connect(to);
            socket.setSoTimeout(ANSWER_MILLIS);
            byte[] request = options(sip, socket).getBytes(ISO_8859_1);
            socket.send(new DatagramPacket(request, request.length));
            var answer = new DatagramPacket(new byte[DATAGRAM], DATAGRAM);
            for (long giveUp = System.nanoTime() + LONGEST_NANOS; System.nanoTime() < giveUp; ) {
                socket.receive(answer);
                String text = new String(answer.getData(), 0, answer.getLength(), ISO_8859_1);
                heard = Optional.of(text);
                if (!text.startsWith("SIP/2.0 1")) {
                    return heard;
                }
            }
            return heard;
        } catch (IOException e) {
            // nobody is there yet
            return heard;
        }
    }

    private static String options(String sip, DatagramSocket socket) {
        String here = socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
        String unique = UUID.randomUUID().toString();
        return "OPTIONS sip:health@" + sip + " SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP " + here + ";rport;branch=z9hG4bK" + unique + "\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: <sip:health@" + here + ">;tag=" + unique.substring(0, 8) + "\r\n"
                + "To: <sip:health@" + sip + ">\r\n"
                + "Call-ID: health-" + unique + "\r\n"
                + "CSeq: 1 OPTIONS\r\n"
                + "Content-Length: 0\r\n\r\n";
    }
}
