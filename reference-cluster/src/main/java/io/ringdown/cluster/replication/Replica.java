package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.replication.Wire.Changes;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * A session store (paper section 4.4; an OCCAS replica, section 5.1): the newest version of every session of its partition, in memory.
 * When an engine dies, it hands the sessions that cannot wait to their new owners. When it returns itself, it copies from a peer before
 * it answers. Safe for several threads.
 */
public final class Replica {
    private static final int PART = 100;

    private final ElementConfig self;
    private final Peers peers;
    private final BiConsumer<String, Map<String, Object>> events;
    private final Map<String, StoredSession> sessions = new HashMap<>();
    /** Removed while copying from a peer, whose copy may be older. */
    private final Set<String> removedMeanwhile = new HashSet<>();
    /** Changes by engines that know of a later change of members than this store does. */
    private final List<Early> early = new ArrayList<>();

    private final Set<ElementConfig> syncedPeers = new HashSet<>();
    private final LongAdder gets = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private boolean synced;
    private boolean asked;

    private record Early(ElementConfig sender, Changes changes) {}

    public Replica(
            ClusterConfig config, ElementConfig self, Peers peers, BiConsumer<String, Map<String, Object>> events) {
        this.self = self;
        this.peers = peers;
        this.events = events;
    }

    /** Whether it has everything. */
    public synchronized boolean synced() {
        return synced;
    }

    /** Call-ID and version of every session, a line each. */
    public synchronized String copies() {
        var text = new StringBuilder();
        sessions.values()
                .forEach(session -> text.append(session.callId())
                        .append(' ')
                        .append(session.version())
                        .append('\n'));
        return text.toString();
    }

    /** Figures in Prometheus' text format. */
    public synchronized String prometheus() {
        return "ringdown_copies " + sessions.size() + "\nringdown_gets_total " + gets.sum() + "\nringdown_puts_total "
                + puts.sum() + "\n";
    }

    /** The set of live members changed. */
    public synchronized void membersChanged(Members before, Members now) {
        syncedPeers.retainAll(now.alive());
        if (synced && !before.alive().containsAll(now.alive())) {
            peers.sendToAll(new Wire.Synced().bytes());
        }
        if (!synced) {
            synchronize(now);
        }
        if (!before.routable().equals(now.routable())) {
            handOver(before, now);
        }
        List<Early> due = early.stream()
                .filter(one -> one.changes().epoch() <= now.epoch())
                .toList();
        early.removeAll(due);
        due.forEach(one -> change(one.sender(), one.changes()));
    }

    private void synchronize(Members now) {
        List<ElementConfig> group = now.replicas(self.partition());
        if (!asked && group.stream().anyMatch(syncedPeers::contains)) {
            asked = true;
            events.accept("resync-started", Map.of());
            peers.send(
                    group.stream().filter(syncedPeers::contains).findFirst().orElseThrow(),
                    new Wire.SyncRequest().bytes());
        } else if (!asked && !group.isEmpty() && group.get(0).equals(self)) {
            // Nobody served longer than this one: there is nothing to copy.
            becomeSynced();
        }
    }

    private void becomeSynced() {
        synced = true;
        removedMeanwhile.clear();
        events.accept("resync-done", Map.of("sessions", sessions.size()));
        peers.sendToAll(new Wire.Synced().bytes());
    }

    private void handOver(Members before, Members now) {
        var byOwner = new HashMap<ElementConfig, List<StoredSession>>();
        for (StoredSession session : sessions.values()) {
            ElementConfig owner = session.pending() ? now.ownerOf(session.callId()) : null;
            if (owner != null && !owner.equals(before.ownerOf(session.callId()))) {
                byOwner.computeIfAbsent(owner, o -> new ArrayList<>()).add(session);
            }
        }
        byOwner.forEach((owner, moved) -> {
            for (int from = 0; from < moved.size(); from += PART) {
                var part = moved.subList(from, Math.min(moved.size(), from + PART));
                peers.send(owner, new Wire.Handover(now.epoch(), List.copyOf(part)).bytes());
            }
            events.accept("takeover-fetched", Map.of("owner", owner.name(), "sessions", moved.size()));
        });
    }

    /** A message came. */
    public synchronized void message(ElementConfig sender, Wire message) {
        if (message instanceof Changes changes) {
            if (changes.epoch() > peers.members().epoch()) {
                early.add(new Early(sender, changes));
            } else {
                change(sender, changes);
            }
        } else if (message instanceof Wire.Get get) {
            gets.increment();
            var found = new Wire.Found(get.request(), synced, Optional.ofNullable(sessions.get(get.callId())));
            peers.send(sender, found.bytes());
        } else if (message instanceof Wire.SyncRequest) {
            sendEverything(sender);
        } else if (message instanceof Wire.SyncPart part) {
            part.sessions().stream()
                    .filter(session -> !removedMeanwhile.contains(session.callId()))
                    .forEach(session ->
                            sessions.merge(session.callId(), session, (a, b) -> a.version() >= b.version() ? a : b));
            if (part.last()) {
                becomeSynced();
            }
        } else if (message instanceof Wire.Synced && sender.partition() == self.partition() && !sender.equals(self)) {
            syncedPeers.add(sender);
            if (!synced) {
                synchronize(peers.members());
            }
        }
    }

    private void change(ElementConfig sender, Changes changes) {
        var fenced = new ArrayList<String>(0);
        for (Change change : changes.changes()) {
            if (!sender.equals(peers.members().ownerOf(change.callId()))) {
                fenced.add(change.callId());
            } else if (change.session().isPresent()) {
                put(change.session().get(), fenced);
            } else {
                sessions.remove(change.callId());
                if (!synced) {
                    removedMeanwhile.add(change.callId());
                }
            }
        }
        peers.send(sender, new Wire.Done(changes.batch(), fenced).bytes());
    }

    private void put(StoredSession session, List<String> fenced) {
        puts.increment();
        StoredSession stored = sessions.get(session.callId());
        if (stored == null || stored.version() < session.version()) {
            sessions.put(session.callId(), session);
        } else if (!stored.owner().equals(session.owner())) {
            fenced.add(session.callId());
        }
    }

    private void sendEverything(ElementConfig to) {
        var all = List.copyOf(sessions.values());
        for (int from = 0; from < all.size(); from += PART) {
            var part = all.subList(from, Math.min(all.size(), from + PART));
            peers.send(to, new Wire.SyncPart(false, part).bytes());
        }
        peers.send(to, new Wire.SyncPart(true, List.of()).bytes());
    }
}
