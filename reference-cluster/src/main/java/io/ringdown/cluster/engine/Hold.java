package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.SipMessage;

/**
 * What a request asks to be held: the header {@code X-Ringdown-Hold: 18x=MILLIS;final=MILLIS}, instants in milliseconds since 1970.
 *
 * @param ring when to send the 18x, in microseconds since 1970; 0: at once
 * @param answer when to send the final response; 0: at once
 */
record Hold(long ring, long answer) {
    static final String HEADER = "X-Ringdown-Hold";

    /** Reads the header. Anything but the two instants, at most {@code longest} away, is refused with an empty result. */
    static java.util.Optional<Hold> of(SipMessage request, long now, long longest) {
        String value = request.header(HEADER);
        if (value == null) {
            return java.util.Optional.of(new Hold(0, 0));
        }
        long ring = 0;
        long answer = 0;
        for (String part : value.split(";")) {
            String[] pair = part.trim().split("=", 2);
            if (pair.length != 2 || !pair[1].matches("\\d{1,15}")) {
                return java.util.Optional.empty();
            }
            long instant = Long.parseLong(pair[1]) * 1_000;
            if (instant > now + longest) {
                return java.util.Optional.empty();
            }
            switch (pair[0]) {
                case "18x" -> ring = instant;
                case "final" -> answer = instant;
                default -> {
                    return java.util.Optional.empty();
                }
            }
        }
        return java.util.Optional.of(new Hold(ring, Math.max(ring, answer)));
    }
}
