package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator.Processor;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sessions that a session replicator looks for. A replication group is asked by one of its stores, one after the other until one answers
 * that has everything; where a call has several groups that may hold it, the next one is asked when the one before does not have it. For
 * one thread.
 */
final class Lookups {
    /** About as long as a transaction lasts; nobody waits for the answer any longer. */
    private static final int MOST_ROUNDS = 16;

    private final ElementConfig self;
    private final Peers peers;
    private final Processor processor;
    private final Map<Long, Lookup> underWay = new HashMap<>();
    private Members members;
    private long sequence;

    private static final class Lookup {
        final String callId;
        /** Those that may hold the session, in the order in which they are to be asked. */
        final List<Integer> groups;

        final Set<Integer> askedGroups = new LinkedHashSet<>();
        final Consumer<Optional<StoredSession>> found;
        int group = StoredSession.NOWHERE;
        /** Of the group, in the order in which they are to be asked. */
        final Deque<ElementConfig> unasked = new ArrayDeque<>();

        ElementConfig asked;
        long sent;
        int rounds;
        /** What a store said that may not have everything. */
        StoredSession uncertain;

        Lookup(String callId, List<Integer> groups, Consumer<Optional<StoredSession>> found) {
            this.callId = callId;
            this.groups = groups;
            this.found = found;
        }
    }

    Lookups(ElementConfig self, Peers peers, Processor processor) {
        this.self = self;
        this.peers = peers;
        this.processor = processor;
        members = peers.members();
    }

    /** Looks for a session in the groups that may hold it; {@code found} is called with the newest version there is. */
    void begin(String callId, List<Integer> groups, long now, Consumer<Optional<StoredSession>> found) {
        long number = sequence++;
        var lookup = new Lookup(callId, groups, found);
        underWay.put(number, lookup);
        askNextGroup(number, lookup, now);
    }

    private void askNextGroup(long number, Lookup lookup, long now) {
        for (int group : lookup.groups) {
            List<ElementConfig> stores = inTurn(number, group);
            if (!stores.isEmpty() && lookup.askedGroups.add(group)) {
                lookup.group = group;
                lookup.rounds = 0;
                lookup.unasked.addAll(stores);
                ask(number, lookup, now);
                return;
            }
        }
        underWay.remove(number);
        processor.execute(() -> lookup.found.accept(Optional.ofNullable(lookup.uncertain)));
    }

    /** The store at hand comes first; of others each in turn, so that all have the same to do (paper section 6.1.3). */
    private List<ElementConfig> inTurn(long number, int group) {
        var stores = new ArrayList<>(members.replicas(group));
        Collections.rotate(stores, (int) number);
        if (stores.remove(self)) {
            stores.add(0, self);
        }
        return stores;
    }

    private void ask(long number, Lookup lookup, long now) {
        if (lookup.unasked.isEmpty()) {
            askNextGroup(number, lookup, now);
            return;
        }
        lookup.sent = now;
        lookup.asked = lookup.unasked.remove();
        peers.send(lookup.asked, new Wire.Get(number, members.epoch(), lookup.callId).bytes());
    }

    /** A store has answered. */
    void answered(ElementConfig store, Wire.Found answer, long now) {
        Lookup lookup = underWay.get(answer.request());
        if (lookup == null || store.partition() != lookup.group) {
            return;
        }
        StoredSession before = lookup.uncertain;
        if (answer.synced() && answer.session().isPresent()) {
            underWay.remove(answer.request());
            lookup.found.accept(answer.session());
        } else if (answer.synced()) {
            // What another store of the group said that has not everything is out of date.
            lookup.uncertain = before != null && before.group() == lookup.group ? null : before;
            lookup.unasked.clear();
            askNextGroup(answer.request(), lookup, now);
        } else {
            lookup.uncertain = answer.session()
                    .filter(session -> before == null || session.version() > before.version())
                    .orElse(before);
            ask(answer.request(), lookup, now);
        }
    }

    /** Those that are gone are asked no more. */
    void membersChanged(Members now, long nanos) {
        members = now;
        new LinkedHashMap<>(underWay).forEach((number, lookup) -> {
            lookup.unasked.retainAll(now.alive());
            if (!now.contains(lookup.asked)) {
                ask(number, lookup, nanos);
            }
        });
    }

    /** Asks again, or another one, where nobody has answered for long. */
    void again(long now) {
        new LinkedHashMap<>(underWay).forEach((number, lookup) -> {
            if (now - lookup.sent >= Writes.AGAIN_NANOS) {
                if (lookup.unasked.isEmpty() && ++lookup.rounds < MOST_ROUNDS) {
                    lookup.unasked.addAll(members.replicas(lookup.group));
                }
                ask(number, lookup, now);
            }
        });
    }
}
