package io.ringdown.record;

/** The state in which a call is meant to be when the fault strikes. */
public enum Phase {
    /** INVITE sent, no 100. */
    P0,
    /** 100 received, no 18x. */
    P1,
    /** Ringing. */
    P2,
    /** 200 sent, no ACK. */
    P3,
    /** Established and idle. */
    P4,
    /** Established and fresh: an INFO acknowledged in the last 500 ms (at T1 = 500 ms). */
    P4F,
    /** A re-INVITE or INFO is open. */
    P5,
    /** A BYE is open. */
    P6,
    /** A CANCEL or PRACK is open. */
    P7,
    /** Not part of the stratified population: set-up probes and detection probes. */
    NONE
}
