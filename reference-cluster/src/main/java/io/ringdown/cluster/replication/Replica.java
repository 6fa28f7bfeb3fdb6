package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.replication.Wire.Changes;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * A session store (paper section 4.4; an OCCAS replica, section 5.1): the newest version of every session of its partition, in memory.
 * When an engine dies, it hands the sessions that cannot wait to their new owners. When it returns itself, it copies from a peer before
 * it answers. A partition that is added while the cluster runs enters it, and is given new calls, once all its replicas have been alive and
 * synced at the same time; from then on it is as the others, until all of them are gone. Safe for several threads.
 */
public final class Replica implements SessionStore {
    private final ElementConfig self;
    private final Peers peers;
    private final BiConsumer<String, Map<String, Object>> events;
    private final LongSupplier nanos;
    private final Map<String, StoredSession> sessions = new HashMap<>();
    private final Removals removals = new Removals();
    private final Resyncing resyncing;
    /** Messages of engines that know of a later change of members than this store does. */
    private final Postponed early = new Postponed(this::timely);

    private final Set<ElementConfig> syncedPeers = new LinkedHashSet<>();
    /** They have asked for everything before this store had it. */
    private final Set<ElementConfig> waiting = new LinkedHashSet<>();

    private final LongAdder gets = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private Members members;
    private boolean synced;
    /** All other stores of the partition, where that is added while the cluster runs; else null. */
    private final List<ElementConfig> othersToEnter;

    private boolean entered;
    /** The peer that this store copies from, or null. */
    private ElementConfig source;

    private int asked;
    /** Whether a part of everything has come since it last looked. */
    private boolean copying;

    public Replica(
            ClusterConfig config,
            ElementConfig self,
            Peers peers,
            BiConsumer<String, Map<String, Object>> events,
            LongSupplier nanos) {
        this.nanos = nanos;
        othersToEnter = config.standing(self.partition())
                ? null
                : config.stores(self.partition()).stream()
                        .filter(other -> !other.equals(self))
                        .toList();
        this.self = self;
        this.peers = peers;
        this.events = events;
        members = peers.members();
        resyncing = new Resyncing(peers, sessions);
    }

    /** Whether it has everything. */
    @Override
    public synchronized boolean synced() {
        return synced;
    }

    @Override
    public synchronized String copies() {
        var text = new StringBuilder();
        sessions.values().stream()
                .filter(session -> !CallKey.isOfBindings(session.callId()))
                .forEach(session -> text.append(session.callId())
                        .append(' ')
                        .append(session.version())
                        .append('\n'));
        return text.toString();
    }

    @Override
    public synchronized String prometheus() {
        return "ringdown_copies " + sessions.size() + "\nringdown_gets_total " + gets.sum()
                + "\nringdown_puts_total{by=\"store\"} " + puts.sum() + "\n";
    }

    @Override
    public synchronized void membersChanged(Members before, Members now) {
        members = now;
        syncedPeers.retainAll(now.alive());
        waiting.retainAll(now.alive());
        resyncing.membersChanged(now);
        if (synced && !before.alive().containsAll(now.alive())) {
            tellSynced();
        }
        if (!synced) {
            synchronize(now);
        }
        if (synced && !before.routable().equals(now.routable())) {
            handOver(before, now);
        }
        early.reached(now.epoch());
    }

    private void synchronize(Members now) {
        if (source != null && !now.contains(source)) {
            // It died in the middle.
            source = null;
        }
        List<ElementConfig> group = now.replicas(self.partition());
        if (source != null || group.isEmpty()) {
            return;
        }
        Optional<ElementConfig> complete =
                group.stream().filter(syncedPeers::contains).findFirst();
        if (complete.isEmpty() && group.get(0).equals(self)) {
            // Nobody served longer than this one: there is nothing to copy.
            becomeSynced();
        } else {
            // Who served longest has everything, or will have it; news of that may have passed before this one could
            // hear.
            source = complete.orElse(group.get(0));
            events.accept("resync-started", Map.of("from", source.name()));
            peers.send(source, new Wire.SyncRequest(now.epoch()).bytes());
        }
    }

    /**
     * Asks the other stores of the group in turn, while this one has not everything and is sent nothing: the news that one can be copied from may have been
     * lost, and so may the question or a part of the answer. Call it once a second or so.
     */
    public synchronized void askAgain() {
        List<ElementConfig> others = members.replicas(self.partition()).stream()
                .filter(peer -> !peer.equals(self))
                .toList();
        if (!synced && copying) {
            copying = false;
        } else if (!synced && !others.isEmpty()) {
            source = others.get(Math.floorMod(asked++, others.size()));
            peers.send(source, new Wire.SyncRequest(members.epoch()).bytes());
        } else if (synced && othersToEnter != null) {
            // Whoever missed it gives this partition no calls.
            tellSynced();
        }
    }

    private void becomeSynced() {
        synced = true;
        events.accept("resync-done", Map.of("sessions", sessions.size()));
        tellSynced();
        waiting.forEach(resyncing::begin);
        waiting.clear();
        enterIfComplete();
    }

    private void tellSynced() {
        peers.sendToAll(new Wire.Synced(members.epoch(), entered).bytes());
    }

    private void enterIfComplete() {
        if (synced && !entered && othersToEnter != null && syncedPeers.containsAll(othersToEnter)) {
            entered = true;
            events.accept("partition-entered", Map.of("partition", self.partition()));
            tellSynced();
        }
    }

    /** A processor that is a store of this group, too, finds the session in its own process: nothing moves. */
    private boolean hasItself(ElementConfig owner) {
        return owner.stores() && !owner.equals(self) && syncedPeers.contains(owner);
    }

    private void handOver(Members before, Members now) {
        var handovers = new Handovers();
        for (StoredSession session : sessions.values()) {
            ElementConfig owner = session.pending() ? now.ownerOf(session.callId(), self.domain()) : null;
            boolean moved = owner != null && !owner.equals(before.ownerOf(session.callId(), self.domain()));
            if (moved && !hasItself(owner)) {
                handovers.add(owner, session);
            }
        }
        handovers.send(peers, now.epoch(), events);
    }

    @Override
    public synchronized void message(ElementConfig sender, Wire message) {
        early.arrived(sender, message, members.epoch());
    }

    private void timely(ElementConfig sender, Wire message) {
        if (message instanceof Changes changes) {
            change(sender, changes);
        } else if (message instanceof Wire.Get get) {
            gets.increment();
            var found = new Wire.Found(get.request(), synced, Optional.ofNullable(sessions.get(get.callId())));
            peers.send(sender, found.bytes());
        } else if (message instanceof Wire.Forwarded forwarded) {
            forwarded.changes().forEach(this::forwarded);
        } else if (message instanceof Wire.SyncRequest) {
            if (synced) {
                resyncing.begin(sender);
            } else {
                waiting.add(sender);
            }
        } else if (message instanceof Wire.SyncTaken taken) {
            resyncing.taken(sender, taken);
        } else if (message instanceof Wire.SyncPart part && !synced) {
            copy(sender, part);
        } else if (message instanceof Wire.Synced told
                && sender.partition() == self.partition()
                && !sender.equals(self)) {
            syncedPeers.add(sender);
            resyncing.done(sender);
            entered |= told.entered();
            if (!synced) {
                synchronize(members);
            }
            enterIfComplete();
        }
    }

    private void copy(ElementConfig sender, Wire.SyncPart part) {
        part.sessions().forEach(this::keepNewest);
        copying = true;
        if (part.last()) {
            becomeSynced();
        } else {
            peers.send(sender, new Wire.SyncTaken(part.copying()).bytes());
        }
    }

    private void change(ElementConfig sender, Changes changes) {
        var fenced = new ArrayList<String>(0);
        var done = new ArrayList<Change>(changes.changes().size());
        for (Change change : changes.changes()) {
            if (!sender.equals(members.ownerOf(change.callId(), self.domain()))) {
                fenced.add(change.callId());
                continue;
            }
            done.add(change);
            if (change.session().isPresent()) {
                put(change.session().get(), fenced);
            } else {
                remove(change);
            }
        }
        if (changes.epoch() < members.epoch()) {
            // The engine may not have known of a peer that is just copying from this one.
            byte[] forwarded = new Wire.Forwarded(done).bytes();
            members.replicas(self.partition()).stream()
                    .filter(peer -> !peer.equals(self))
                    .forEach(peer -> peers.send(peer, forwarded));
        }
        peers.send(sender, new Wire.Done(changes.batch(), fenced).bytes());
    }

    private void forwarded(Change change) {
        change.session().ifPresentOrElse(this::keepNewest, () -> remove(change));
    }

    private void remove(Change change) {
        StoredSession stored = sessions.get(change.callId());
        if (stored != null && stored.version() > change.version()) {
            return;
        }
        sessions.remove(change.callId());
        long now = nanos.getAsLong();
        removals.add(change.callId(), change.version(), now);
        if (synced) {
            removals.forgetOld(now);
        }
    }

    private void keepNewest(StoredSession session) {
        if (!removals.cover(session)) {
            sessions.merge(session.callId(), session, (a, b) -> a.version() >= b.version() ? a : b);
        }
    }

    private void put(StoredSession session, List<String> fenced) {
        puts.increment();
        if (removals.cover(session)) {
            return;
        }
        StoredSession stored = sessions.get(session.callId());
        if (stored == null || stored.version() < session.version()) {
            sessions.put(session.callId(), session);
        } else if (!stored.owner().equals(session.owner())) {
            fenced.add(session.callId());
        }
    }
}
