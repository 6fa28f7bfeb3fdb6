package io.ringdown.workloads.sipp;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a caller's scenario for SIPp, block by block. Instants are milliseconds since a whole second near the run's beginning, since SIPp
 * calculates in doubles.
 */
final class ScenarioText {
    /**
     * Final responses that a block does not expect by itself. SIPp has no wildcard, and reads no more than 64 KB of a scenario, so these are the
     * usual ones; of any other the log of messages tells, and its user waits for nothing.
     */
    private static final List<Integer> REFUSALS =
            List.of(302, 400, 401, 403, 404, 407, 422, 480, 482, 486, 487, 488, 500, 501, 502, 503, 504, 603);

    /** A mandatory message ends each list of optional ones; nobody sends this. */
    private static final int NEVER = 699;

    private static final String RECORD_ROUTES = " rrs=\"true\"";

    private static final List<String> VARIABLES =
            List.of("text", "wait", "now", "micros", "due", "over", "second", "redials", "still", "to", "crossed");

    private final StringBuilder text = new StringBuilder(16 * 1024);
    private final long epochSecond;
    private final SippSettings settings;

    /** @param epochSecond the second since 1970 that instants count from */
    ScenarioText(String name, long epochSecond, SippSettings settings) {
        this.epochSecond = epochSecond;
        this.settings = settings;
        text.append("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"")
                .append(name)
                .append("\">\n");
    }

    String end() {
        note(NoteLine.Kind.END, "0");
        // SIPp refuses a scenario whose variables are named once only.
        String used = VARIABLES.stream()
                .filter(variable -> text.indexOf("\"" + variable + "\"") >= 0)
                .collect(Collectors.joining(","));
        return text.append("<Reference variables=\"")
                .append(used)
                .append("\"/>\n</scenario>\n")
                .toString();
    }

    ScenarioText label(String id) {
        text.append("<label id=\"").append(id).append("\"/>\n");
        return this;
    }

    ScenarioText jump(String label) {
        text.append("<nop next=\"").append(label).append("\"/>\n");
        return this;
    }

    ScenarioText actions(String... actions) {
        text.append("<nop><action>").append(String.join("", actions)).append("</action></nop>\n");
        return this;
    }

    ScenarioText pause(long millis) {
        text.append("<pause milliseconds=\"").append(millis).append("\"/>\n");
        return this;
    }

    /** Jumps if the field of the call's line is not 0. */
    ScenarioText jumpIf(String field, String label) {
        text.append("<nop next=\"")
                .append(label)
                .append("\" test=\"second\"><action>")
                .append(number("wait", field))
                .append(
                        "<test assign_to=\"second\" variable=\"wait\" compare=\"not_equal\" value=\"0\"/></action></nop>\n");
        return this;
    }

    /**
     * Waits until an instant.
     *
     * @param instant what SIPp makes a number of
     * @param id of the block, unique in the scenario
     */
    ScenarioText until(String instant, String id) {
        return until(number("wait", instant), id, null);
    }

    /** The same, and jumps if it has passed: what is due already is left out. */
    ScenarioText untilOrSkip(String instant, String id, String skip) {
        return until(number("wait", instant), id, skip);
    }

    /** Waits until the instant that falls to a call by its number: from 1 on, at an interval. */
    ScenarioText untilTurn(double firstMillis, double intervalMillis, String id) {
        String turn = number("wait", "[call_number]")
                + String.format(
                        Locale.ROOT,
                        "<multiply assign_to=\"wait\" value=\"%.6f\"/><add assign_to=\"wait\" value=\"%.6f\"/>",
                        intervalMillis,
                        firstMillis - intervalMillis);
        return until(turn, id, null);
    }

    /** After the pause nothing is done before what it waited for: each step of SIPp's takes up to a millisecond. */
    private ScenarioText until(String instant, String id, String skip) {
        text.append("<nop next=\"go-")
                .append(id)
                .append("\" test=\"due\"><action>")
                .append(instant);
        now();
        text.append("<subtract assign_to=\"wait\" variable=\"now\"/>")
                .append(
                        "<test assign_to=\"due\" variable=\"wait\" compare=\"less_than\" value=\"1\"/></action></nop>\n")
                .append("<pause variable=\"wait\"");
        if (skip == null) {
            text.append("/>\n");
            return label("go-" + id);
        }
        text.append(" next=\"send-").append(id).append("\"/>\n");
        label("go-" + id);
        text.append("<nop next=\"")
                .append(skip)
                .append(
                        "\" test=\"over\"><action><test assign_to=\"over\" variable=\"wait\" compare=\"less_than\" value=\"-20\"/>")
                .append("</action></nop>\n");
        return label("send-" + id);
    }

    /** Milliseconds since the second that instants count from. */
    private void now() {
        text.append("<gettimeofday assign_to=\"now,micros\"/><subtract assign_to=\"now\" value=\"")
                .append(epochSecond)
                .append("\"/><multiply assign_to=\"now\" value=\"1000\"/><divide assign_to=\"micros\" value=\"1000\"/>")
                .append("<add assign_to=\"now\" variable=\"micros\"/>");
    }

    /** Jumps once an instant has passed. */
    ScenarioText jumpAfter(String instant, String label) {
        text.append("<nop next=\"")
                .append(label)
                .append("\" test=\"still\"><action>")
                .append(number("wait", instant));
        now();
        text.append("<subtract assign_to=\"wait\" variable=\"now\"/>")
                .append(
                        "<test assign_to=\"still\" variable=\"wait\" compare=\"less_than\" value=\"0\"/></action></nop>\n");
        return this;
    }

    private static String number(String variable, String value) {
        return "<assignstr assign_to=\"text\" value=\"" + value + "\"/><todouble assign_to=\"" + variable
                + "\" variable=\"text\"/>";
    }

    /** @param cseq number of the request that it is about */
    ScenarioText note(NoteLine.Kind what, String cseq) {
        String headers = what == NoteLine.Kind.ANSWER
                ? "[last_CSeq:]|[last_To:]|"
                        + (settings.nodeHeader().isEmpty() ? "" : "[last_" + settings.nodeHeader() + ":]")
                        + "|[last_X-Ringdown-Counter:]|[last_X-Ringdown-Setups:]"
                : "CSeq:" + cseq + "||||";
        return actions("<log message=\"" + NoteLine.MARK + "|" + what + "|[call_id]|[timestamp]|" + headers + "\"/>");
    }

    /**
     * A request and its retransmissions.
     *
     * @param transaction its name in the scenario
     * @param silent where it leads that no retransmission was answered
     */
    ScenarioText send(String transaction, String message, String silent) {
        text.append("<send start_txn=\"").append(transaction).append('"');
        return retransmitted(message, silent);
    }

    private ScenarioText retransmitted(String message, String silent) {
        text.append(" retrans=\"")
                .append(settings.t1Millis())
                .append("\" ontimeout=\"")
                .append(silent)
                .append('"');
        return message(message);
    }

    /** A request that is sent once. */
    ScenarioText sendOnce(String transaction, String message) {
        text.append("<send start_txn=\"").append(transaction).append('"');
        return message(message);
    }

    /** A request of no transaction of its own, with its retransmissions. */
    ScenarioText sendWithin(String message, String silent) {
        text.append("<send");
        return retransmitted(message, silent);
    }

    /**
     * The ACK to a final response, which answers every further one too. SIPp 3.6.1 dies of a response that comes again to an INVITE whose ACK it does
     * not know.
     */
    ScenarioText acknowledge(String transaction, String message) {
        text.append("<send ack_txn=\"").append(transaction).append('"');
        return message(message);
    }

    private ScenarioText message(String message) {
        text.append("><![CDATA[\n").append(message).append("]]></send>\n");
        return this;
    }

    /**
     * Waits for the final response: 200 goes on at {@code ok-ID}, 481 and 408 at {@code gone-ID}, 491 at {@code pending-ID}, any other at
     * {@code refused-ID}. SIPp sends nothing further while a request that it retransmits is unanswered, whatever a timeout here would say.
     */
    ScenarioText answers(String transaction, String id) {
        optional(200, transaction, "ok-" + id, "");
        optional(100, transaction, null, "");
        return failures(transaction, id);
    }

    /** The same of a request that is sent once; none for so long goes on at {@code silent-ID}. */
    ScenarioText answersInTime(String transaction, String id, long timeoutMillis) {
        optional(200, transaction, "ok-" + id, silent(id, timeoutMillis));
        return failures(transaction, id);
    }

    /** The same of an INVITE; a 1xx goes on at {@code trying-ID}. */
    ScenarioText inviteAnswers(String transaction, String id) {
        optional(200, transaction, "ok-" + id, RECORD_ROUTES);
        optional(100, transaction, "trying-" + id, "");
        ringing(transaction, "trying-" + id);
        return failures(transaction, id);
    }

    /**
     * The same of an INVITE that had a 1xx, and is not sent again; none for so long goes on at {@code silent-ID}. SIPp forgets its timeout at each 1xx,
     * and so begins to wait anew.
     */
    ScenarioText finalAnswers(String transaction, String id, long timeoutMillis) {
        label("wait-" + id).optional(200, transaction, "ok-" + id, RECORD_ROUTES + silent(id, timeoutMillis));
        optional(100, transaction, "wait-" + id, "");
        ringing(transaction, "wait-" + id);
        return failures(transaction, id);
    }

    private static String silent(String id, long timeoutMillis) {
        return " timeout=\"" + timeoutMillis + "\" ontimeout=\"silent-" + id + "\"";
    }

    private ScenarioText failures(String transaction, String id) {
        for (int status : List.of(481, 408)) {
            optional(status, transaction, "gone-" + id, "");
        }
        optional(491, transaction, "pending-" + id, "");
        REFUSALS.forEach(status -> optional(status, transaction, "refused-" + id, ""));
        return never(transaction);
    }

    /**
     * Waits for what becomes of a cancelled INVITE: a 487 goes on at {@code cancelled-ID}, a 2xx that the CANCEL crossed at {@code ok-ID}, anything
     * else at {@code failed-ID}. The CANCEL's own responses have the same branch.
     */
    ScenarioText cancelled(String transaction, String id, long timeoutMillis) {
        label("cancelling-" + id);
        recv(487, transaction, "cancelled-" + id);
        text.append(" timeout=\"")
                .append(timeoutMillis)
                .append("\" ontimeout=\"failed-")
                .append(id)
                .append("\"/>\n");
        recv(200, transaction, "crossed-" + id);
        text.append(
                "><action><ereg regexp=\"INVITE\" search_in=\"hdr\" header=\"CSeq:\" assign_to=\"crossed\"/></action></recv>\n");
        for (int status : List.of(481, 408, 500, 503)) {
            optional(status, transaction, "failed-" + id, "");
        }
        never(transaction).label("crossed-" + id);
        text.append("<nop next=\"ok-").append(id).append("\" test=\"crossed\"/>\n");
        return jump("cancelling-" + id);
    }

    private ScenarioText never(String transaction) {
        text.append("<recv response=\"")
                .append(NEVER)
                .append("\" response_txn=\"")
                .append(transaction)
                .append("\"/>\n");
        return this;
    }

    private void optional(int status, String transaction, String next, String more) {
        recv(status, transaction, next);
        text.append(more).append("/>\n");
    }

    /** What came last is told to a scenario only after its own actions, so the tag is searched for. */
    private void ringing(String transaction, String next) {
        for (int status : List.of(180, 183)) {
            ringing(status, transaction, next);
        }
    }

    private void ringing(int status, String transaction, String next) {
        recv(status, transaction, next);
        text.append("><action><ereg regexp=\".*\" search_in=\"hdr\" header=\"To:\" assign_to=\"to\"/><log message=\"")
                .append(NoteLine.MARK)
                .append("|RINGING|[call_id]|[timestamp]|0|[$to]|||\"/></action></recv>\n");
    }

    private void recv(int status, String transaction, String next) {
        text.append("<recv response=\"")
                .append(status)
                .append("\" optional=\"true\" response_txn=\"")
                .append(transaction)
                .append('"')
                .append(next == null ? "" : " next=\"" + next + "\"");
    }

    static String lines(String... lines) {
        return Stream.of(lines).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n", "", "\n"));
    }
}
