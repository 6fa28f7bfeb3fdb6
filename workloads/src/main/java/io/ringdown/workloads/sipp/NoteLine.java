package io.ringdown.workloads.sipp;

import java.util.Optional;

/**
 * What a generated scenario notes of a call ({@code -trace_logs}): what the log of messages does not tell.
 *
 * @param what happened
 * @param callId SIPp's own, without a prefix
 * @param cseq number of the request that it is about, or 0
 * @param epochMicros wall-clock microseconds since 1970
 * @param toTag tag of the To in the message that came last
 * @param node what it named as its maker; empty: none
 * @param counter what it told as the service's counter, or -1
 * @param setups what it told as set-ups accepted, or -1
 */
record NoteLine(
        Kind what, String callId, int cseq, long epochMicros, String toTag, String node, long counter, int setups) {
    /** What scenarios note. */
    enum Kind {
        /** An 18x came. */
        RINGING,
        /** A final response came. */
        ANSWER,
        /** None came in 64 T1. */
        SILENCE,
        /** None came in time, and the request was given up, before 64 T1. */
        GIVEN_UP,
        /** The call's script is over. */
        END
    }

    static final String MARK = "ringdown";
    private static final int FIELDS = 8;

    /** Reads a line; empty if it is none of a generated scenario's. */
    static Optional<NoteLine> read(String line) {
        String[] fields = line.split("\\|", -1);
        if (fields.length != FIELDS + 1 || !fields[0].equals(MARK)) {
            return Optional.empty();
        }
        try {
            String time = fields[3].trim();
            return Optional.of(new NoteLine(
                    Kind.valueOf(fields[1]),
                    fields[2],
                    number(value(fields[4]).split(" ")[0], 0),
                    WireLine.micros(time.substring(time.lastIndexOf('\t') + 1)),
                    tag(fields[5]),
                    value(fields[6]),
                    number(value(fields[7]), -1),
                    number(value(fields[8]), -1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static int number(String text, int otherwise) {
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }

    /** SIPp gives a header with its name. */
    private static String value(String header) {
        return header.substring(header.indexOf(':') + 1).trim();
    }

    private static String tag(String to) {
        int at = to.indexOf(";tag=");
        if (at < 0) {
            return "";
        }
        int end = to.indexOf(';', at + 5);
        return (end < 0 ? to.substring(at + 5) : to.substring(at + 5, end)).trim();
    }
}
