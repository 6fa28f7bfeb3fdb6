package io.ringdown.workloads.sip;

/** Searches in a message's bytes, each of them a character of ISO 8859-1. */
final class Bytes {
    private Bytes() {}

    /** Where the next line end stands, or -1. */
    static int lineEnd(byte[] data, int from, int until) {
        for (int i = from; i < until - 1; i++) {
            if (data[i] == '\r' && data[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** -1 if it is not there. */
    static int indexOf(byte[] data, char wanted, int from, int until) {
        for (int i = from; i < until; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    static boolean startsWith(byte[] data, int from, int until, byte[] start) {
        if (until - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (data[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean equal(byte[] data, int from, int until, String text) {
        if (until - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ((data[from + i] & 0xff) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a text stands at a place, in whatever case. */
    static boolean equalIgnoringCase(byte[] data, int from, int until, String text) {
        if (until - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (lower(data[from + i]) != lower(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static int lower(int letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }

    /** A number of digits only, or -1; also if it is larger than an integer. */
    static int number(byte[] data, int from, int until) {
        long value = 0;
        for (int i = from; i < until; i++) {
            if (data[i] < '0' || data[i] > '9') {
                return -1;
            }
            value = 10 * value + data[i] - '0';
            if (value > Integer.MAX_VALUE) {
                return -1;
            }
        }
        return from == until ? -1 : (int) value;
    }
}
