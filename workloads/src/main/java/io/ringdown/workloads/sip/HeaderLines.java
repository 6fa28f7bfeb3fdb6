package io.ringdown.workloads.sip;

import java.util.List;
import java.util.Locale;

/** Goes through the header fields of a message; one that goes on in the next line is one field (RFC 3261 section 7.3.1). */
final class HeaderLines {
    private final byte[] data;
    private final int start;
    private final int length;
    private int following;
    private boolean ended;
    private int name;
    private int nameEnd;
    private int colon;
    private int end;

    /** @param start where the first field begins */
    HeaderLines(byte[] data, int start, int length) {
        this.data = data;
        this.start = start;
        this.length = length;
        following = start;
    }

    void rewind() {
        following = start;
        ended = false;
    }

    /** Goes to the next field; lines that are none are passed over. */
    boolean next() {
        while (!ended) {
            int at = following;
            int found = fieldEnd(at);
            if (found < 0) {
                return false;
            }
            if (found == at) {
                ended = true;
                return false;
            }
            following = found + 2;
            if (colon > at && named(at)) {
                end = found;
                return true;
            }
        }
        return false;
    }

    /** Where the field ends that begins at a place, or -1; sets where its first colon is, or -1. */
    private int fieldEnd(int at) {
        colon = -1;
        for (int i = at; i < length - 1; i++) {
            byte c = data[i];
            if (c == ':' && colon < 0) {
                colon = i;
            } else if (c == '\r' && data[i + 1] == '\n' && !(i > at && continues(i + 2))) {
                return i;
            }
        }
        return -1;
    }

    private boolean continues(int at) {
        return at < length && (data[at] == ' ' || data[at] == '\t');
    }

    private boolean named(int at) {
        name = at;
        nameEnd = colon;
        while (nameEnd > at && data[nameEnd - 1] <= ' ' && data[nameEnd - 1] >= 0) {
            nameEnd--;
        }
        return nameEnd > at;
    }

    /** Whether the empty line behind the last field has been seen. */
    boolean ended() {
        return ended;
    }

    /** Where the body begins, once that has been seen. */
    int body() {
        return following + 2;
    }

    /** First letter of the name, a small one. */
    int initial() {
        return Bytes.lower(data[name]);
    }

    /**
     * Whether it has a name.
     *
     * @param compact the name's compact form, or 0
     */
    boolean named(String wanted, char compact) {
        return nameEnd - name == 1 && initial() == compact || Bytes.equalIgnoringCase(data, name, nameEnd, wanted);
    }

    /** Where its value stands. */
    long value() {
        int from = colon + 1;
        int until = end;
        while (from < until && data[from] <= ' ' && data[from] >= 0) {
            from++;
        }
        while (until > from && data[until - 1] <= ' ' && data[until - 1] >= 0) {
            until--;
        }
        return Spans.of(from, until);
    }

    /** The compact form of a header's name (RFC 3261 section 7.3.3, RFC 4028), or 0. */
    static char compact(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "via" -> 'v';
            case "from" -> 'f';
            case "to" -> 't';
            case "call-id" -> 'i';
            case "contact" -> 'm';
            case "content-length" -> 'l';
            case "content-type" -> 'c';
            case "content-encoding" -> 'e';
            case "supported" -> 'k';
            case "subject" -> 's';
            case "session-expires" -> 'x';
            default -> '\0';
        };
    }

    /** A header line may carry several values (RFC 3261 section 7.3.1); commas in quotes or angle brackets part none. */
    static void split(String value, List<String> into) {
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
}
