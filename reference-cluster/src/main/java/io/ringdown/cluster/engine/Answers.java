package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes responses. */
final class Answers {
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(100, "Trying"),
            Map.entry(180, "Ringing"),
            Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(408, "Request Timeout"),
            Map.entry(416, "Unsupported URI Scheme"),
            Map.entry(420, "Bad Extension"),
            Map.entry(423, "Interval Too Brief"),
            Map.entry(481, "Call/Transaction Does Not Exist"),
            Map.entry(482, "Loop Detected"),
            Map.entry(483, "Too Many Hops"),
            Map.entry(487, "Request Terminated"),
            Map.entry(500, "Server Internal Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"));

    private final String node;
    private final String contact;
    private final String sdp;

    Answers(String name, EngineSettings settings) {
        String host = settings.service().getAddress().getHostAddress();
        node = "X-Ringdown-Node: " + name + "\r\n";
        contact = "Contact: <sip:answer@" + host + ":" + settings.service().getPort() + ">\r\n";
        sdp = "v=0\r\no=answer 0 0 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host
                + "\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=inactive\r\n";
    }

    byte[] of(Session session, Transaction transaction, int status) {
        var text = start(status);
        for (String via : transaction.vias.split("\n")) {
            text.append("Via: ").append(via).append("\r\n");
        }
        text.append("From: ").append(session.from).append("\r\n");
        // No tag in a 100 (RFC 3261 section 8.2.6.2): the dialog does not exist before a later response.
        String to = session.to;
        if (status == 100 && session.state == Session.State.PROCEEDING) {
            to = to.substring(0, to.lastIndexOf(";tag="));
        }
        text.append("To: ").append(to).append("\r\nCall-ID: ").append(session.callId);
        text.append("\r\nCSeq: ")
                .append(transaction.cseq)
                .append(' ')
                .append(transaction.method)
                .append("\r\n");
        if (status > 100 && status < 300 && transaction.invite()) {
            text.append(contact);
            session.recordRoutes
                    .lines()
                    .forEach(
                            route -> text.append("Record-Route: ").append(route).append("\r\n"));
        }
        if (status == 200 && transaction.sessionExpires > 0) {
            text.append("Session-Expires: ")
                    .append(transaction.sessionExpires)
                    .append(";refresher=uac\r\nRequire: timer\r\n");
        }
        if (status == 200 && transaction.counter >= 0) {
            text.append("X-Ringdown-Counter: ").append(transaction.counter).append("\r\n");
        }
        if (status == 200 && transaction.invite()) {
            text.append("Allow: INVITE, ACK, CANCEL, BYE, INFO, OPTIONS, UPDATE\r\n");
            text.append("X-Ringdown-Setups: ").append(session.setups).append("\r\n");
        }
        return end(text, status == 200 && transaction.offer ? sdp : "");
    }

    /**
     * A response to a request that belongs to no session here.
     *
     * @param more header lines, each with its end
     */
    byte[] stateless(SipMessage request, java.util.List<Via> vias, int status, String more) {
        var text = start(status);
        for (Via via : vias) {
            text.append("Via: ").append(via.text()).append("\r\n");
        }
        String to = request.header("To");
        text.append("From: ").append(request.header("From")).append("\r\nTo: ").append(to);
        if (request.toTag().isEmpty()) {
            text.append(";tag=").append(statelessTag(request.callId()));
        }
        text.append("\r\nCall-ID: ").append(request.callId());
        text.append("\r\nCSeq: ").append(request.header("CSeq")).append("\r\n").append(more);
        return end(text, "");
    }

    /** The To tag where there is no session: the same for each retransmission, and of no session. */
    static String statelessTag(String callId) {
        return Integer.toHexString(callId.hashCode());
    }

    static String joined(java.util.List<Via> vias) {
        return vias.stream().map(Via::text).collect(Collectors.joining("\n"));
    }

    static java.util.List<Via> filled(SipMessage request, InetSocketAddress from) {
        var vias = request.vias();
        vias.set(0, vias.get(0).receivedFrom(from));
        return vias;
    }

    /** The status line of a response made here. */
    static String statusLine(int status) {
        return "SIP/2.0 " + status + " " + REASONS.get(status);
    }

    /**
     * A response that is passed back, with the name of this engine.
     *
     * @param vias the Via values that it goes back by, a line each, which the response has not
     */
    byte[] named(String response, String vias) {
        int line = response.indexOf("\r\n") + 2;
        var text = new StringBuilder(response.length() + vias.length() + 80).append(response, 0, line);
        vias.lines().forEach(via -> text.append("Via: ").append(via).append("\r\n"));
        return text.append(node)
                .append(response, line, response.length())
                .toString()
                .getBytes(ISO_8859_1);
    }

    private StringBuilder start(int status) {
        return new StringBuilder(640).append(statusLine(status)).append("\r\n");
    }

    private byte[] end(StringBuilder text, String body) {
        text.append(node);
        if (!body.isEmpty()) {
            text.append("Content-Type: application/sdp\r\n");
        }
        return text.append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body)
                .toString()
                .getBytes(ISO_8859_1);
    }
}
