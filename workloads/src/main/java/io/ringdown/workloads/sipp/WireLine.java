package io.ringdown.workloads.sipp;

import java.util.Optional;

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

    /** Reads a line; empty if it is none of these. */
    static Optional<WireLine> read(String line) {
        String[] fields = line.split("\t", 7);
        if (fields.length < 7) {
            return Optional.empty();
        }
        String cseq = fields[5].startsWith("CSeq:") ? fields[5].substring(5).trim() : "";
        int space = cseq.indexOf(' ');
        String first = fields[6].trim();
        boolean response = first.startsWith(RESPONSE);
        int word = first.indexOf(' ');
        try {
            if (space < 1 || word < 1 || !fields[3].equals("S") && !fields[3].equals("R")) {
                return Optional.empty();
            }
            return Optional.of(new WireLine(
                    micros(fields[2]),
                    fields[3].equals("S"),
                    fields[4],
                    Integer.parseInt(cseq.substring(0, space)),
                    cseq.substring(space).trim(),
                    response ? Integer.parseInt(first.substring(RESPONSE.length(), RESPONSE.length() + 3)) : 0,
                    response ? "" : first.substring(0, word)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Of {@code SECONDS.MICROS}. */
    static long micros(String seconds) {
        int dot = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, dot)) * 1_000_000 + Long.parseLong(seconds.substring(dot + 1));
    }
}
