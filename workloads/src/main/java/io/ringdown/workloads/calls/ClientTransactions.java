package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.RetransmissionTimer;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A caller's client transactions (RFC 3261 section 17.1): sends requests, by UDP again until they are answered, and tells to which of them a
 * response belongs. What an answer means is for the {@link UserAgent}.
 */
final class ClientTransactions {
    private final GeneratorSettings settings;
    private final Wire wire;
    private final Consumer<Attempt> expired;
    private final String branchStart;
    private final Map<String, Attempt> byBranch = new HashMap<>();
    private long branches;

    /**
     * None has begun.
     *
     * @param run a word that sets their branches apart from those of other runs
     * @param expired is told of an attempt whose timer B or F has fired
     */
    ClientTransactions(GeneratorSettings settings, Wire wire, String run, Consumer<Attempt> expired) {
        this.settings = settings;
        this.wire = wire;
        this.expired = expired;
        branchStart = "z9hG4bK" + run + ".";
    }

    String newBranch() {
        return branchStart + Long.toString(branches++, 36);
    }

    /** Whether a branch is one of these, however long ago. */
    boolean made(String branch) {
        return branch.startsWith(branchStart);
    }

    /** A CANCEL shares its INVITE's branch and is yet a transaction of its own (section 17.1.3). */
    private static String key(Attempt attempt) {
        return attempt.intent == Intent.CANCEL ? attempt.branch + "C" : attempt.branch;
    }

    /**
     * Sends a request that has been written to its destination.
     *
     * @return whether it left: what is sent once only would wait for a connection, and so hide that there was none
     */
    boolean begin(Attempt attempt) {
        InetSocketAddress to = attempt.destination;
        byBranch.put(key(attempt), attempt);
        attempt.sent = wire.nanos();
        if (!attempt.retransmits && !wire.connected(to)) {
            return false;
        }
        wire.send(attempt.request, to);
        var timer = new RetransmissionTimer(settings.t1(), attempt.invite());
        attempt.wait = timer.first();
        boolean sentAgain = attempt.retransmits && !wire.reliable();
        attempt.nextRetransmission = sentAgain ? attempt.sent + attempt.wait : Long.MAX_VALUE;
        // A probe that is sent once only: two seconds, as the criteria allow an answer.
        long timeout = attempt.retransmits ? timer.timeout() : settings.scaled(2);
        attempt.deadline = attempt.sent + timeout;
        attempt.timer = wire.after(attempt.sent, sentAgain ? attempt.wait : timeout, () -> timerFired(attempt));
        return true;
    }

    /** Timers A and E, B and F. An INVITE's are stopped at its first 1xx. */
    private void timerFired(Attempt attempt) {
        if (attempt.nextRetransmission >= attempt.deadline) {
            expired.accept(attempt);
            return;
        }
        attempt.retransmissions++;
        wire.send(attempt.request, attempt.destination);
        attempt.wait = new RetransmissionTimer(settings.t1(), attempt.invite())
                .next(attempt.wait, attempt.answeredProvisionally());
        attempt.nextRetransmission += attempt.wait;
        attempt.timer = wire.at(Math.min(attempt.nextRetransmission, attempt.deadline), () -> timerFired(attempt));
    }

    /** Whose response it is by its branch, or null if nobody's is known. */
    Attempt of(Message response) {
        return byBranch.get(response.method().equals("CANCEL") ? response.branch() + "C" : response.branch());
    }

    /** Those that were sent to an address and have no answer, in their order. */
    List<Attempt> openTo(InetSocketAddress to) {
        return byBranch.values().stream()
                .filter(attempt -> !attempt.over() && to.equals(attempt.destination))
                .sorted(Comparator.comparingLong(attempt -> attempt.sent))
                .toList();
    }

    boolean know(Attempt attempt) {
        return byBranch.get(key(attempt)) == attempt;
    }

    /** Something came to one that had been forgotten. */
    void knowAgain(Attempt attempt) {
        byBranch.put(key(attempt), attempt);
    }

    void forget(Attempt attempt) {
        byBranch.remove(key(attempt), attempt);
    }

    Collection<Attempt> all() {
        return byBranch.values();
    }
}
