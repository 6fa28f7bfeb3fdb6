package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.util.List;

/** A server transaction (RFC 3261 section 17.2): what is needed to answer, to answer again, and to know when to stop. */
final class Transaction extends Committing {
    /** An instant that is not set. */
    static final long NEVER = Long.MAX_VALUE;

    final String method;
    final int cseq;
    final String branch;
    /** Whether the request carried an offer, so that its 2xx carries an answer. */
    final boolean offer;

    final long hold18x;
    final long holdFinal;

    /** All Via values of the request as it came last, topmost first, a line each. */
    String vias;

    /** Last status decided on; 0: none yet. */
    int status;
    /** Seconds of the session timer that the request asked for (RFC 4028), or 0. */
    int sessionExpires;

    /** Value of the service's counter in the final response, or -1. */
    long counter = -1;
    /** Until when a final response to INVITE is retransmitted, then until when a completed transaction is kept. */
    long expires = NEVER;
    /** Whether a final response to INVITE still lacks its ACK. */
    boolean awaitsAck;

    // Not stored: a new owner starts over.
    long nextRetransmission = NEVER;
    long interval;

    Transaction(String method, int cseq, String branch, String vias, boolean offer, long hold18x, long holdFinal) {
        this.method = method;
        this.cseq = cseq;
        this.branch = branch;
        this.vias = vias;
        this.offer = offer;
        this.hold18x = hold18x;
        this.holdFinal = holdFinal;
    }

    /**
     * The transaction that a request begins.
     *
     * @param vias its Via values
     */
    static Transaction of(SipMessage request, List<Via> vias, Hold hold) {
        boolean invite = request.method().equals("INVITE");
        boolean offer = invite && !request.body().isEmpty();
        var begun = new Transaction(
                request.method(),
                request.cseq(),
                branch(request),
                Answers.joined(vias),
                offer,
                hold.ring(),
                hold.answer());
        begun.sessionExpires = invite || request.method().equals("UPDATE") ? sessionExpires(request) : 0;
        return begun;
    }

    /** What a caller with a session timer asks for; it is to refresh the session itself (RFC 4028 section 9). */
    private static int sessionExpires(SipMessage request) {
        String value = request.header("Session-Expires");
        String seconds = value == null ? "" : value.split(";", 2)[0].trim();
        return seconds.matches("\\d{1,9}") ? Integer.parseInt(seconds) : 0;
    }

    /** What tells a request's transaction from the call's others; for a client of RFC 2543 its number (RFC 3261 section 17.2.3). */
    static String branch(SipMessage request) {
        Via top = request.vias().get(0);
        return top.unique() ? top.branch() : top.branch() + "-" + request.cseq();
    }

    boolean invite() {
        return method.equals("INVITE");
    }

    boolean answered() {
        return status >= 200;
    }

    /** Whether somebody must act without being asked. */
    boolean pending() {
        return !answered() || awaitsAck;
    }

    Via topVia() {
        int end = vias.indexOf('\n');
        return Via.parse(end < 0 ? vias : vias.substring(0, end));
    }
}
