package io.ringdown.workloads.calls;

import io.ringdown.workloads.sip.Message;

/** The callee's side of a call (RFC 3261 section 12), from its INVITE on. */
final class Leg {
    /** Number of its record. */
    final int number;

    final String callId;
    final String tag;
    final String remoteTag;
    /** What it sends of its own; null if its far side names no address that could be sent to. */
    final Dialog dialog;

    final Asked asked;
    /** The set-up. */
    ServerTransaction setUp;
    /** The INVITE whose 2xx has no ACK yet, or null. */
    ServerTransaction unacknowledged;

    int remoteCseq;
    int informed;
    int transactions;
    boolean accepted;
    boolean confirmed;
    boolean over;

    Leg(int number, String tag, Message invite, Dialog dialog, Asked asked) {
        this.number = number;
        this.tag = tag;
        this.dialog = dialog;
        this.asked = asked;
        callId = invite.callId();
        remoteTag = invite.fromTag();
        remoteCseq = invite.cseq();
    }

    /** Whether a request inside a dialog is of this one: nobody who was born again gets by with another tag. */
    boolean has(Message request) {
        return tag.equals(request.toTag()) && remoteTag.equals(request.fromTag());
    }

    /** Whether the set-up waits for its final response. */
    boolean early() {
        return !accepted && !over;
    }
}
