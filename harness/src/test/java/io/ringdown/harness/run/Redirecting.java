package io.ringdown.harness.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands for a cluster whose dispatcher redirects: it names the callee as the element to ask, but for its defect. */
final class Redirecting implements AutoCloseable {
    /** What it does besides, or in place of that. */
    enum Defect {
        NONE,
        /** The INVITE goes on to the callee as well. */
        FORWARDS,
        /** It accepts what it has redirected. */
        ACCEPTS,
        /** It names an address that is none of the cluster's. */
        LEADS_AWAY,
        /** It names itself. */
        LEADS_BACK
    }

    private static final Pattern HEADER = Pattern.compile(
            "^(Via|From|To|Call-ID|CSeq): *(.*?)\r$",
            Pattern.MULTILINE | Pattern.UNIX_LINES | Pattern.CASE_INSENSITIVE);

    private final DatagramSocket socket =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final InetSocketAddress callee;
    private final Defect defect;
    private final AtomicInteger strangers = new AtomicInteger();
    private final DatagramSocket elsewhere =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    Redirecting(InetSocketAddress callee, Defect defect) throws IOException {
        this.callee = callee;
        this.defect = defect;
        thread(this::redirect, "redirecting");
        thread(this::count, "elsewhere");
    }

    private static void thread(Runnable loop, String name) {
        var thread = new Thread(loop, name);
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** How much came to the address that is none of the cluster's. */
    int strangers() {
        return strangers.get();
    }

    private void count() {
        try {
            while (true) {
                elsewhere.receive(new DatagramPacket(new byte[1], 1));
                strangers.incrementAndGet();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void redirect() {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                socket.receive(packet);
                String message = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                boolean request = !message.startsWith("SIP/2.0 ");
                if (request
                        && !message.startsWith("ACK ")
                        && !packet.getSocketAddress().equals(callee)) {
                    answer(message, packet.getSocketAddress());
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void answer(String request, SocketAddress caller) throws IOException {
        boolean invite = request.startsWith("INVITE ");
        if (invite && defect == Defect.FORWARDS) {
            String branch = header(request, "Via").replaceFirst(".*branch=z9hG4bK", "");
            String via = "Via: SIP/2.0/UDP " + text(address()) + ";branch=z9hG4bKon" + branch;
            send(request.replaceFirst("\r\n", "\r\n" + Matcher.quoteReplacement(via) + "\r\n"), callee);
        }
        InetSocketAddress to = switch (defect) {
            case LEADS_AWAY -> (InetSocketAddress) elsewhere.getLocalSocketAddress();
            case LEADS_BACK -> address();
            default -> callee;
        };
        // None that was redirected before comes to the callee.
        String user = request.substring(request.indexOf("sip:") + 4).split("@", 2)[0];
        send(response(request, "302 Moved Temporarily", "redirects", "<sip:" + user + "@" + text(to) + ">"), caller);
        if (invite && defect == Defect.ACCEPTS) {
            send(response(request, "200 OK", "accepts", "<sip:own@" + text(address()) + ">"), caller);
        }
    }

    private static String response(String request, String status, String tag, String contact) {
        var text = new StringBuilder("SIP/2.0 ").append(status).append("\r\n");
        for (String name : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
            String value = header(request, name);
            boolean untagged = name.equals("To") && !value.contains(";tag=");
            text.append(name).append(": ").append(value);
            text.append(untagged ? ";tag=" + tag : "").append("\r\n");
        }
        return text + "Contact: " + contact + "\r\nContent-Length: 0\r\n\r\n";
    }

    private static String header(String message, String name) {
        Matcher matcher = HEADER.matcher(message);
        while (matcher.find()) {
            if (matcher.group(1).equalsIgnoreCase(name)) {
                return matcher.group(2);
            }
        }
        return "";
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private void send(String text, SocketAddress to) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length, to));
    }

    @Override
    public void close() {
        socket.close();
        elsewhere.close();
    }
}
