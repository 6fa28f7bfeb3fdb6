package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.SipMessage;

/** How a relaying service writes on one side what it read on the other. */
sealed interface Translation permits B2bua, Proxy {
    /** Whether 2xx to INVITE and their ACKs are left to the two sides (RFC 3261 section 16.7 step 5), which also keep each other's CSeq. */
    boolean endToEnd();

    /** Begins a call. Nothing has been passed on yet. */
    RelayedCall begin(SipMessage invite);

    /** Which side of the call a request comes from. */
    boolean fromCaller(RelayedCall call, SipMessage request);

    /** Whether a request with a To tag is one of the call's dialog. */
    boolean belongs(RelayedCall call, boolean fromCaller, SipMessage request);

    /**
     * The request for the other side. The same request makes the same text each time, on any engine.
     *
     * @param vias the Via values that it came with, a line each
     */
    Outgoing passed(RelayedCall call, boolean fromCaller, SipMessage request, String vias, String branch);

    /** Notes what a response to INVITE, after 100, tells of the dialog. */
    void learn(RelayedCall call, Exchange exchange, SipMessage response);

    /** The response for the side that the request came from, without Vias. */
    String back(RelayedCall call, Exchange exchange, SipMessage response);

    /** A response of the engine's own to a request that has no final response, without Vias. */
    String own(RelayedCall call, Exchange exchange, int status);
}
