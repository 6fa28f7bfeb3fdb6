package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Where in a message a header's value stands, without the white space about it: two places in a long, so that none is an object. */
final class Spans {
    private Spans() {}

    static long of(int from, int until) {
        return (long) from << 32 | until;
    }

    static int from(long span) {
        return (int) (span >>> 32);
    }

    static int until(long span) {
        return (int) span;
    }

    /** Whether there is no value, or nothing in it. */
    static boolean empty(long span) {
        return from(span) == until(span);
    }

    static String text(byte[] data, long span) {
        int from = from(span);
        int until = until(span);
        String text = new String(data, from, until - from, ISO_8859_1);
        // A value that goes on in the next line (RFC 3261 section 7.3.1) has a single space there.
        return text.indexOf('\r') < 0 ? text : text.replaceAll("[ \t]*\r\n[ \t]+", " ");
    }

    static void add(byte[] data, long span, MessageText to) {
        if (indexOf(data, span, '\r') < 0) {
            to.add(data, from(span), until(span));
        } else {
            to.add(text(data, span));
        }
    }

    /** -1 if it is not there. */
    static int indexOf(byte[] data, long span, char wanted) {
        return Bytes.indexOf(data, wanted, from(span), until(span));
    }

    /** The URI of an address (RFC 3261 section 20.10), which is not the name before it nor the parameters behind it. */
    static String uri(byte[] data, long span) {
        int open = bracket(data, span);
        if (open >= 0) {
            int close = Bytes.indexOf(data, '>', open, until(span));
            return close < 0 ? "" : text(data, of(open + 1, close));
        }
        int parameters = indexOf(data, span, ';');
        return parameters < 0
                ? text(data, span)
                : text(data, of(from(span), parameters)).trim();
    }

    /** Where an address's brackets open, which may stand in the quoted name before them as well; -1: there are none. */
    static int bracket(byte[] data, long span) {
        boolean quoted = false;
        for (int at = from(span); at < until(span); at++) {
            if (quoted && data[at] == '\\') {
                at++;
            } else if (data[at] == '"') {
                quoted = !quoted;
            } else if (data[at] == '<' && !quoted) {
                return at;
            }
        }
        return -1;
    }

    /** The sent-by of a Via's first value: what stands between its protocol and its parameters. */
    static String sentBy(byte[] data, long span) {
        int until = from(span);
        int slash = until;
        while (until < until(span) && data[until] != ';' && data[until] != ',') {
            slash = data[until] == '/' ? until : slash;
            until++;
        }
        int at = tokenEnd(data, skipSpace(data, slash + 1, until), until);
        // Of an empty value, or of a protocol alone, nothing is left.
        return text(data, of(Math.min(skipSpace(data, at, until), until), until))
                .replace(" ", "");
    }

    /** A parameter of the first value, outside its quotes and angle brackets; or empty. */
    static String parameter(byte[] data, long span, String name) {
        int until = until(span);
        boolean bracketed = false;
        boolean quoted = false;
        for (int at = from(span); at < until; at++) {
            byte c = data[at];
            if (quoted) {
                at += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (bracketed) {
                bracketed = c != '>';
            } else if (c == ',') {
                return "";
            } else if (c == ';') {
                int value = valueOf(data, at + 1, until, name);
                if (value >= 0) {
                    return text(data, of(value, tokenEnd(data, value, until)));
                }
            } else {
                quoted = c == '"';
                bracketed = c == '<';
            }
        }
        return "";
    }

    /** Where the value of a parameter begins if the one at a place is of this name, or -1. */
    private static int valueOf(byte[] data, int from, int until, String name) {
        int start = skipSpace(data, from, until);
        int end = start + name.length();
        if (end > until || !Bytes.equalIgnoringCase(data, start, end, name)) {
            return -1;
        }
        int equals = skipSpace(data, end, until);
        return equals < until && data[equals] == '=' ? skipSpace(data, equals + 1, until) : -1;
    }

    private static int skipSpace(byte[] data, int from, int until) {
        int at = from;
        while (at < until && data[at] <= ' ' && data[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int tokenEnd(byte[] data, int from, int until) {
        int at = from;
        while (at < until && data[at] != ';' && data[at] != ',' && (data[at] > ' ' || data[at] < 0)) {
            at++;
        }
        return at;
    }

    /** A number of digits only, or -1. */
    static long wholeNumber(byte[] data, long span) {
        int digits = until(span) - from(span);
        if (digits == 0 || digits > 18) {
            return -1;
        }
        long value = 0;
        for (int i = from(span); i < until(span); i++) {
            if (data[i] < '0' || data[i] > '9') {
                return -1;
            }
            value = 10 * value + data[i] - '0';
        }
        return value;
    }
}
