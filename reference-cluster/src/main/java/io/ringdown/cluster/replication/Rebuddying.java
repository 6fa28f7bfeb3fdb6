package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A server's buddies as they change (MSS, paper section 6.1.3): a new one is sent every session that the server owns, part after part, and a
 * former one is told of changes until the new ones have everything. On the engine's thread.
 */
final class Rebuddying {
    private static final int PART = 100;

    private final BuddyStore store;
    private final Writes writes;
    private final Peers peers;
    private final LongSupplier nanos;
    private final boolean skipped;
    private Set<ElementConfig> chosen = Set.of();
    /** No more chosen, and told all the same until the chosen ones have everything. */
    private Set<ElementConfig> former = Set.of();
    /** Those of the former ones that were never sent everything. */
    private final Set<ElementConfig> unfinished = new LinkedHashSet<>();
    /** Call-IDs that a new buddy has yet to be sent. */
    private final Map<ElementConfig, Queue<String>> owed = new LinkedHashMap<>();

    private long epoch;

    /** {@code skipped}: broken on purpose, a new buddy is told of new changes only. */
    Rebuddying(BuddyStore store, Writes writes, Peers peers, LongSupplier nanos, boolean skipped) {
        this.store = store;
        this.writes = writes;
        this.peers = peers;
        this.nanos = nanos;
        this.skipped = skipped;
    }

    /** Who is told of every change. */
    Set<ElementConfig> told() {
        if (former.isEmpty()) {
            return chosen;
        }
        var all = new LinkedHashSet<>(chosen);
        all.addAll(former);
        return all;
    }

    /** Whether every buddy has everything. */
    boolean done() {
        return owed.isEmpty();
    }

    /** These are the buddies now. */
    void membersChanged(Set<ElementConfig> now, Members members) {
        epoch = members.epoch();
        // A former buddy has everything, unless it was still being sent it when it was one no more.
        var whole = new LinkedHashSet<>(told());
        var leaving = new LinkedHashSet<>(whole);
        leaving.retainAll(members.alive());
        leaving.removeAll(now);
        whole.removeAll(unfinished);
        former = leaving;
        unfinished.addAll(owed.keySet());
        unfinished.retainAll(former);
        owed.keySet().retainAll(now);
        for (ElementConfig buddy : now) {
            if (!whole.contains(buddy)) {
                owed.put(buddy, new ArrayDeque<>(skipped ? List.of() : store.own()));
                sendNext(buddy);
            }
        }
        chosen = now;
        endIfDone();
    }

    private void sendNext(ElementConfig buddy) {
        Queue<String> left = owed.get(buddy);
        var part = new ArrayList<StoredSession>(PART);
        while (part.size() < PART && !left.isEmpty()) {
            // As it is now: what changes later is told by the change.
            String callId = left.remove();
            store.ownCopy(callId).ifPresent(part::add);
        }
        boolean last = left.isEmpty();
        long batch = writes.next();
        var message = new Writes.Message(new Wire.Backup(batch, epoch, last, part).bytes(), part.size());
        writes.send(batch, Map.of(buddy, message), nanos.getAsLong(), fenced -> sent(buddy, left, last));
    }

    private void sent(ElementConfig buddy, Queue<String> left, boolean last) {
        if (owed.get(buddy) != left) {
            // It died meanwhile, or is no buddy any more.
            return;
        }
        if (last) {
            owed.remove(buddy);
            endIfDone();
        } else {
            sendNext(buddy);
        }
    }

    private void endIfDone() {
        if (owed.isEmpty() && !former.isEmpty()) {
            former.forEach(buddy -> peers.send(buddy, new Wire.NoBuddy(epoch).bytes()));
            former = Set.of();
            unfinished.clear();
        }
    }
}
