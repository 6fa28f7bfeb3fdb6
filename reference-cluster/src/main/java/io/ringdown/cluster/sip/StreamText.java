package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Messages as they go into a stream that carries those of many calls: with one Content-Length, that of their body (RFC 3261 section 18.3).
 * One message of a client that lies about its length would make nonsense of all that follow.
 */
final class StreamText {
    private StreamText() {}

    /**
     * The message as {@link Framing} cuts it; its folded header lines have been joined.
     *
     * @throws MalformedMessageException if it cannot be made so
     */
    static byte[] of(byte[] data, int length) {
        String text = new String(data, 0, length, ISO_8859_1);
        int headEnd = text.indexOf("\r\n\r\n");
        if (headEnd < 0 || text.charAt(0) <= ' ') {
            throw new MalformedMessageException("no message");
        }
        Framing.checkStartLine(text.substring(0, text.indexOf("\r\n")));
        var head = new StringBuilder(headEnd + 32);
        int told = -1;
        boolean once = true;
        for (int at = 0; at < headEnd; ) {
            int end = text.indexOf("\r\n", at);
            if (at > 0 && tellsLength(text, at, end)) {
                int value = length(text, at, end);
                once = told < 0;
                if (!once && value != told) {
                    throw new MalformedMessageException("more than one Content-Length");
                }
                told = value;
            } else {
                head.append(text, at, end).append("\r\n");
            }
            at = end + 2;
        }
        int body = length - headEnd - 4;
        if (told > body) {
            throw new MalformedMessageException("shorter than its Content-Length");
        }
        if (told == body && once) {
            return java.util.Arrays.copyOf(data, length);
        }
        int kept = told < 0 ? body : told;
        return head.append("Content-Length: ")
                .append(kept)
                .append("\r\n\r\n")
                .append(text, headEnd + 4, headEnd + 4 + kept)
                .toString()
                .getBytes(ISO_8859_1);
    }

    private static boolean tellsLength(String text, int at, int end) {
        int colon = text.indexOf(':', at);
        if (colon < 0 || colon >= end) {
            return false;
        }
        String name = text.substring(at, colon).trim();
        return name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("l");
    }

    private static int length(String text, int at, int end) {
        char next = text.charAt(end + 2);
        if (next == ' ' || next == '\t') {
            throw new MalformedMessageException("folded Content-Length");
        }
        return Via.number(text.substring(text.indexOf(':', at) + 1, end).trim(), 65_535, "Content-Length");
    }
}
