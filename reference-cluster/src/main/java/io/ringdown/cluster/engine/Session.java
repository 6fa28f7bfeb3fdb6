package io.ringdown.cluster.engine;

import java.util.ArrayList;
import java.util.List;

/** One call as its engine holds it: dialog, application state and transactions. */
final class Session {
    /** Stage of the dialog. */
    enum State {
        PROCEEDING,
        EARLY,
        ACCEPTED,
        CONFIRMED,
        TERMINATED
    }

    final String callId;
    /** From of the set-up, and To with this side's tag, as they stand in every response. */
    final String from;

    final String to;
    /** Record-Route values of the set-up, a line each: its 18x and 2xx repeat them (RFC 3261 section 12.1.1). */
    final String recordRoutes;

    State state = State.PROCEEDING;
    long version;
    /** Highest CSeq of the far side (RFC 3261 section 12.2.2). */
    int remoteCseq;
    /** The `answer` service's count of INFOs, the CSeq of the last one counted, and set-ups accepted. */
    long counter;

    int lastInfoCseq;
    int setups = 1;
    final List<Transaction> transactions = new ArrayList<>(2);
    /** What else the service keeps, in fields. */
    final List<byte[]> application = new ArrayList<>(0);

    // Not stored.
    boolean takenOver;
    /** How many changes are on their way to the stores. */
    int storing;

    long armedAt = Transaction.NEVER;

    Session(String callId, String from, String to, String recordRoutes) {
        this.callId = callId;
        this.from = from;
        this.to = to;
        this.recordRoutes = recordRoutes;
    }

    Transaction byBranch(String branch, String method) {
        for (Transaction transaction : transactions) {
            if (transaction.branch.equals(branch) && transaction.method.equals(method)) {
                return transaction;
            }
        }
        return null;
    }

    Transaction inviteByCseq(int cseq) {
        for (Transaction transaction : transactions) {
            if (transaction.invite() && transaction.cseq == cseq) {
                return transaction;
            }
        }
        return null;
    }

    /** Whether an INVITE has no final response yet. */
    boolean hasOpenInvite() {
        for (Transaction transaction : transactions) {
            if (transaction.invite() && !transaction.answered()) {
                return true;
            }
        }
        return false;
    }

    /** Whether somebody must act without being asked: answer, retransmit, or purge at the end. */
    boolean pending() {
        if (state == State.TERMINATED) {
            return true;
        }
        for (Transaction transaction : transactions) {
            if (transaction.pending()) {
                return true;
            }
        }
        return false;
    }
}
