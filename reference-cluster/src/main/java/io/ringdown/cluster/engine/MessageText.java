package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import java.util.Locale;
import java.util.Set;

/** A message that is being written, line by line. */
final class MessageText {
    private static final int MOST_FORWARDS = 70;

    private final StringBuilder text = new StringBuilder(800);

    MessageText(String startLine) {
        text.append(startLine).append("\r\n");
    }

    MessageText header(String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** A header line for each line of the values. */
    MessageText headers(String name, String values) {
        values.lines().forEach(value -> header(name, value));
        return this;
    }

    /** The message's own header lines but those of the names, which are in small letters. */
    MessageText allBut(Set<String> names, SipMessage message) {
        message.eachHeader((name, value) -> {
            if (!names.contains(name.toLowerCase(Locale.ROOT))) {
                header(name, value);
            }
        });
        return this;
    }

    String body(String body) {
        return header("Content-Length", Integer.toString(body.length()))
                .text
                .append("\r\n")
                .append(body)
                .toString();
    }

    /**
     * How often a request may be passed on after this time (RFC 3261 section 16.6); negative: not even now.
     *
     * @throws MalformedMessageException if it says no number
     */
    static int forwards(SipMessage request) {
        String value = request.header("Max-Forwards");
        if (value == null) {
            return MOST_FORWARDS;
        }
        if (!value.matches("\\d{1,3}")) {
            throw new MalformedMessageException("Max-Forwards: " + value);
        }
        return Integer.parseInt(value) - 1;
    }

    /** The message that a text is. */
    static SipMessage read(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return SipMessage.parse(bytes, bytes.length);
    }

    /** CANCEL of a request that was passed on (RFC 3261 section 9.1). */
    static Outgoing cancel(Exchange exchange) {
        SipMessage request = read(exchange.request);
        return new Outgoing(hopByHop("CANCEL", request, request.header("To")), exchange.destination);
    }

    /** ACK of a failure, hop by hop (section 17.1.1.3). */
    static Outgoing acknowledgement(Exchange exchange, SipMessage failure) {
        return new Outgoing(hopByHop("ACK", read(exchange.request), failure.header("To")), exchange.destination);
    }

    private static String hopByHop(String method, SipMessage invite, String to) {
        var out = new MessageText(method + " " + invite.requestUri() + " SIP/2.0")
                .header("Via", invite.vias().get(0).text())
                .header("Max-Forwards", Integer.toString(MOST_FORWARDS));
        invite.headers("Route").forEach(route -> out.header("Route", route));
        return out.header("From", invite.header("From"))
                .header("To", to)
                .header("Call-ID", invite.callId())
                .header("CSeq", invite.cseq() + " " + method)
                .body("");
    }
}
