package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a stream into messages by their Content-Length (RFC 3261 sections 7.5 and 18.3). What is no message cannot be passed over, since
 * nothing tells where the next one begins: it ends the stream.
 */
final class Framing {
    /** Start line and headers. */
    static final int LONGEST_HEAD = 16 << 10;
    /** With the head, and the Vias that may come to it, less than a datagram. */
    static final int LONGEST_BODY = 32 << 10;

    /** Between elements, which pass on whatever came as a datagram. */
    private static final int LONGEST_ON_TRUNK = 72 << 10;

    private static final int LONGEST_START_LINE = 4 << 10;
    private static final Pattern LENGTH = Pattern.compile("\r\n(?:Content-Length|l)[ \t]*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern VALUE = Pattern.compile("(?:[ \t]|\r\n[ \t])*(\\d{1,9})[ \t]*\r\n");
    private static final byte[] NOTHING = {};

    private byte[] held = NOTHING;
    private int begin;
    private int end;
    /** How far the search for the end of the head has come. */
    private int searched;

    private int bodyLength = -1;
    private int pings;
    private boolean trunk;

    /** From now on what comes is of an element: messages, and {@link ProxyHeader#framed} ones between them. */
    void ofElement() {
        trunk = true;
    }

    /** How many bytes it keeps. */
    int kept() {
        return held.length;
    }

    /** Takes more of the stream. */
    void add(ByteBuffer bytes) {
        int more = bytes.remaining();
        if (end + more > held.length) {
            held = Arrays.copyOf(Arrays.copyOfRange(held, begin, end), end - begin + more);
            searched -= begin;
            end -= begin;
            begin = 0;
        }
        bytes.get(held, end, more);
        end += more;
    }

    /** Whether a message has begun and not ended. */
    boolean unfinished() {
        return begin < end && held[begin] != '\r';
    }

    /** How many keep-alives came since the last call that want to be answered: double CRLFs (RFC 5626 section 3.5.1). */
    int pings() {
        int now = pings;
        pings = 0;
        return now;
    }

    /**
     * The next message, or null as long as it is not whole.
     *
     * @throws MalformedMessageException if the stream makes no sense
     */
    byte[] next() {
        int whole;
        if (trunk && begin < end && held[begin] == '\r') {
            int length = ProxyHeader.lengthInStream(held, begin, end);
            whole = length < 0 ? Integer.MAX_VALUE : begin + length;
        } else if (bodyLength < 0 && !head()) {
            return null;
        } else {
            whole = searched + bodyLength;
        }
        if (whole > end) {
            return null;
        }
        byte[] message = Arrays.copyOfRange(held, begin, whole);
        from(whole);
        bodyLength = -1;
        return message;
    }

    /** Looks for the empty line; afterwards the body begins where the search ended. Whether it is there. */
    private boolean head() {
        skipEmptyLines();
        // Also true of nothing.
        boolean perhapsEmptyLine =
                searched <= begin && end - begin < 4 && startsWith("\r\n\r\n".substring(0, end - begin));
        if (perhapsEmptyLine) {
            return false;
        }
        boolean startLine = searched > begin;
        for (int i = Math.max(begin, searched - 3); i + 1 < end; i++) {
            if (held[i] != '\r' || held[i + 1] != '\n') {
                continue;
            }
            if (!startLine) {
                startLine = true;
                checkStartLine(new String(held, begin, i - begin, ISO_8859_1));
            }
            if (i + 3 < end && held[i + 2] == '\r' && held[i + 3] == '\n') {
                searched = i + 4;
                checkLength(searched - begin, longest(LONGEST_HEAD));
                bodyLength = contentLength(new String(held, begin, searched - begin, ISO_8859_1));
                return true;
            }
        }
        checkLength(end - begin, longest(startLine ? LONGEST_HEAD : LONGEST_START_LINE));
        // Before the start line has ended the search begins anew, for the sake of its check.
        searched = startLine ? end : begin;
        return false;
    }

    private void skipEmptyLines() {
        while (searched <= begin && startsWith("\r\n")) {
            if (startsWith("\r\n\r\n")) {
                pings++;
                from(begin + 4);
            } else if (end - begin == 2 || end - begin == 3 && held[begin + 2] == '\r') {
                // Perhaps half of a keep-alive.
                return;
            } else {
                from(begin + 2);
            }
        }
    }

    private boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (begin + i >= end || held[begin + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void from(int next) {
        begin = next;
        searched = next;
        if (begin == end) {
            held = NOTHING;
            begin = 0;
            end = 0;
            searched = 0;
        }
    }

    private int longest(int ofClient) {
        return trunk ? LONGEST_ON_TRUNK : ofClient;
    }

    /**
     * Checks what a message begins with.
     *
     * @throws MalformedMessageException if it is neither a request line nor a status line of this version
     */
    static void checkStartLine(String line) {
        if (!line.startsWith("SIP/2.0 ") && !line.regionMatches(true, line.length() - 8, " SIP/2.0", 0, 8)) {
            throw new MalformedMessageException("no start line");
        }
    }

    private static void checkLength(int length, int most) {
        if (length > most) {
            throw new MalformedMessageException("more than " + most + " bytes");
        }
    }

    private int contentLength(String head) {
        Matcher name = LENGTH.matcher(head);
        if (!name.find()) {
            throw new MalformedMessageException("no Content-Length in a stream");
        }
        int valueAt = name.end();
        Matcher value = VALUE.matcher(head).region(valueAt, head.length());
        if (!value.lookingAt() || name.find()) {
            throw new MalformedMessageException("no single Content-Length");
        }
        int length = Integer.parseInt(value.group(1));
        checkLength(length, longest(LONGEST_BODY));
        return length;
    }
}
