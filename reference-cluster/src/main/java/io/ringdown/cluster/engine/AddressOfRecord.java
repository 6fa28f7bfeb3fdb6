package io.ringdown.cluster.engine;

import java.util.ArrayList;
import java.util.List;

/** What is registered for one user (RFC 3261 section 10): kept as a call is, under a key of the user instead of a Call-ID. */
final class AddressOfRecord extends Call {
    /** Answered requests kept; a client that sent so many later ones will not repeat an older one. */
    private static final int ANSWERED_KEPT = 16;

    /**
     * One address where the user is found.
     *
     * @param uri of the Contact
     * @param parameters the Contact's own but {@code expires}, each behind its semicolon
     * @param callId of the REGISTER that bound or refreshed it last
     * @param cseq of that one
     * @param expires when it ends, in microseconds since 1970
     */
    record Binding(String uri, String parameters, String callId, int cseq, long expires) {}

    /** A server transaction of a REGISTER that was granted: what comes again in it is answered and changes nothing. */
    static final class Answered extends Committing {
        final String transaction;
        /** Timer J, in microseconds since 1970. */
        final long until;

        Answered(String transaction, long until) {
            this.transaction = transaction;
            this.until = until;
        }
    }

    /** In the order in which they were first bound. */
    List<Binding> bindings = List.of();

    final List<Answered> answered = new ArrayList<>(1);

    AddressOfRecord(String key) {
        super(key);
    }

    boolean hasAnswered(String transaction) {
        return answered.stream().anyMatch(one -> one.transaction.equals(transaction));
    }

    /** Remembers a request that is granted. */
    void answer(Answered request) {
        answered.add(request);
        if (answered.size() > ANSWERED_KEPT) {
            answered.remove(0);
        }
    }

    /** Forgets what is over. */
    void expire(long now) {
        bindings = bindings.stream().filter(binding -> binding.expires() > now).toList();
        answered.removeIf(request -> request.committing == 0 && request.until <= now);
    }

    /** When something is over next; at once if nothing is left. */
    long due() {
        if (done()) {
            return 0;
        }
        long due = Transaction.NEVER;
        for (Binding binding : bindings) {
            due = Math.min(due, binding.expires());
        }
        for (Answered request : answered) {
            // Before the stores have answered nothing is to be done; that arms it again.
            due = Math.min(due, request.committing > 0 ? Transaction.NEVER : request.until);
        }
        return due;
    }

    @Override
    boolean terminated() {
        return bindings.isEmpty();
    }

    /** Whoever owns it has to end it: each binding is an open timer, and so is what is left of the last one. */
    @Override
    boolean pending() {
        return true;
    }

    @Override
    boolean done() {
        return bindings.isEmpty() && answered.isEmpty();
    }
}
