package io.ringdown.workloads.calls;

import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.MessageText;
import java.net.InetSocketAddress;
import java.util.List;

/** Writes responses from the lines of their requests (RFC 3261 section 8.2.6.2), and finds where they go. */
final class Responses {
    static final String NO_BODY = "Content-Length: 0\r\n\r\n";
    private static final int SIP_PORT = 5060;
    private static final ThreadLocal<MessageText> WRITTEN = ThreadLocal.withInitial(MessageText::new);

    private Responses() {}

    /** One with nothing but the lines that each has. */
    static byte[] plain(Message request, InetSocketAddress from, String statusLine, String tag) {
        return of(request, from, statusLine, tag, false, NO_BODY);
    }

    /** A 200 to a request inside a dialog that tells how many INFOs came in it. */
    static byte[] counted(Message request, InetSocketAddress from, long counter) {
        return of(request, from, "200 OK", "", false, "X-Ringdown-Counter: " + counter + "\r\n" + NO_BODY);
    }

    /**
     * A response.
     *
     * @param from where the request came from
     * @param tag of this side, for a To that has none; empty: it stays without
     * @param routes whether it repeats the Record-Route, as what makes a dialog does
     * @param rest further header lines, and the body
     */
    static byte[] of(
            Message request, InetSocketAddress from, String statusLine, String tag, boolean routes, String rest) {
        MessageText text = WRITTEN.get().clear().add("SIP/2.0 ").add(statusLine);
        List<String> vias = request.vias();
        text.add("\r\nVia: ");
        via(text, vias.get(0), request, from);
        for (int i = 1; i < vias.size(); i++) {
            text.add("\r\nVia: ").add(vias.get(i));
        }
        if (routes) {
            request.routes().forEach(route -> text.add("\r\nRecord-Route: ").add(route));
        }
        text.add("\r\nFrom: ");
        request.addFrom(text);
        text.add("\r\nTo: ");
        request.addTo(text);
        if (!tag.isEmpty() && request.toTag().isEmpty()) {
            text.add(";tag=").add(tag);
        }
        text.add("\r\nCall-ID: ");
        request.addCallId(text);
        text.add("\r\nCSeq: ").add(request.cseq()).add(" ").add(request.method());
        return text.add("\r\n").add(rest).bytes();
    }

    /** The topmost Via, which tells where the request came from if it does not itself (section 18.2.1, RFC 3581). */
    private static void via(MessageText text, String via, Message request, InetSocketAddress from) {
        String address = from.getAddress().getHostAddress();
        int end = via.indexOf(',') < 0 ? via.length() : via.indexOf(',');
        String first = via.substring(0, end);
        int port = first.indexOf(";rport");
        boolean asked = port >= 0 && !first.startsWith("=", port + 6);
        text.add(asked ? first.substring(0, port + 6) + "=" + from.getPort() + first.substring(port + 6) : first);
        if (asked || !host(request.sentBy()).equals(address)) {
            text.add(";received=").add(address);
        }
        text.add(via.substring(end));
    }

    /** Where a response goes by UDP: the address that the request came from, and the port of its Via (section 18.2.2). */
    static InetSocketAddress destination(Message request, InetSocketAddress from) {
        String sentBy = request.sentBy();
        int colon = sentBy.lastIndexOf(':');
        int port = SIP_PORT;
        for (int i = colon + 1; colon > 0 && i < sentBy.length(); i++) {
            port = (i == colon + 1 ? 0 : port * 10) + Character.digit(sentBy.charAt(i), 10);
        }
        boolean itsOwn = port == from.getPort() || port <= 0 || port > 65_535 || asksForPort(request);
        return itsOwn ? from : new InetSocketAddress(from.getAddress(), port);
    }

    private static boolean asksForPort(Message request) {
        return request.vias().get(0).contains(";rport");
    }

    private static String host(String sentBy) {
        int colon = sentBy.lastIndexOf(':');
        return colon < 0 ? sentBy : sentBy.substring(0, colon);
    }
}
