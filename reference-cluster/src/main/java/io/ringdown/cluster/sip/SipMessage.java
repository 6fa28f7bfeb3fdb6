package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SIP request or response as received (RFC 3261 section 7): start line, headers in their order, body. Header names are
 * case-insensitive and compact forms are expanded; values are kept as they stand, folded lines joined. Typed views are made when
 * asked for.
 */
public final class SipMessage {
    private static final Map<Character, String> COMPACT = Map.of(
            'v',
            "Via",
            'f',
            "From",
            't',
            "To",
            'i',
            "Call-ID",
            'm',
            "Contact",
            'l',
            "Content-Length",
            'c',
            "Content-Type",
            's',
            "Subject",
            'k',
            "Supported",
            'e',
            "Content-Encoding");
    private static final int LARGEST_CSEQ = Integer.MAX_VALUE;

    /** What a message has exactly one of, besides Vias (RFC 3261 section 8.1.1). */
    private static final List<String> ONCE = List.of("From", "To", "Call-ID", "CSeq");

    private static final Pattern TAG = Pattern.compile(";\\s*tag\\s*=\\s*([^;\\s]*)", Pattern.CASE_INSENSITIVE);

    private final String method;
    private final String requestUri;
    private final int status;
    private final List<String> names;
    private final List<String> values;
    private String body;
    private final List<Via> vias = new ArrayList<>(3);
    private String reason = "";

    private SipMessage(
            String method, String requestUri, int status, List<String> names, List<String> values, String body) {
        this.method = method;
        this.requestUri = requestUri;
        this.status = status;
        this.names = names;
        this.values = values;
        this.body = body;
    }

    /**
     * Parses one datagram.
     *
     * @throws MalformedMessageException whatever is wrong with it
     */
    public static SipMessage parse(byte[] data, int length) {
        // Latin-1 keeps every byte, so that what is not understood leaves as it came.
        String text = new String(data, 0, length, ISO_8859_1);
        int start = 0;
        while (text.startsWith("\r\n", start)) {
            start += 2;
        }
        int headersEnd = text.indexOf("\r\n\r\n", start);
        if (headersEnd < 0) {
            throw new MalformedMessageException("no empty line after the headers");
        }
        int line = text.indexOf("\r\n", start);
        String startLine = text.substring(start, line);
        var names = new ArrayList<String>(16);
        var values = new ArrayList<String>(16);
        headers(text, line + 2, headersEnd, names, values);
        return message(startLine, names, values, text.substring(headersEnd + 4));
    }

    private static void headers(String text, int from, int end, List<String> names, List<String> values) {
        for (int at = from; at < end; ) {
            int next = text.indexOf("\r\n", at);
            int lineEnd = next < 0 ? end : Math.min(next, end);
            char first = text.charAt(at);
            if (first == ' ' || first == '\t') {
                if (values.isEmpty()) {
                    throw new MalformedMessageException("folded line without a header");
                }
                int last = values.size() - 1;
                values.set(
                        last,
                        values.get(last) + " " + text.substring(at, lineEnd).trim());
            } else {
                int colon = text.indexOf(':', at);
                if (colon < 0 || colon >= lineEnd || colon == at) {
                    throw new MalformedMessageException("header line without a name: " + text.substring(at, lineEnd));
                }
                names.add(canonical(text.substring(at, colon).trim()));
                values.add(text.substring(colon + 1, lineEnd).trim());
            }
            noBareLineEnd(text, at, lineEnd);
            at = lineEnd + 2;
        }
    }

    /** Lines end with CR and LF together (RFC 3261 section 25.1). One alone would end a line where the value is written again. */
    private static void noBareLineEnd(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                throw new MalformedMessageException("CR or LF alone in a header");
            }
        }
    }

    private static String canonical(String name) {
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
            throw new MalformedMessageException("bad header name: " + name);
        }
        if (name.length() == 1) {
            return COMPACT.getOrDefault(Character.toLowerCase(name.charAt(0)), name);
        }
        return name;
    }

    private static SipMessage message(String startLine, List<String> names, List<String> values, String rest) {
        SipMessage message;
        if (startLine.startsWith("SIP/2.0 ")) {
            int space = startLine.indexOf(' ', 8);
            int status = Via.number(space < 0 ? startLine.substring(8) : startLine.substring(8, space), 699, "status");
            if (status < 100) {
                throw new MalformedMessageException("status below 100");
            }
            message = new SipMessage("", "", status, names, values, rest);
            message.reason = space < 0 ? "" : startLine.substring(space + 1);
        } else {
            String[] parts = startLine.split(" ", -1);
            if (parts.length != 3
                    || !parts[2].equalsIgnoreCase("SIP/2.0")
                    || !token(parts[0])
                    || parts[1].isEmpty()
                    || parts[1].startsWith("<")) {
                throw new MalformedMessageException("no request line: " + startLine);
            }
            message = new SipMessage(parts[0], parts[1], 0, names, values, rest);
        }
        return message.checked(rest);
    }

    /** What every message must have (RFC 3261 section 8.1.1), and a body as long as it says. */
    private SipMessage checked(String rest) {
        readVias();
        for (String name : ONCE) {
            if (count(name) != 1) {
                throw new MalformedMessageException(count(name) + " times " + name);
            }
        }
        if (callId().isEmpty() || isRequest() && !cseqMethod().equals(method)) {
            throw new MalformedMessageException("empty Call-ID, or CSeq of another method");
        }
        cseq();
        quotesBalanced(header("From"));
        quotesBalanced(header("To"));
        String length = header("Content-Length");
        if (length == null) {
            return this;
        }
        if (count("Content-Length") > 1) {
            // Whichever counts, the next reader may take the other one (RFC 4475 section 3.3.9).
            throw new MalformedMessageException("Content-Length given twice");
        }
        int announced = Via.number(length, Integer.MAX_VALUE, "Content-Length");
        if (announced > rest.length()) {
            throw new MalformedMessageException("body shorter than Content-Length says");
        }
        body = rest.substring(0, announced);
        return this;
    }

    private void readVias() {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase("Via")) {
                for (String value : values.get(i).split(",", -1)) {
                    vias.add(Via.parse(value.trim()));
                }
            }
        }
        if (vias.isEmpty()) {
            throw new MalformedMessageException("no Via");
        }
    }

    private int count(String name) {
        int count = 0;
        for (String each : names) {
            count += each.equalsIgnoreCase(name) ? 1 : 0;
        }
        return count;
    }

    private static void quotesBalanced(String value) {
        boolean open = false;
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '\\' && open) {
                i++;
            } else if (value.charAt(i) == '"') {
                open = !open;
            }
        }
        if (open) {
            throw new MalformedMessageException("quote left open: " + value);
        }
    }

    private static boolean token(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (!(c >= 'A' && c <= 'Z'
                    || c >= 'a' && c <= 'z'
                    || c >= '0' && c <= '9'
                    || "-.!%*_+`'~".indexOf(c) >= 0)) {
                return false;
            }
        }
        return !word.isEmpty();
    }

    /** Whether this is a request. */
    public boolean isRequest() {
        return status == 0;
    }

    /** The request's method. */
    public String method() {
        return method;
    }

    /** The Request-URI. */
    public String requestUri() {
        return requestUri;
    }

    /** The response's status. */
    public int status() {
        return status;
    }

    /** The response's reason phrase. */
    public String reason() {
        return reason;
    }

    /** Passes each header line on, in order: its name, compact ones expanded, and its value. */
    public void eachHeader(BiConsumer<String, String> to) {
        for (int i = 0; i < names.size(); i++) {
            to.accept(names.get(i), values.get(i));
        }
    }

    /** The values of a header that is a list (Route, Record-Route, Contact), also those that share a line, topmost first. */
    public List<String> list(String name) {
        var all = new ArrayList<String>(2);
        for (String line : headers(name)) {
            int begin = 0;
            boolean quoted = false;
            boolean bracketed = false;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '\\' && quoted) {
                    i++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (!quoted && (c == '<' || c == '>')) {
                    bracketed = c == '<';
                } else if (c == ',' && !quoted && !bracketed) {
                    all.add(line.substring(begin, i).trim());
                    begin = i + 1;
                }
            }
            all.add(line.substring(begin).trim());
        }
        return all;
    }

    /** The first value of a header, or null. */
    public String header(String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return values.get(i);
            }
        }
        return null;
    }

    /** All values of a header, a line each, topmost first. */
    public List<String> headers(String name) {
        var all = new ArrayList<String>(2);
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                all.add(values.get(i));
            }
        }
        return all;
    }

    /** Call-ID. */
    public String callId() {
        return header("Call-ID");
    }

    /** CSeq number. */
    public int cseq() {
        String value = header("CSeq");
        return Via.number(value.substring(0, word(value)), LARGEST_CSEQ, "CSeq");
    }

    /** CSeq method. */
    public String cseqMethod() {
        String value = header("CSeq");
        return value.substring(word(value)).trim();
    }

    /** Length of the first word, which may end with any white space. */
    private static int word(String value) {
        int end = 0;
        while (end < value.length() && value.charAt(end) > ' ') {
            end++;
        }
        return end;
    }

    /** Tag of the To header, or empty. */
    public String toTag() {
        return tag(header("To"));
    }

    /** Tag of the From header, or empty. */
    public String fromTag() {
        return tag(header("From"));
    }

    /** Tag of a From or To value, or empty. */
    public static String tag(String value) {
        Matcher tag = TAG.matcher(value).region(Math.max(0, value.lastIndexOf('>')), value.length());
        return tag.find() ? tag.group(1) : "";
    }

    /** All Via values, topmost first, also those that share a line. */
    public List<Via> vias() {
        return new ArrayList<>(vias);
    }

    /** The body, one character a byte. */
    public String body() {
        return body;
    }
}
