package io.ringdown.workloads.sipp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    /** Who names itself may do so in any form, where nothing else can be taken for a bar. */
    private static final Pattern FORM = Pattern.compile(
            MARK + "\\|([A-Z_]+)\\|([^|]*)\\|[^|]*\t(\\d+\\.\\d{6})\\|([^|]*)\\|([^|]*)\\|(.*)\\|([^|]*)\\|([^|]*)",
            Pattern.DOTALL);

    private static final Pattern WHOLE_NUMBER = Pattern.compile("\\d{1,9}");

    /** Reads a line; empty if it is none of a generated scenario's, or what a write that failed left of one, or of two. */
    static Optional<NoteLine> read(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches() || line.indexOf(MARK + '|', 1) > 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new NoteLine(
                    Kind.valueOf(form.group(1)),
                    form.group(2),
                    number(value(form.group(4)).split(" ")[0], 0),
                    WireLine.micros(form.group(3)),
                    tag(form.group(5)),
                    value(form.group(6)),
                    number(value(form.group(7)), -1),
                    number(value(form.group(8)), -1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What is no number tells none, as to the built-in generator; the rest of the line counts all the same. */
    private static int number(String text, int otherwise) {
        return WHOLE_NUMBER.matcher(text).matches() ? Integer.parseInt(text) : otherwise;
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
