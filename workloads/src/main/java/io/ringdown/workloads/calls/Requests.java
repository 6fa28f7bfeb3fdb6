package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import java.util.function.LongUnaryOperator;

/** Writes what a caller sends: requests and ACKs. */
final class Requests {
    private static final String OWN_SDP =
            "v=0\r\no=caller 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    + "m=audio 9 RTP/AVP 0\r\na=inactive\r\n";
    private static final int TYPICAL_LENGTH = 640;

    private final String viaStart;
    private final String offer;
    private final String from;
    private final String contact;
    private final LongUnaryOperator toEpochMillis;
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
        String body = sdp == null ? OWN_SDP : sdp;
        offer = "Content-Type: application/sdp\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        this.toEpochMillis = toEpochMillis;
    }

    /** What an answer has that offers what this side's INVITEs do. */
    String offer() {
        return contact.substring(2) + "\r\n" + offer;
    }

    byte[] request(Attempt attempt) {
        StringBuilder text = start(attempt.method(), attempt.dialog, attempt.branch, attempt.toTag, attempt.cseq);
        if (attempt.invite() || attempt.intent == Intent.UPDATE) {
            text.append(contact);
        }
        text.append("\r\n").append(attempt.headers);
        hold(text, attempt);
        if (relayed && attempt.intent == Intent.SETUP) {
            text.append(GeneratorSettings.CALL_HEADER)
                    .append(": ")
                    .append(attempt.dialog.callId)
                    .append("\r\n");
            operate(text, attempt.asked);
        }
        return bytes(text.append(attempt.invite() ? offer : Responses.NO_BODY));
    }

    /** The ACK to a 2xx has a branch of its own; the ACK to any other final response has its INVITE's (section 17.1.1.3). */
    byte[] ack(Attempt invite, String toTag, String branch) {
        StringBuilder text = start("ACK", invite.dialog, branch, toTag, invite.cseq);
        return bytes(text.append("\r\n").append(invite.credentials).append(Responses.NO_BODY));
    }

    private void hold(StringBuilder text, Attempt attempt) {
        boolean ringing = attempt.hold18x != Operation.NONE;
        boolean answer = attempt.holdFinal != Operation.NONE;
        if (!ringing && !answer) {
            return;
        }
        text.append(GeneratorSettings.HOLD_HEADER).append(": ");
        if (ringing) {
            text.append("18x=").append(toEpochMillis.applyAsLong(attempt.hold18x));
        }
        if (answer) {
            text.append(ringing ? ";" : "").append("final=").append(toEpochMillis.applyAsLong(attempt.holdFinal));
        }
        text.append("\r\n");
    }

    private void operate(StringBuilder text, Script.Asked asked) {
        if (asked == null) {
            return;
        }
        text.append(GeneratorSettings.OPERATE_HEADER).append(": info=").append(toEpochMillis.applyAsLong(asked.info()));
        text.append(";modify=").append(toEpochMillis.applyAsLong(asked.modify()));
        text.append(";bye=").append(toEpochMillis.applyAsLong(asked.bye())).append("\r\n");
    }

    private StringBuilder start(String method, Dialog dialog, String branch, String toTag, int cseq) {
        var text = new StringBuilder(TYPICAL_LENGTH);
        text.append(method).append(' ').append(dialog.remoteTarget).append(viaStart);
        text.append(branch).append("\r\nMax-Forwards: 70\r\n");
        for (int i = 0; i < dialog.routes.size(); i++) {
            text.append("Route: ").append(dialog.routes.get(i)).append("\r\n");
        }
        text.append("From: ").append(dialog.from == null ? from : dialog.from).append(";tag=");
        text.append(dialog.fromTag).append("\r\nTo: ");
        text.append(dialog.to == null ? "<sip:answer@ringdown.invalid>" : dialog.to);
        if (!toTag.isEmpty()) {
            text.append(";tag=").append(toTag);
        }
        text.append("\r\nCall-ID: ").append(dialog.callId);
        return text.append("\r\nCSeq: ").append(cseq).append(' ').append(method);
    }

    private static byte[] bytes(StringBuilder text) {
        return text.toString().getBytes(ISO_8859_1);
    }
}
