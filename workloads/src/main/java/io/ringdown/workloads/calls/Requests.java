package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.sip.MessageText;
import java.util.function.LongUnaryOperator;

/** Writes what a caller sends: requests and ACKs. */
final class Requests {
    private static final String OWN_SDP =
            "v=0\r\no=caller 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    + "m=audio 9 RTP/AVP 0\r\na=inactive\r\n";

    private final String viaStart;
    private final String offer;
    private final String from;
    private final String contact;
    private final LongUnaryOperator toEpochMillis;
    /** What is being written; all is written on one thread. */
    private final MessageText text = new MessageText();
    /** Whether a callee is called, who is to know whose call it is. */
    private final boolean relayed;

    /**
     * For the caller at an address.
     *
     * @param host its {@code address:port}
     * @param via protocol and sent-by of its Via
     * @param contact its URI
     * @param sdp what it offers, or null
     * @param relayed whether a callee is called
     * @param toEpochMillis wall-clock milliseconds of an instant of the run
     */
    Requests(String host, String via, String contact, String sdp, boolean relayed, LongUnaryOperator toEpochMillis) {
        this.relayed = relayed;
        viaStart = " SIP/2.0\r\nVia: " + via + ";branch=";
        from = "<sip:caller@" + host + ">";
        this.contact = "\r\nContact: <" + contact + ">";
        String body = sdp == null ? OWN_SDP : MessageText.latin(sdp);
        offer = "Content-Type: application/sdp\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        this.toEpochMillis = toEpochMillis;
    }

    /** What an answer has that offers what this side's INVITEs do. */
    String offer() {
        return contact.substring(2) + "\r\n" + offer;
    }

    byte[] request(Attempt attempt) {
        start(attempt.method(), attempt.uri, attempt.dialog, attempt.branch, attempt.toTag, attempt.cseq);
        if (attempt.invite() || attempt.intent == Intent.UPDATE) {
            text.add(contact);
        }
        text.add("\r\n").add(attempt.headers);
        hold(attempt);
        if (relayed && attempt.intent == Intent.SETUP) {
            text.add(GeneratorSettings.CALL_HEADER)
                    .add(": ")
                    .add(attempt.dialog.callId)
                    .add("\r\n");
            operate(attempt.asked);
        }
        return text.add(attempt.invite() ? offer : Responses.NO_BODY).bytes();
    }

    /** The ACK to a 2xx, which has a branch of its own and goes to the dialog's target (section 13.2.2.4). */
    byte[] ack(Attempt invite, String toTag, String branch) {
        return ack(invite, invite.dialog.remoteTarget, toTag, branch);
    }

    /** The ACK to any other final response, which has its INVITE's branch and Request-URI (section 17.1.1.3). */
    byte[] ackOfRefusal(Attempt invite, String toTag) {
        return ack(invite, invite.uri, toTag, invite.branch);
    }

    private byte[] ack(Attempt invite, String uri, String toTag, String branch) {
        start("ACK", uri, invite.dialog, branch, toTag, invite.cseq);
        return text.add("\r\n").add(invite.credentials).add(Responses.NO_BODY).bytes();
    }

    private void hold(Attempt attempt) {
        boolean ringing = attempt.hold18x != Operation.NONE;
        boolean answer = attempt.holdFinal != Operation.NONE;
        if (!ringing && !answer) {
            return;
        }
        text.add(GeneratorSettings.HOLD_HEADER).add(": ");
        if (ringing) {
            text.add("18x=").add(toEpochMillis.applyAsLong(attempt.hold18x));
        }
        if (answer) {
            text.add(ringing ? ";" : "").add("final=").add(toEpochMillis.applyAsLong(attempt.holdFinal));
        }
        text.add("\r\n");
    }

    private void operate(Script.Asked asked) {
        if (asked == null) {
            return;
        }
        text.add(GeneratorSettings.OPERATE_HEADER).add(": info=").add(toEpochMillis.applyAsLong(asked.info()));
        text.add(";modify=").add(toEpochMillis.applyAsLong(asked.modify()));
        text.add(";bye=").add(toEpochMillis.applyAsLong(asked.bye())).add("\r\n");
    }

    private void start(String method, String uri, Dialog dialog, String branch, String toTag, int cseq) {
        text.clear().add(method).add(" ").add(uri).add(viaStart);
        text.add(branch).add("\r\nMax-Forwards: 70\r\n");
        for (int i = 0; i < dialog.routes.size(); i++) {
            text.add("Route: ").add(dialog.routes.get(i)).add("\r\n");
        }
        text.add("From: ").add(dialog.from == null ? from : dialog.from).add(";tag=");
        text.add(dialog.fromTag).add("\r\nTo: ");
        text.add(dialog.to == null ? "<sip:answer@ringdown.invalid>" : dialog.to);
        if (!toTag.isEmpty()) {
            text.add(";tag=").add(toTag);
        }
        text.add("\r\nCall-ID: ").add(dialog.callId);
        text.add("\r\nCSeq: ").add(cseq).add(" ").add(method);
    }
}
