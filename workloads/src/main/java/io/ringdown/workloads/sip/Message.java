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
 * @param node the element that made it, as it names itself; empty if it does not
 * @param counter the service's counter, or -1
 * @param setups set-ups that the service says it accepted for this Call-ID, or -1
 */
public record Message(
        int status,
        String method,
        int cseq,
        String branch,
        List<String> vias,
        String callId,
        String from,
        String to,
        String contact,
        List<String> routes,
        String node,
        long counter,
        int setups) {
    private static final String COUNTER = "X-Ringdown-Counter";
    private static final String SETUPS = "X-Ringdown-Setups";
    private static final String VERSION = "SIP/2.0";

    /** Reads a datagram; null if it is no SIP message. {@code nodeHeader} names the header with the serving element, or is empty. */
    public static Message read(byte[] data, int length, String nodeHeader) {
        String text = new String(data, 0, length, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        try {
            return new Reader(text, end + 2, nodeHeader).read();
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return null;
        }
    }

    /** Whether a datagram only keeps a path open: line ends and nothing else (RFC 5626 section 3.5.1). */
    public static boolean keepAlive(byte[] data, int length) {
        for (int i = 0; i < length; i++) {
            if (data[i] != '\r' && data[i] != '\n') {
                return false;
            }
        }
        return length > 0;
    }

    /** Whether it is a request. */
    public boolean request() {
        return status == 0;
    }

    /** Tag of the To, or empty. */
    public String toTag() {
        return parameter(to, ";tag=");
    }

    /** Tag of the From, or empty. */
    public String fromTag() {
        return parameter(from, ";tag=");
    }

    private static String parameter(String value, String name) {
        int start = Math.max(0, value.indexOf('>'));
        for (int at = value.indexOf(';', start); at >= 0; at = value.indexOf(';', at + 1)) {
            if (value.regionMatches(true, at, name, 0, name.length())) {
                int from = at + name.length();
                int until = from;
                while (until < value.length() && ";, \t".indexOf(value.charAt(until)) < 0) {
                    until++;
                }
                return value.substring(from, until);
            }
        }
        return "";
    }

    private static final class Reader {
        private final String text;
        private final int end;
        private final String nodeHeader;
        private final List<String> vias = new ArrayList<>(1);
        private List<String> routes = List.of();
        private String callId = "";
        private String from = "";
        private String to = "";
        private String cseq = "";
        private String contact = "";
        private String node = "";
        private long counter = -1;
        private long setups = -1;

        Reader(String text, int end, String nodeHeader) {
            this.text = text;
            this.end = end;
            this.nodeHeader = nodeHeader;
        }

        Message read() {
            int firstLineEnd = text.indexOf("\r\n");
            int status = status(firstLineEnd);
            for (int at = firstLineEnd + 2; at < end; ) {
                int lineEnd = text.indexOf("\r\n", at);
                int colon = text.indexOf(':', at);
                if (colon > at && colon < lineEnd) {
                    header(at, colon, lineEnd);
                }
                at = lineEnd + 2;
            }
            int space = cseq.indexOf(' ');
            if (status < 0 || vias.isEmpty() || callId.isEmpty() || space < 0) {
                return null;
            }
            String cseqMethod = cseq.substring(space + 1).trim();
            String method = status == 0 ? text.substring(0, text.indexOf(' ')) : cseqMethod;
            return new Message(
                    status,
                    method,
                    Integer.parseInt(cseq.substring(0, space)),
                    parameter(vias.get(0), ";branch="),
                    vias,
                    callId,
                    from,
                    to,
                    contact,
                    routes,
                    node,
                    counter,
                    (int) Math.min(setups, Integer.MAX_VALUE));
        }

        /** Status of a response, 0 for a request, -1 for neither. */
        private int status(int firstLineEnd) {
            if (text.startsWith(VERSION + " ")) {
                int status = Integer.parseInt(text.substring(8, 11));
                return status >= 100 && status <= 699 ? status : -1;
            }
            int space = text.indexOf(' ');
            boolean versioned = text.startsWith(" " + VERSION, firstLineEnd - VERSION.length() - 1);
            return versioned && space > 0 && space < firstLineEnd - VERSION.length() - 1 ? 0 : -1;
        }

        private void header(int at, int colon, int lineEnd) {
            int nameEnd = colon;
            while (nameEnd > at && text.charAt(nameEnd - 1) <= ' ') {
                nameEnd--;
            }
            if (nameEnd == at) {
                return;
            }
            switch (Character.toLowerCase(text.charAt(at))) {
                case 'v' -> {
                    if (named(at, nameEnd, "Via", 'v')) {
                        vias.add(value(colon, lineEnd));
                    }
                }
                case 'f' -> from = named(at, nameEnd, "From", 'f') ? value(colon, lineEnd) : from;
                case 't' -> to = named(at, nameEnd, "To", 't') ? value(colon, lineEnd) : to;
                case 'i' -> callId = named(at, nameEnd, "Call-ID", 'i') ? value(colon, lineEnd) : callId;
                case 'm' -> contact = named(at, nameEnd, "Contact", 'm') ? uri(value(colon, lineEnd)) : contact;
                case 'c' -> {
                    if (named(at, nameEnd, "Call-ID", 'i')) {
                        callId = value(colon, lineEnd);
                    } else if (named(at, nameEnd, "CSeq", '\0')) {
                        cseq = value(colon, lineEnd);
                    } else if (named(at, nameEnd, "Contact", 'm')) {
                        contact = uri(value(colon, lineEnd));
                    }
                }
                case 'r' -> {
                    if (named(at, nameEnd, "Record-Route", '\0')) {
                        routes = routes.isEmpty() ? new ArrayList<>(2) : routes;
                        split(value(colon, lineEnd), routes);
                    }
                }
                default -> extension(at, nameEnd, colon, lineEnd);
            }
            if (!nodeHeader.isEmpty() && named(at, nameEnd, nodeHeader, '\0')) {
                node = value(colon, lineEnd);
            }
        }

        private void extension(int at, int nameEnd, int colon, int lineEnd) {
            if (named(at, nameEnd, COUNTER, '\0')) {
                counter = number(value(colon, lineEnd));
            } else if (named(at, nameEnd, SETUPS, '\0')) {
                setups = number(value(colon, lineEnd));
            }
        }

        private boolean named(int at, int nameEnd, String name, char compact) {
            int length = nameEnd - at;
            return length == name.length() && text.regionMatches(true, at, name, 0, length)
                    || length == 1 && Character.toLowerCase(text.charAt(at)) == compact;
        }

        private String value(int colon, int lineEnd) {
            return text.substring(colon + 1, lineEnd).trim();
        }

        private static String uri(String value) {
            int open = value.indexOf('<');
            if (open >= 0) {
                return value.substring(open + 1, value.indexOf('>', open));
            }
            int parameters = value.indexOf(';');
            return parameters < 0 ? value : value.substring(0, parameters).trim();
        }

        /** A header line may carry several values (RFC 3261 section 7.3.1); commas in quotes or angle brackets part none. */
        private static void split(String value, List<String> into) {
            int from = 0;
            boolean bracketed = false;
            boolean quoted = false;
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                quoted ^= c == '"' && !bracketed;
                if (c == ',' && !bracketed && !quoted) {
                    into.add(value.substring(from, i).trim());
                    from = i + 1;
                }
                bracketed = !quoted && (c == '<' || bracketed && c != '>');
            }
            into.add(value.substring(from).trim());
        }

        private static long number(String text) {
            try {
                return Math.max(-1, Long.parseLong(text));
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }
}
