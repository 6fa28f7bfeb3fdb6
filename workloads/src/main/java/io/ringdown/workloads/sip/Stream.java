package io.ringdown.workloads.sip;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts what comes by a connection into messages, by their Content-Length (RFC 3261 sections 7.5 and 18.3). Line ends between them keep the connection
 * open, and are passed over (RFC 5626 section 3.5.1).
 */
final class Stream {
    /** A head or a body that is longer is none: nobody sends a caller so much. */
    static final int LONGEST = 64 << 10;

    private static final byte[] LONG_NAME = {'c', 'o', 'n', 't', 'e', 'n', 't', '-', 'l', 'e', 'n', 'g', 't', 'h'};

    private byte[] held = new byte[4_096];
    private int from;
    private int until;
    /** Where the search for the end of the head goes on. */
    private int searched;

    private boolean broken;
    private boolean lineEnds;

    /** The message that {@link #next} found, in {@link #bytes}. */
    private byte[] message = {};

    void add(ByteBuffer more) {
        if (until + more.remaining() > held.length) {
            int length = until - from;
            byte[] room = length + more.remaining() > held.length
                    ? new byte[Math.max(2 * held.length, length + more.remaining())]
                    : held;
            System.arraycopy(held, from, room, 0, length);
            held = room;
            searched -= from;
            from = 0;
            until = length;
        }
        int length = more.remaining();
        more.get(held, until, length);
        until += length;
    }

    /** Whether there is a whole message; it is {@link #message} then. */
    boolean next() {
        if (broken) {
            return false;
        }
        while (from < until && (held[from] == '\r' || held[from] == '\n')) {
            from++;
            searched = from;
            lineEnds = true;
        }
        int body = endOfHead();
        if (body < 0) {
            broken = until - from > LONGEST;
            return false;
        }
        int length = contentLength(body);
        if (length < 0) {
            broken = true;
            return false;
        }
        if (until - body < length) {
            return false;
        }
        message = Arrays.copyOfRange(held, from, body + length);
        from = body + length;
        searched = from;
        return true;
    }

    /** Whether line ends have come between messages: whoever sends them answers keep-alives. */
    boolean lineEnds() {
        return lineEnds;
    }

    byte[] message() {
        return message;
    }

    /** Whether nothing tells where the next message begins. */
    boolean broken() {
        return broken;
    }

    /** What is left when the stream makes no sense. */
    byte[] rest() {
        return Arrays.copyOfRange(held, from, until);
    }

    private int endOfHead() {
        for (int i = Math.max(from, searched - 3); i + 3 < until; i++) {
            if (held[i] == '\r' && held[i + 1] == '\n' && held[i + 2] == '\r' && held[i + 3] == '\n') {
                return i + 4;
            }
        }
        searched = until;
        return -1;
    }

    /** The value of the one Content-Length, long or compact; -1 if there is none, or it makes no sense. */
    private int contentLength(int headEnd) {
        for (int line = from; line < headEnd - 2; line = lineAfter(line)) {
            int colon = line;
            while (held[colon] != ':' && held[colon] != '\r') {
                colon++;
            }
            if (held[colon] == ':' && isLength(line, colon)) {
                return number(colon + 1);
            }
        }
        return -1;
    }

    private int lineAfter(int line) {
        int at = line;
        while (held[at] != '\r' || held[at + 1] != '\n') {
            at++;
        }
        return at + 2;
    }

    private boolean isLength(int line, int colon) {
        int end = colon;
        while (end > line && held[end - 1] <= ' ') {
            end--;
        }
        if (end - line == 1) {
            return lower(held[line]) == 'l';
        }
        if (end - line != LONG_NAME.length) {
            return false;
        }
        for (int i = 0; i < LONG_NAME.length; i++) {
            if (lower(held[line + i]) != LONG_NAME[i]) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }

    private int number(int start) {
        int at = start;
        while (held[at] == ' ' || held[at] == '\t') {
            at++;
        }
        int value = 0;
        int digits = at;
        while (held[at] >= '0' && held[at] <= '9' && value <= LONGEST) {
            value = 10 * value + held[at++] - '0';
        }
        return at == digits || value > LONGEST || held[at] != '\r' && held[at] > ' ' ? -1 : value;
    }
}
