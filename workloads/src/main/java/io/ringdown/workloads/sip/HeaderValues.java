package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;

/** Header fields of a message that few callers want to know, by name. */
public final class HeaderValues {
    private HeaderValues() {}

    /** The values of a header, a line each, in order. */
    public static List<String> of(byte[] message, int length, String name) {
        String text = new String(message, 0, length, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        var values = new ArrayList<String>(1);
        for (int at = text.indexOf("\r\n"); at >= 0 && at < end; at = text.indexOf("\r\n", at + 2)) {
            int colon = text.indexOf(':', at);
            int lineEnd = text.indexOf("\r\n", at + 2);
            if (colon > at
                    && colon < lineEnd
                    && text.substring(at + 2, colon).trim().equalsIgnoreCase(name)) {
                values.add(text.substring(colon + 1, lineEnd).trim());
            }
        }
        return values;
    }

    /** The whole number that the first value of a header begins with, or -1. */
    public static long number(byte[] message, int length, String... names) {
        for (String name : names) {
            for (String value : of(message, length, name)) {
                String digits = value.replaceFirst("[^0-9].*$", "");
                if (!digits.isEmpty() && digits.length() < 10) {
                    return Long.parseLong(digits);
                }
            }
        }
        return -1;
    }
}
