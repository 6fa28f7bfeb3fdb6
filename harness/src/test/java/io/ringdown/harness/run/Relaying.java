package io.ringdown.harness.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands for a cluster that relays calls: whatever the caller sends goes on to the callee, and back, but for its defect. */
final class Relaying implements AutoCloseable {
    /** What the callee sees otherwise than the caller. */
    enum Defect {
        NONE,
        /** A call has a second leg, which begins as the first one does. */
        SECOND_LEG,
        /** An INVITE goes on twice, by two ways. */
        SECOND_INVITE,
        ANSWERS_ITSELF,
        KEEPS_ACKS,
        KEEPS_BYES,
        SECOND_BYE
    }

    private static final Pattern HEADER = Pattern.compile(
            "^(Via|From|To|Call-ID|CSeq): *(.*?)\r$",
            Pattern.MULTILINE | Pattern.UNIX_LINES | Pattern.CASE_INSENSITIVE);

    private final DatagramSocket socket =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final InetSocketAddress callee;
    private final Defect defect;
    private final Map<String, SocketAddress> callers = new HashMap<>();
    private final Semaphore passed = new Semaphore(0);

    Relaying(InetSocketAddress callee, Defect defect) throws IOException {
        this.callee = callee;
        this.defect = defect;
        var relaying = new Thread(this::relay, "relaying");
        relaying.setDaemon(true);
        relaying.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Returns when another message has passed, or none for some time, since who waits may have a deadline. */
    void awaitMessage() throws InterruptedException {
        passed.tryAcquire(20, TimeUnit.MILLISECONDS);
        passed.drainPermits();
    }

    private void relay() {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                socket.receive(packet);
                String message = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                if (packet.getSocketAddress().equals(callee)) {
                    back(message);
                } else {
                    on(message, packet.getSocketAddress());
                }
                passed.release();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void on(String request, SocketAddress caller) throws IOException {
        String method = request.substring(0, request.indexOf(' '));
        callers.put(header(request, "Call-ID"), caller);
        boolean itself = defect == Defect.ANSWERS_ITSELF || defect == Defect.KEEPS_BYES && method.equals("BYE");
        if (method.equals("ACK") && (itself || defect == Defect.KEEPS_ACKS)) {
            return;
        }
        if (itself) {
            send(answer(request), caller);
            return;
        }
        send(through(request, "a"), callee);
        if (method.equals("INVITE") && defect == Defect.SECOND_LEG) {
            send(through(request, "b").replaceFirst("\nCall-ID: *", "$0second-"), callee);
        }
        if (method.equals("INVITE") && defect == Defect.SECOND_INVITE
                || method.equals("BYE") && defect == Defect.SECOND_BYE) {
            send(through(request, "b"), callee);
        }
    }

    private String through(String request, String way) {
        String via = "Via: SIP/2.0/UDP " + address().getAddress().getHostAddress() + ":"
                + address().getPort() + ";branch=z9hG4bK" + way
                + header(request, "Via").replaceFirst(".*branch=z9hG4bK", "");
        return request.replaceFirst("\r\n", "\r\n" + Matcher.quoteReplacement(via) + "\r\n");
    }

    private static String answer(String request) {
        var text = new StringBuilder("SIP/2.0 200 OK\r\n");
        for (String name : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
            String value = header(request, name);
            boolean untagged = name.equals("To") && !value.contains(";tag=");
            text.append(name)
                    .append(": ")
                    .append(value)
                    .append(untagged ? ";tag=own" : "")
                    .append("\r\n");
        }
        return text + "Contact: <sip:own@127.0.0.1>\r\nContent-Length: 0\r\n\r\n";
    }

    /** Nobody has called the callee's second legs, and what came by another way has been answered already. */
    private void back(String message) throws IOException {
        SocketAddress caller = callers.get(header(message, "Call-ID"));
        if (message.startsWith("SIP/2.0 ")
                && caller != null
                && header(message, "Via").contains("branch=z9hG4bKa")) {
            send(message.replaceFirst("\r\nVia: .*", ""), caller);
        }
    }

    private static String header(String message, String name) {
        Matcher header = HEADER.matcher(message);
        while (header.find()) {
            if (header.group(1).equalsIgnoreCase(name)) {
                return header.group(2);
            }
        }
        return "";
    }

    private void send(String message, SocketAddress to) throws IOException {
        byte[] bytes = message.getBytes(ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length, to));
    }

    @Override
    public void close() {
        socket.close();
    }
}
