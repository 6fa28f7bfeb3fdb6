package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One value of a Contact header (RFC 3261 section 20.10).
 *
 * @param uri as it stands, without brackets
 * @param q how much it is preferred, from 0 to 1; 1 where it is not told, 0 where it makes no sense
 * @param expires seconds, or -1
 */
public record Contact(String uri, double q, long expires) {
    private static final Pattern QVALUE = Pattern.compile("(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** All that a header's lines hold, in their order. */
    static List<Contact> of(List<String> lines) {
        var values = new ArrayList<String>(lines.size());
        lines.forEach(line -> HeaderLines.split(line, values));
        return values.stream()
                .filter(value -> !value.isEmpty())
                .map(Contact::of)
                .toList();
    }

    private static Contact of(String value) {
        byte[] data = value.getBytes(ISO_8859_1);
        long whole = Spans.of(0, data.length);
        String q = Spans.parameter(data, whole, "q");
        String expires = Spans.parameter(data, whole, "expires");
        return new Contact(
                Spans.uri(data, whole),
                q.isEmpty() ? 1 : QVALUE.matcher(q).matches() ? Double.parseDouble(q) : 0,
                SECONDS.matcher(expires).matches() ? Long.parseLong(expires) : -1);
    }
}
