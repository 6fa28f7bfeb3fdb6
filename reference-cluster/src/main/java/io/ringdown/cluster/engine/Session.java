package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.SipMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One call of the service {@code answer}: dialog, application state and transactions. */
final class Session extends Call {
    /** Completed transactions kept for each dialog; a client that sent so many later requests will not repeat an older one. */
    private static final int COMPLETED_KEPT = 4;

    /** Stage of the dialog. */
    enum State {
        PROCEEDING,
        EARLY,
        ACCEPTED,
        CONFIRMED,
        TERMINATED
    }

    /** From of the set-up, and To with this side's tag, as they stand in every response. */
    final String from;

    final String to;
    /** Record-Route values of the set-up, a line each: its 18x and 2xx repeat them (RFC 3261 section 12.1.1). */
    final String recordRoutes;

    State state = State.PROCEEDING;
    /** Highest CSeq of the far side (RFC 3261 section 12.2.2). */
    int remoteCseq;
    /** The `answer` service's count of INFOs, the CSeq of the last one counted, and set-ups accepted. */
    long counter;

    int lastInfoCseq;
    int setups = 1;
    final List<Transaction> transactions = new ArrayList<>(2);
    /** What else the service keeps, in fields. */
    final List<byte[]> application = new ArrayList<>(0);

    Session(String callId, String from, String to, String recordRoutes) {
        super(callId);
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

    /** Whether a request belongs to the set-up of this early dialog, which was taken over without its transaction. */
    boolean lostItsSetUp(SipMessage request) {
        return state == State.EARLY
                && request.toTag().isEmpty()
                && (request.method().equals("INVITE") || request.method().equals("CANCEL"))
                && inviteByCseq(request.cseq()) == null
                && request.cseq() == remoteCseq;
    }

    /** Forgets the oldest completed transactions. */
    void dropOldCompleted() {
        int completed = 0;
        for (int i = transactions.size() - 1; i >= 0; i--) {
            if (!transactions.get(i).pending() && ++completed > COMPLETED_KEPT) {
                transactions.remove(i);
            }
        }
    }

    /** Gives the application something to keep, in fields of equal size. */
    void keep(int bytes, int fields) {
        int size = bytes / fields;
        for (int i = 0; size > 0 && i < fields; i++) {
            application.add(new byte[size]);
        }
    }

    /** Writes the count all over one of the application's fields, in turn. */
    void changeApplication() {
        if (!application.isEmpty()) {
            int place = (int) (counter % application.size());
            var field = new byte[application.get(place).length];
            Arrays.fill(field, (byte) counter);
            application.set(place, field);
        }
    }

    /** When something is due next; {@link Transaction#NEVER} if nothing is. */
    long due() {
        long due = Transaction.NEVER;
        for (Transaction transaction : transactions) {
            due = Math.min(due, due(transaction));
        }
        return due;
    }

    /** When something of a transaction is due next. */
    long due(Transaction transaction) {
        if (transaction.committing > 0) {
            // Nothing to do before the stores have answered; that arms the session again.
            return Transaction.NEVER;
        }
        if (!transaction.answered()) {
            boolean ringing =
                    transaction.status >= 180 || !transaction.invite() || state.compareTo(State.ACCEPTED) >= 0;
            return ringing ? transaction.holdFinal : transaction.hold18x;
        }
        return transaction.awaitsAck
                ? Math.min(transaction.nextRetransmission, transaction.expires)
                : transaction.expires;
    }

    @Override
    boolean terminated() {
        return state == State.TERMINATED;
    }

    @Override
    boolean done() {
        return terminated() && transactions.isEmpty();
    }

    @Override
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
