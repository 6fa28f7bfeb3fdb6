package io.ringdown.workloads.sipp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One datagram as SIPp's log of short messages ({@code -trace_shortmsg}) tells it: date, time, seconds since 1970, {@code S} or {@code R}, Call-ID, CSeq
 * and first line, with tabs between. Retransmissions have lines like any other.
 *
 * @param epochMicros wall-clock microseconds since 1970
 * @param callId without any prefix that ends with {@code ///}
 * @param method of its CSeq
 * @param status 0 for a request
 * @param request the method that a request names in its first line; empty for a response
 */
record WireLine(long epochMicros, boolean sent, String callId, int cseq, String method, int status, String request) {
    private static final String RESPONSE = "SIP/2.0 ";
    private static final String DAY = "\\d{4}-\\d\\d-\\d\\d\t\\d\\d:\\d\\d:\\d\\d\\.\\d{6}\t";
    private static final Pattern FORM =
            Pattern.compile(DAY + "(\\d+\\.\\d{6})\t([SR])\t([^\t]*)\tCSeq:([^\t]*)\t(.*)", Pattern.DOTALL);
    private static final Pattern TWO = Pattern.compile("." + DAY, Pattern.DOTALL);

    /** Reads a line; empty if it is none of these, or tells of no SIP message. */
    static Optional<WireLine> read(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches() || TWO.matcher(line).find()) {
            return Optional.empty();
        }
        String cseq = form.group(4).trim();
        int space = cseq.indexOf(' ');
        String first = form.group(5).trim();
        boolean response = first.startsWith(RESPONSE);
        int word = first.indexOf(' ');
        if (space < 1 || word < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new WireLine(
                    micros(form.group(1)),
                    form.group(2).equals("S"),
                    form.group(3),
                    Integer.parseInt(cseq.substring(0, space)),
                    cseq.substring(space).trim(),
                    response ? Integer.parseInt(first.substring(RESPONSE.length(), RESPONSE.length() + 3)) : 0,
                    response ? "" : first.substring(0, word)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a line is as SIPp writes it, and tells of a datagram that came: if it cannot be read, that was no SIP message. Any other that cannot be
     * read is what a write that failed left of a line, or of two.
     */
    static boolean received(String line) {
        Matcher form = FORM.matcher(line);
        return form.matches() && form.group(2).equals("R") && !TWO.matcher(line).find();
    }

    /** Of {@code SECONDS.MICROS}. */
    static long micros(String seconds) {
        int dot = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, dot)) * 1_000_000 + Long.parseLong(seconds.substring(dot + 1));
    }
}
