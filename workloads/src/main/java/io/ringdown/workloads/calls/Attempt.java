package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/** One client transaction under way: what it sends, and what it has seen. */
final class Attempt {
    /** Called once, when the attempt has ended. */
    interface Ended {
        void with(Attempt attempt);
    }

    final Dialog dialog;
    final Intent intent;
    final int intentIndex;
    final AttemptKind kind;
    final int cseq;
    final long intended;
    final long hold18x;
    final long holdFinal;
    String branch;
    byte[] request;
    /** The INVITE's ACK, once there is one. */
    byte[] ack;

    Ended ended;
    Runnable provisional;
    boolean retransmits = true;
    /** A script that holds its ACK sends it itself. */
    boolean holdsAck;

    long sent = Operation.NONE;
    long trying = Operation.NONE;
    long ringing = Operation.NONE;
    long end = Operation.NONE;
    long acked = Operation.NONE;
    Outcome outcome = Outcome.INDETERMINATE;
    int status;
    int retransmissions;
    String node = "";
    long counter = -1;
    int setups = -1;
    boolean recorded;

    Attempt(
            Dialog dialog,
            Intent intent,
            int intentIndex,
            AttemptKind kind,
            int cseq,
            long intended,
            long hold18x,
            long holdFinal) {
        this.dialog = dialog;
        this.intent = intent;
        this.intentIndex = intentIndex;
        this.kind = kind;
        this.cseq = cseq;
        this.intended = intended;
        this.hold18x = hold18x;
        this.holdFinal = holdFinal;
    }

    boolean invite() {
        return intent == Intent.SETUP || intent == Intent.MODIFY;
    }

    boolean over() {
        return end != Operation.NONE;
    }

    boolean answeredProvisionally() {
        return trying != Operation.NONE || ringing != Operation.NONE;
    }

    /** When the answer is due if nothing goes wrong. */
    long due() {
        return Math.max(intended, Math.max(hold18x, holdFinal));
    }

    Operation operation() {
        return new Operation(
                dialog.call,
                intent,
                intentIndex,
                kind,
                cseq,
                intended,
                sent,
                trying,
                ringing,
                end,
                acked,
                hold18x,
                holdFinal,
                outcome,
                status,
                retransmissions,
                node,
                counter,
                setups);
    }
}
