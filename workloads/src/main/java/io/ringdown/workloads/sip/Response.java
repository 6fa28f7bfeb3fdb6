package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/**
 * A SIP message as a caller reads it: a response, or a request that the far side sent in a dialog. Keeps what a caller needs and passes
 * over the rest.
 *
 * @param status 0 for a request
 * @param method method of the request, or of the response's CSeq
 * @param branch branch of the topmost Via
 * @param vias all Via lines, as they stand
 * @param contact URI of the Contact, or empty
 * @param routes Record-Route values, topmost first
 * @param named values of the headers asked for, in their order; null where absent
 */
public record Response(
        int status,
        String method,
        int cseq,
        String branch,
        List<String> vias,
        String callId,
        String from,
        String to,
        String toTag,
        String contact,
        List<String> routes,
        String[] named) {
    /** Reads a datagram; null if it is no SIP message. */
    public static Response read(byte[] data, int length, String[] names) {
        String text = new String(data, 0, length, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        int line = text.indexOf("\r\n");
        if (end < 0 || line < 0) {
            return null;
        }
        try {
            return new Reader(text, end + 2, names).read(line);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    private static final class Reader {
        private final String text;
        private final int end;
        private final String[] names;
        private final String[] named;
        private final List<String> vias = new ArrayList<>(2);
        private final List<String> routes = new ArrayList<>(0);
        private String callId;
        private String from = "";
        private String to = "";
        private String cseq;
        private String contact = "";

        Reader(String text, int end, String[] names) {
            this.text = text;
            this.end = end;
            this.names = names;
            named = new String[names.length];
        }

        Response read(int firstLineEnd) {
            for (int at = firstLineEnd + 2; at < end; ) {
                int lineEnd = text.indexOf("\r\n", at);
                int colon = text.indexOf(':', at);
                if (colon > at && colon < lineEnd) {
                    header(
                            text.substring(at, colon).trim(),
                            text.substring(colon + 1, lineEnd).trim());
                }
                at = lineEnd + 2;
            }
            if (vias.isEmpty() || callId == null || cseq == null) {
                return null;
            }
            int space = cseq.indexOf(' ');
            int status = text.startsWith("SIP/2.0 ") ? Integer.parseInt(text.substring(8, 11)) : 0;
            if (text.startsWith("SIP/2.0 ") && (status < 100 || status > 699)) {
                return null;
            }
            return new Response(
                    status,
                    status == 0
                            ? text.substring(0, text.indexOf(' '))
                            : cseq.substring(space + 1).trim(),
                    Integer.parseInt(cseq.substring(0, space)),
                    parameter(vias.get(0), ";branch="),
                    vias,
                    callId,
                    from,
                    to,
                    parameter(to, ";tag="),
                    contact,
                    routes,
                    named);
        }

        private void header(String name, String value) {
            switch (name.toLowerCase(java.util.Locale.ROOT)) {
                case "via", "v" -> vias.add(value);
                case "call-id", "i" -> callId = value;
                case "from", "f" -> from = value;
                case "to", "t" -> to = value;
                case "cseq" -> cseq = value;
                case "record-route" -> split(value);
                case "contact", "m" -> {
                    int open = value.indexOf('<');
                    contact = open < 0 ? value : value.substring(open + 1, value.indexOf('>', open));
                }
                default -> {
                    for (int i = 0; i < names.length; i++) {
                        if (name.equalsIgnoreCase(names[i])) {
                            named[i] = value;
                        }
                    }
                }
            }
        }

        /** Several routes may share a line (RFC 3261 section 7.3.1); a comma in quotes or a URI parts nothing. */
        private void split(String value) {
            boolean quoted = false;
            boolean within = false;
            int from = 0;
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                quoted ^= c == '"';
                within = !quoted && (c == '<' || within && c != '>');
                if (c == ',' && !quoted && !within) {
                    routes.add(value.substring(from, i).trim());
                    from = i + 1;
                }
            }
            routes.add(value.substring(from).trim());
        }

        private static String parameter(String value, String name) {
            int at = value.indexOf(name, Math.max(0, value.indexOf('>')));
            if (at < 0) {
                return "";
            }
            int from = at + name.length();
            int until = from;
            while (until < value.length() && ";, \t".indexOf(value.charAt(until)) < 0) {
                until++;
            }
            return value.substring(from, until);
        }
    }
}
