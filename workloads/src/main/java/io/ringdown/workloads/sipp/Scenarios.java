package io.ringdown.workloads.sipp;

import static io.ringdown.workloads.sipp.ScenarioText.lines;

import io.ringdown.record.Phase;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.sipp.NoteLine.Kind;

/**
 * The standard workload as scenarios for SIPp: what a user does is what the built-in generator's does, as far as SIPp can. A call of the population
 * reads its instants from its line of an injection file; a probe's follow from its number.
 */
final class Scenarios {
    // Fields of a call's line, in order.
    static final String SET_UP = "[field0]";
    static final String RELEASE = "[field1]";
    static final String OPERATE = "[field2]";
    static final String BYE = "[field3]";
    static final String MODIFY = "[field4]";
    static final String REDIAL_UNTIL = "[field5]";
    static final String RELEASE_EPOCH = "[field6]";
    static final int FIRST_INFO_FIELD = 7;

    /** A 1xx is no answer: so long after an answer was due a user gives up. */
    private static final double PATIENCE_SECONDS = 4;
    /** A held answer may take so long longer. */
    private static final double LONGEST_HOLD_SECONDS = 20;

    /** What is sent once only is waited for as long as the criteria allow an answer. */
    private static final double PROBE_SECONDS = 2;

    private static final double REDIAL_SECONDS = 1;
    private static final double PENDING_SECONDS = 3;
    private static final String SDP = lines(
            "v=0",
            "o=caller 0 0 IN IP4 127.0.0.1",
            "s=-",
            "c=IN IP4 127.0.0.1",
            "t=0 0",
            "m=audio 9 RTP/AVP 0",
            "a=inactive");
    private static final String OFFER = "Content-Type: application/sdp\nContent-Length: [len]\n\n" + SDP;
    private static final String NO_BODY = "Content-Length: 0\n\n";
    private static final String HOLD_ANSWER = "X-Ringdown-Hold: final=" + RELEASE_EPOCH + "\n";
    private static final String HOLD_RINGING =
            "X-Ringdown-Hold: 18x=" + RELEASE_EPOCH + ";final=" + RELEASE_EPOCH + "\n";

    private static final String SET_UPS = "s";

    private final SippSettings settings;
    private final long epochSecond;
    private final int service;
    private final boolean retargets;

    /**
     * @param epochSecond the second since 1970 that instants count from
     * @param service which of the service addresses the calls go to
     * @param retargets whether a request that nobody answers is repeated to another address
     */
    Scenarios(SippSettings settings, long epochSecond, int service, boolean retargets) {
        this.settings = settings;
        this.epochSecond = epochSecond;
        this.service = service;
        this.retargets = retargets;
    }

    private ScenarioText scenario(String name) {
        return new ScenarioText(name, epochSecond, settings);
    }

    /** OPTIONS that are sent once each. */
    String detectionProbes(double firstMillis, double intervalMillis) {
        return scenario("detection probes")
                .untilTurn(firstMillis, intervalMillis, "send")
                .sendOnce("probe", options())
                .answersInTime("probe", "probe", settings.scaledMillis(PROBE_SECONDS))
                .label("silent-probe")
                .note(Kind.SILENCE, "1")
                .jump("end")
                .label("ok-probe")
                .label("gone-probe")
                .label("pending-probe")
                .label("refused-probe")
                .note(Kind.ANSWER, "")
                .label("end")
                .end();
    }

    /** Short calls. */
    String setUpProbes(double firstMillis, double intervalMillis) {
        ScenarioText text = scenario("set-up probes").untilTurn(firstMillis, intervalMillis, "s");
        invite(text, "s", leg("1", ""), "", false);
        text.label("ok-s").note(Kind.ANSWER, "").acknowledge(SET_UPS, ack(leg("1", "")));
        release(text, Steps.RELEASE, "");
        text.label("failed-s");
        return text.label("end").end();
    }

    /** A call of the population, planned for a phase. */
    String population(Phase phase) {
        ScenarioText text = scenario(phase.name()).until(SET_UP, "s");
        boolean held = phase == Phase.P1 || phase == Phase.P2;
        String hold = phase == Phase.P1 ? HOLD_RINGING : held ? HOLD_ANSWER : "";
        invite(text, "s", leg("1", ""), hold, held);
        text.label("failed-s");
        redials(text);
        text.label("ok-s").note(Kind.ANSWER, "");
        if (phase == Phase.P3) {
            text.until(RELEASE, "ack");
        }
        text.acknowledge(SET_UPS, ack(leg("1", "")));
        if (phase == Phase.P5) {
            operations(text);
        } else if (phase == Phase.P6) {
            text.untilOrSkip(OPERATE, "held-bye", "established");
            release(text, Steps.HELD_RELEASE, HOLD_ANSWER);
        } else if (phase == Phase.P4 || phase == Phase.P4F) {
            infos(text, phase == Phase.P4 ? Steps.MOST_INFOS : Steps.FRESH_INFOS);
        }
        text.label("established").until(BYE, "bye").label("hang-up");
        release(text, Steps.RELEASE, "");
        return text.label("end").end();
    }

    private void infos(ScenarioText text, int most) {
        for (int i = 0; i < most; i++) {
            String next = "after-info-" + i;
            text.untilOrSkip("[field" + (FIRST_INFO_FIELD + i) + "]", "i" + i, next);
            operation(text, "INFO", "i" + i, Steps.info(i), "", next);
            text.label(next);
        }
    }

    private void operations(ScenarioText text) {
        text.untilOrSkip(OPERATE, "operate", "established").jumpIf(MODIFY, "modify");
        operation(text, "INFO", "o", Steps.OPERATION, HOLD_ANSWER, "established");
        text.label("modify");
        operation(text, "INVITE", "m", Steps.OPERATION, HOLD_ANSWER, "established");
    }

    /** One thing inside the dialog, repeated when it is refused; then, or when the dialog is gone, the user hangs up. */
    private void operation(ScenarioText text, String method, String name, int step, String hold, String then) {
        boolean invite = method.equals("INVITE");
        for (int attempt = 0; attempt < Steps.ATTEMPTS; attempt++) {
            String id = name + (char) ('a' + attempt);
            boolean last = attempt + 1 == Steps.ATTEMPTS;
            String next = last ? "hang-up" : "again-" + name + (char) ('b' + attempt);
            Leg leg = new Leg(Integer.toString(step + attempt), "");
            text.label("again-" + id).send(id, request(method, leg, hold), "silent-" + id);
            if (invite) {
                text.inviteAnswers(id, id).label("trying-" + id).finalAnswers(id, id, patience(true));
            } else {
                text.answers(id, id);
            }
            silence(text, id, leg, last, next, "hang-up");
            refusals(text, id, leg, next, invite);
            text.label("ok-" + id).note(Kind.ANSWER, "");
            if (invite) {
                text.acknowledge(id, ack(leg));
            }
            text.jump(then);
        }
    }

    /** No answer: where there is another address to turn to, the request is repeated there; else the dialog is gone. */
    private void silence(ScenarioText text, String id, Leg leg, boolean last, String again, String gone) {
        text.label("silent-" + id);
        if (retargets && !last) {
            text.note(Kind.GIVEN_UP, leg.cseq());
            retarget(text);
            text.jump(again);
        } else {
            text.note(Kind.SILENCE, leg.cseq()).jump(gone);
        }
    }

    private void retarget(ScenarioText text) {
        var other = settings.services().get((service + 1) % settings.services().size());
        text.actions("<setdest host=\"" + other.getAddress().getHostAddress() + "\" port=\"" + other.getPort()
                + "\" protocol=\"[transport]\"/>");
    }

    private void refusals(ScenarioText text, String id, Leg leg, String next, boolean invite) {
        text.label("gone-" + id).note(Kind.ANSWER, "");
        if (invite) {
            text.acknowledge(id, refusedAck(leg));
        }
        text.jump("hang-up");
        text.label("pending-" + id).note(Kind.ANSWER, "");
        if (invite) {
            text.acknowledge(id, refusedAck(leg));
        }
        text.pause(settings.scaledMillis(PENDING_SECONDS)).jump(next);
        text.label("refused-" + id).note(Kind.ANSWER, "");
        if (invite) {
            text.acknowledge(id, refusedAck(leg));
        }
        text.pause(settings.scaledMillis(REDIAL_SECONDS)).jump(next);
    }

    /**
     * A set-up, up to its failure at {@code failed-ID}; its success goes on at {@code ok-ID}. All set-ups of a call are one transaction to SIPp: so
     * what still comes to an earlier one is passed over.
     */
    private void invite(ScenarioText text, String id, Leg leg, String hold, boolean held) {
        text.send(SET_UPS, setUp(leg, hold), "silent-" + id).inviteAnswers(SET_UPS, id);
        // Timer A ends with a 1xx, and Timer B with it.
        text.label("silent-" + id).note(Kind.SILENCE, leg.cseq()).jump("failed-" + id);
        String waiting = id + "w";
        text.label("trying-" + id).finalAnswers(SET_UPS, waiting, patience(held));
        text.label("ok-" + waiting).jump("ok-" + id);
        text.label("silent-" + waiting).note(Kind.GIVEN_UP, leg.cseq());
        text.sendWithin(cancel(leg), "failed-" + id);
        text.cancelled(SET_UPS, id, settings.scaledMillis(PATIENCE_SECONDS));
        for (String refusal : new String[] {"gone-", "pending-", "refused-"}) {
            text.label(refusal + id).label(refusal + waiting);
        }
        text.label("cancelled-" + id).note(Kind.ANSWER, "").acknowledge(SET_UPS, refusedAck(leg));
        text.jump("failed-" + id);
    }

    private void redials(ScenarioText text) {
        Leg leg = new Leg("[cseq]", "[$redials]///");
        text.actions("<assign assign_to=\"redials\" value=\"0\"/>");
        text.label("redial").jumpAfter(REDIAL_UNTIL, "end").actions("<add assign_to=\"redials\" value=\"1\"/>");
        if (settings.services().size() > 1) {
            retarget(text);
        }
        invite(text, "d", leg, "", false);
        text.label("failed-d").pause(settings.scaledMillis(REDIAL_SECONDS)).jump("redial");
        text.label("ok-d").note(Kind.ANSWER, "").acknowledge(SET_UPS, ack(leg));
        text.until(BYE, "redial-bye");
        release(text, "dr-", 0, 1, leg, "");
    }

    /** Hangs up, and again when that is refused; the call is over then. */
    private void release(ScenarioText text, int step, String hold) {
        for (int attempt = 0; attempt < Steps.ATTEMPTS; attempt++) {
            Leg leg = leg(Integer.toString(step + attempt), "");
            release(text, "r" + step + "-", attempt, Steps.ATTEMPTS, leg, hold);
        }
    }

    private void release(ScenarioText text, String name, int attempt, int attempts, Leg leg, String hold) {
        String id = name + attempt;
        boolean last = attempt + 1 == attempts;
        String next = last ? "end" : name + (attempt + 1);
        text.label(id).send(id, request("BYE", leg, hold), "silent-" + id).answers(id, id);
        silence(text, id, leg, last, next, "end");
        text.label("pending-" + id).label("refused-" + id).note(Kind.ANSWER, "");
        text.pause(settings.scaledMillis(REDIAL_SECONDS)).jump(next);
        text.label("ok-" + id).label("gone-" + id).note(Kind.ANSWER, "").jump("end");
    }

    private long patience(boolean held) {
        return settings.scaledMillis(PATIENCE_SECONDS + (held ? LONGEST_HOLD_SECONDS : 0));
    }

    /**
     * Where in a call a request belongs.
     *
     * @param cseq its number, or SIPp's word for its own count
     * @param prefix of the Call-ID; SIPp takes off what ends with three slashes to find its call
     */
    private record Leg(String cseq, String prefix) {}

    private static Leg leg(String cseq, String prefix) {
        return new Leg(cseq, prefix);
    }

    private String head(String method, String uri, Leg leg, String cseqMethod, boolean tagged) {
        return lines(
                method + " " + uri + " SIP/2.0",
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK" + "[pid]-[call_number]-" + leg.cseq()
                        + (method.equals("ACK") && tagged ? "-ack" : ""),
                "Max-Forwards: 70",
                tagged ? "[routes]" : "",
                "From: <sip:caller@[local_ip]:[local_port]>;tag=[pid]c[call_number]",
                "To: <sip:answer@ringdown.invalid>" + (tagged || method.equals("ACK") ? "[peer_tag_param]" : ""),
                "Call-ID: " + leg.prefix() + "[call_id]",
                "CSeq: " + leg.cseq() + " " + cseqMethod,
                method.equals("INVITE") ? "Contact: <sip:caller@[local_ip]:[local_port]>" : "");
    }

    private static final String TO_SERVICE = "sip:answer@[remote_ip]:[remote_port]";

    private String setUp(Leg leg, String hold) {
        boolean relayed = settings.workload().callee() != null;
        String whose = relayed ? GeneratorSettings.CALL_HEADER + ": " + leg.prefix() + "[call_id]\n" : "";
        return head("INVITE", TO_SERVICE, leg, "INVITE", false) + hold + whose + OFFER;
    }

    private String request(String method, Leg leg, String hold) {
        return head(method, "[next_url]", leg, method, true) + hold + (method.equals("INVITE") ? OFFER : NO_BODY);
    }

    private String ack(Leg leg) {
        return head("ACK", "[next_url]", leg, "ACK", true) + NO_BODY;
    }

    /** The ACK to a refusal belongs to its INVITE's transaction (RFC 3261 section 17.1.1.3). */
    private String refusedAck(Leg leg) {
        return head("ACK", TO_SERVICE, leg, "ACK", false) + NO_BODY;
    }

    private String cancel(Leg leg) {
        return head("CANCEL", TO_SERVICE, leg, "CANCEL", false) + NO_BODY;
    }

    private String options() {
        return head("OPTIONS", TO_SERVICE, leg("1", ""), "OPTIONS", false) + NO_BODY;
    }
}
