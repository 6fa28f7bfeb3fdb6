package io.ringdown.workloads.calls;

import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Wire;

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
    /** Transactions of which no record has been made yet. */
    int open;
    /** When it is forgotten, once it is over. */
    Wire.Timer forgetting;

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

    /** One of which is known only that it is over: whatever comes is refused, and recorded as its. */
    Leg(int number, String callId, int transactions) {
        this.number = number;
        this.callId = callId;
        this.transactions = transactions;
        tag = "";
        remoteTag = "";
        dialog = null;
        asked = Asked.NOTHING;
        accepted = true;
        confirmed = true;
        over = true;
    }

    /** Whether it is over, and nothing that goes on by itself needs it. */
    boolean settled() {
        return over && open == 0 && confirmed && unacknowledged == null && setUp != null && !asked.operates();
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
