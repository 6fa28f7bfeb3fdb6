package io.ringdown.workloads.sipp;

import static io.ringdown.workloads.sipp.ScenarioText.lines;

/**
 * A callee for clusters that relay: accepts calls, keeps the holds that the caller asks for, counts INFOs, and answers nothing that does not
 * continue a dialog of its own. A restarted SIPp would take a re-INVITE for a new call and so feign that the call survived.
 */
final class CalleeScenario {
    private static final String SDP = lines(
            "v=0",
            "o=callee 0 0 IN IP4 127.0.0.1",
            "s=-",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            "m=audio 9 RTP/AVP 0",
            "a=inactive");
    private static final String OFFER = "Content-Type: application/sdp\nContent-Length: [len]\n\n" + SDP;
    private static final String NO_BODY = "Content-Length: 0\n\n";
    private static final String OWN_TAG = "[pid]c[call_number]";
    private static final String CONTACT = "Contact: <sip:callee@[local_ip]:[local_port]>";
    private static final String COUNTER = "X-Ringdown-Counter: [$count]";

    private static final String VARIABLES = "all,tag,own,differs,alien,number,last,old,ring,answer,wait,now,micros,"
            + "due,held,counter,count,text,tagged";

    private final StringBuilder text = new StringBuilder(16 * 1024);
    private final long t1Millis;

    private CalleeScenario(long t1Millis) {
        this.t1Millis = t1Millis;
    }

    /** @param t1Millis timer T1, by which a 2xx to INVITE is sent again */
    static String text(long t1Millis) {
        return new CalleeScenario(t1Millis).write();
    }

    private String write() {
        text.append("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"callee\">\n");
        text.append("<recv request=\"INVITE\"><action>").append(holds()).append(find("tag=([^;]*)", "To:", "tagged"));
        text.append(number()).append("<assign assign_to=\"last\" variable=\"number\"/>");
        text.append("<assign assign_to=\"counter\" value=\"0\"/><assignstr assign_to=\"count\" value=\"0\"/>");
        text.append("<assignstr assign_to=\"own\" value=\"" + OWN_TAG + "\"/></action></recv>\n");
        jumpIf("tagged", "reborn");
        respond("100 Trying", "", NO_BODY, false);
        pauseUntil("ring", "ring");
        respond("180 Ringing", OWN_TAG, CONTACT + "\n" + NO_BODY, true);
        pauseUntil("answer", "answer");
        accept("set-up", OWN_TAG, "X-Ringdown-Setups: 1\n");
        idle();
        operations();
        reborn();
        return text.append("<Reference variables=\"")
                .append(VARIABLES)
                .append("\"/>\n</scenario>\n")
                .toString();
    }

    /** A 2xx to INVITE is sent again until its ACK comes, after T1, 2 T1, and so on up to T2 (RFC 3261 section 13.3.1.4). */
    private void accept(String id, String tag, String more) {
        long wait = t1Millis;
        int place = 0;
        for (; wait < 8 * t1Millis; wait *= 2, place++) {
            answerAndWait(id, place, tag, more, wait, id + "-" + (place + 1));
        }
        answerAndWait(id, place, tag, more, wait, id + "-" + place);
        label("acknowledged-" + id);
    }

    private void answerAndWait(String id, int place, String tag, String more, long wait, String then) {
        label(id + "-" + place);
        respond("200 OK", tag, CONTACT + "\n" + more + OFFER, true);
        text.append("<recv request=\"ACK\" next=\"acknowledged-")
                .append(id)
                .append("\" timeout=\"")
                .append(wait);
        text.append("\" ontimeout=\"").append(then).append("\"/>\n");
    }

    private void idle() {
        label("idle");
        for (String method : new String[] {"INFO", "INVITE", "OPTIONS", "ACK"}) {
            text.append("<recv request=\"").append(method).append("\" optional=\"true\"");
            text.append(
                    method.equals("ACK")
                            ? "/>\n"
                            : " next=\"" + method + "\"><action>" + within() + "</action></recv>\n");
        }
        text.append("<recv request=\"BYE\"><action>").append(within()).append("</action></recv>\n");
        label("BYE");
        continuity("BYE");
        pauseUntil("answer", "BYE");
        respond("200 OK", "", COUNTER + "\n" + NO_BODY, false, "end");
    }

    private void operations() {
        label("INFO");
        continuity("INFO");
        pauseUntil("answer", "INFO");
        actions("<add assign_to=\"counter\" value=\"1\"/><assignstr assign_to=\"text\" value=\"[$counter]\"/>"
                + "<ereg regexp=\"[0-9]+\" search_in=\"var\" variable=\"text\" assign_to=\"count\"/>");
        respond("200 OK", "", COUNTER + "\n" + NO_BODY, false, "idle");
        label("OPTIONS");
        continuity("OPTIONS");
        respond("200 OK", "", NO_BODY, false, "idle");
        label("INVITE");
        continuity("INVITE");
        respond("100 Trying", "", NO_BODY, false);
        pauseUntil("answer", "INVITE");
        accept("modify", "", "");
        jump("idle");
    }

    private void reborn() {
        label("broken");
        respond("481 Call/Transaction Does Not Exist", "", NO_BODY, false, "idle");
        label("reborn");
        respond("481 Call/Transaction Does Not Exist", "", NO_BODY, false);
        text.append("<recv request=\"ACK\" timeout=\"").append(64 * t1Millis).append("\" ontimeout=\"end\"/>\n");
        label("end");
        // What comes again gets the last response again.
        text.append("<timewait milliseconds=\"").append(64 * t1Millis).append("\"/>\n");
    }

    /** What is inside a dialog bears its tag, and a higher CSeq than what came before. */
    private void continuity(String method) {
        jumpIf("alien", "broken");
        jumpIf("old", "broken");
        actions("<assign assign_to=\"last\" variable=\"number\"/>");
    }

    private String within() {
        return holds() + find("tag=([^;]*)", "To:", "all,tag")
                + "<strcmp assign_to=\"differs\" variable=\"tag\" variable2=\"own\"/>"
                + "<test assign_to=\"alien\" variable=\"differs\" compare=\"not_equal\" value=\"0\"/>" + number()
                + "<assign assign_to=\"due\" variable=\"number\"/><subtract assign_to=\"due\" variable=\"last\"/>"
                + "<test assign_to=\"old\" variable=\"due\" compare=\"less_than\" value=\"1\"/>";
    }

    private static String number() {
        return find("[0-9]+", "CSeq:", "text") + "<todouble assign_to=\"number\" variable=\"text\"/>";
    }

    private static String holds() {
        return "<assignstr assign_to=\"ring\" value=\"0\"/><assignstr assign_to=\"answer\" value=\"0\"/>"
                + find("18x=([0-9]+)", "X-Ringdown-Hold:", "all,ring")
                + find("final=([0-9]+)", "X-Ringdown-Hold:", "all,answer");
    }

    private static String find(String expression, String header, String variables) {
        return "<ereg regexp=\"" + expression + "\" search_in=\"hdr\" header=\"" + header + "\" assign_to=\""
                + variables + "\"/>";
    }

    /** Milliseconds since 1970 in a variable, or 0: at once. */
    private void pauseUntil(String variable, String id) {
        text.append("<nop next=\"hold-").append(id).append("\" test=\"held\"><action>");
        text.append("<todouble assign_to=\"wait\" variable=\"").append(variable).append("\"/>");
        text.append("<gettimeofday assign_to=\"now,micros\"/><multiply assign_to=\"now\" value=\"1000\"/>");
        text.append("<divide assign_to=\"micros\" value=\"1000\"/><add assign_to=\"now\" variable=\"micros\"/>");
        text.append("<subtract assign_to=\"wait\" variable=\"now\"/>");
        text.append("<test assign_to=\"held\" variable=\"wait\" compare=\"greater_than\" value=\"1\"/>"
                // Its clock and its pauses are whole milliseconds, each cut off.
                + "<add assign_to=\"wait\" value=\"2\"/></action></nop>\n");
        jump("go-" + id);
        label("hold-" + id);
        text.append("<pause variable=\"wait\"/>\n");
        label("go-" + id);
    }

    private void respond(String status, String tag, String rest, boolean routes) {
        respond(status, tag, rest, routes, "");
    }

    /** @param next where to go on: a step of its own would take a millisecond, in which SIPp takes a request for unexpected */
    private void respond(String status, String tag, String rest, boolean routes, String next) {
        text.append(next.isEmpty() ? "<send>" : "<send next=\"" + next + "\">")
                .append("<![CDATA[\n")
                .append(lines(
                        "SIP/2.0 " + status,
                        "[last_Via:]",
                        "[last_From:]",
                        "[last_To:]" + (tag.isEmpty() ? "" : ";tag=" + tag),
                        "[last_Call-ID:]",
                        "[last_CSeq:]",
                        routes ? "[last_Record-Route:]" : ""))
                .append(rest)
                .append("]]></send>\n");
    }

    private void actions(String actions) {
        text.append("<nop><action>").append(actions).append("</action></nop>\n");
    }

    private void label(String id) {
        text.append("<label id=\"").append(id).append("\"/>\n");
    }

    private void jump(String label) {
        text.append("<nop next=\"").append(label).append("\"/>\n");
    }

    private void jumpIf(String test, String label) {
        text.append("<nop next=\"")
                .append(label)
                .append("\" test=\"")
                .append(test)
                .append("\"/>\n");
    }
}
