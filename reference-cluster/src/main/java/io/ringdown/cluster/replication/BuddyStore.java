package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.Fields;
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
 * The session store of a server of MSS (paper section 5.3, the server's own part of the cluster's cache): sessions that the server owns,
 * copies of those that other servers own who chose it as their buddy, and what buddies left behind when they died, until somebody
 * asks for it. Every copy here is as new as what its owner told anybody. Safe for several threads.
 */
public final class BuddyStore implements SessionStore {
    private final ElementConfig self;
    private final Peers peers;
    private final BiConsumer<String, Map<String, Object>> events;
    private final LongSupplier nanos;
    private final BuddyChoice choice;
    private final Map<String, Kept> sessions = new HashMap<>();
    private final Removals removals = new Removals();
    private final Postponed early = new Postponed(this::timely);
    /** Servers that have this one as their buddy, and have told it everything. */
    private final Set<ElementConfig> complete = new LinkedHashSet<>();

    private final LongAdder gets = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private Members members;
    private boolean synced;
    private Forwarding forwarding = (removals, then) -> then.run();

    /** Passes on to this server's own buddies that another server has taken sessions over. */
    interface Forwarding {
        /** {@code then} is run once no buddy holds them any more. */
        void removed(List<Change> removals, Runnable then);
    }

    /**
     * A session and the server that it is kept for.
     *
     * @param owner null: that server is gone, and nobody has taken the session over yet
     * @param lapsed whether that server has been another than the one that calls are sent to, so that somebody may have taken the session
     *     over in between
     */
    private record Kept(StoredSession session, ElementConfig owner, boolean lapsed) {
        Kept(StoredSession session, ElementConfig owner) {
            this(session, owner, false);
        }
    }

    public BuddyStore(
            ClusterConfig config,
            ElementConfig self,
            Peers peers,
            BiConsumer<String, Map<String, Object>> events,
            LongSupplier nanos) {
        this.self = self;
        this.peers = peers;
        this.events = events;
        this.nanos = nanos;
        choice = new BuddyChoice(config);
        members = peers.members();
    }

    /** Whom to tell of removals; before the first message. */
    void forwardBy(Forwarding forwarding) {
        this.forwarding = forwarding;
    }

    /** Whether everybody whose buddy this server is has told it everything. */
    @Override
    public synchronized boolean synced() {
        return synced;
    }

    @Override
    public synchronized String copies() {
        var text = new StringBuilder();
        sessions.values().stream()
                .filter(kept -> !CallKey.isOfBindings(kept.session().callId()))
                .forEach(kept -> text.append(kept.session().callId())
                        .append(' ')
                        .append(kept.session().version())
                        .append('\n'));
        return text.toString();
    }

    @Override
    public synchronized String prometheus() {
        long own = sessions.values().stream()
                .filter(kept -> self.equals(kept.owner()))
                .count();
        long left =
                sessions.values().stream().filter(kept -> kept.owner() == null).count();
        return "ringdown_copies " + sessions.size() + "\nringdown_copies_own " + own + "\nringdown_copies_left_behind "
                + left + "\nringdown_gets_total " + gets.sum() + "\nringdown_puts_total{by=\"store\"} " + puts.sum()
                + "\n";
    }

    /**
     * The server itself stores a session that it owns.
     *
     * @return whether it does own it; a session that was there before under the same owner, else
     */
    synchronized Put own(StoredSession session) {
        Kept before = sessions.get(session.callId());
        boolean newer = before == null || before.session().version() < session.version();
        if (!newer || !self.equals(members.ownerOf(session.callId())) || removals.cover(session)) {
            return new Put(false, Optional.empty());
        }
        puts.increment();
        sessions.put(session.callId(), new Kept(session, self));
        return new Put(
                true,
                Optional.ofNullable(before)
                        .filter(kept -> self.equals(kept.owner()) && !kept.lapsed())
                        .map(Kept::session));
    }

    /** Outcome of {@link #own}: whether the session was stored, and in place of which earlier version. */
    record Put(boolean stored, Optional<StoredSession> before) {}

    /** The server itself removes a session that it owns. */
    synchronized void removeOwn(String callId, long version) {
        remove(callId, version);
    }

    /**
     * A copy that nobody can have a newer one of: the server's own, or what a buddy left behind. A copy of another one's session is none,
     * since what that one changed may still be under way.
     */
    synchronized Optional<StoredSession> atHand(String callId) {
        return Optional.ofNullable(sessions.get(callId))
                .filter(kept -> kept.owner() == null || kept.owner().equals(self) && !kept.lapsed())
                .map(Kept::session);
    }

    /** Whatever copy there is. */
    synchronized Optional<StoredSession> copy(String callId) {
        return Optional.ofNullable(sessions.get(callId)).map(Kept::session);
    }

    /** The version of a session that is the server's own here; -1 without one. */
    synchronized long ownVersion(String callId) {
        Kept kept = sessions.get(callId);
        return kept == null || !self.equals(kept.owner()) || kept.lapsed()
                ? -1
                : kept.session().version();
    }

    /** A session that this server keeps for nobody else. */
    synchronized Optional<StoredSession> ownCopy(String callId) {
        return Optional.ofNullable(sessions.get(callId))
                .filter(kept -> self.equals(kept.owner()))
                .map(Kept::session);
    }

    /** Call-IDs of the server's own sessions. */
    synchronized List<String> own() {
        return sessions.values().stream()
                .filter(kept -> self.equals(kept.owner()))
                .map(kept -> kept.session().callId())
                .toList();
    }

    @Override
    public synchronized void membersChanged(Members before, Members now) {
        members = now;
        sessions.replaceAll((callId, kept) -> after(now, kept));
        complete.retainAll(now.alive());
        complete.removeIf(server -> !choice.of(server, now).contains(self));
        if (!before.routable().equals(now.routable())) {
            handOver(now);
        }
        checkSynced();
        early.reached(now.epoch());
    }

    private Kept after(Members now, Kept kept) {
        if (kept.owner() == null) {
            return kept;
        }
        if (!now.contains(kept.owner())) {
            return new Kept(kept.session(), null);
        }
        boolean mine = kept.owner().equals(self);
        return mine && !kept.lapsed() && !self.equals(now.ownerOf(kept.session().callId()))
                ? new Kept(kept.session(), self, true)
                : kept;
    }

    private void checkSynced() {
        boolean now = members.routable().stream()
                .filter(server -> !server.equals(self))
                .allMatch(server ->
                        complete.contains(server) || !choice.of(server, members).contains(self));
        if (now && !synced) {
            events.accept("resync-done", Map.of("sessions", sessions.size()));
        } else if (synced && !now) {
            events.accept("resync-started", Map.of());
        }
        synced = now;
    }

    /** Sessions that cannot wait go to whoever must go on with them: what is left behind, and what was this server's own. */
    private void handOver(Members now) {
        var handovers = new Handovers();
        for (Kept kept : sessions.values()) {
            StoredSession session = kept.session();
            if (session.pending() && (kept.owner() == null || kept.owner().equals(self))) {
                ElementConfig owner = now.ownerOf(session.callId());
                if (owner != null && !(owner.equals(self) && self.equals(kept.owner()))) {
                    handovers.add(owner, session);
                }
            }
        }
        handovers.send(peers, now.epoch(), events);
    }

    @Override
    public synchronized void message(ElementConfig sender, Wire message) {
        early.arrived(sender, message, members.epoch());
    }

    private void timely(ElementConfig sender, Wire message) {
        if (message instanceof Wire.Changes changes) {
            change(sender, changes);
        } else if (message instanceof Wire.Get get) {
            gets.increment();
            peers.send(sender, new Wire.Found(get.request(), true, copy(get.callId())).bytes());
        } else if (message instanceof Wire.Backup backup) {
            backup.sessions().forEach(session -> backUp(sender, session));
            if (backup.last()) {
                complete.add(sender);
                checkSynced();
            }
            peers.send(sender, new Wire.Done(backup.batch(), List.of()).bytes());
        } else if (message instanceof Wire.NoBuddy) {
            sessions.values().removeIf(kept -> sender.equals(kept.owner()));
            // By what is known here it may be its buddy again already, and is about to be told everything anew.
            complete.remove(sender);
            checkSynced();
        }
    }

    private void backUp(ElementConfig owner, StoredSession session) {
        Kept before = sessions.get(session.callId());
        if (!removals.cover(session) && (before == null || before.session().version() <= session.version())) {
            puts.increment();
            sessions.put(session.callId(), new Kept(session, owner));
        }
    }

    private void change(ElementConfig sender, Wire.Changes changes) {
        var fenced = new ArrayList<String>(0);
        var wanted = new ArrayList<String>(0);
        var takenOver = new ArrayList<Change>(0);
        for (Change change : changes.changes()) {
            boolean owns = sender.equals(members.ownerOf(change.callId()));
            Kept kept = sessions.get(change.callId());
            if (change.session().isEmpty() && (owns || kept != null && sender.equals(kept.owner()))) {
                if (remove(change.callId(), change.version()) && self.equals(kept.owner())) {
                    takenOver.add(change);
                }
            } else if (!owns) {
                fenced.add(change.callId());
            } else {
                put(sender, change, change.session().get(), fenced, wanted);
            }
        }
        byte[] done = new Wire.Done(changes.batch(), fenced, wanted).bytes();
        if (takenOver.isEmpty()) {
            peers.send(sender, done);
        } else {
            // One that has just become this server's buddy may be unknown to the sender.
            forwarding.removed(takenOver, () -> peers.send(sender, done));
        }
    }

    private void put(
            ElementConfig sender, Change change, StoredSession session, List<String> fenced, List<String> wanted) {
        puts.increment();
        if (removals.cover(session)) {
            return;
        }
        Kept before = sessions.get(change.callId());
        if (before != null && before.session().version() >= change.version()) {
            if (!before.session().owner().equals(session.owner())) {
                fenced.add(change.callId());
            }
        } else if (change.base() == Change.WHOLE) {
            sessions.put(change.callId(), new Kept(session, sender));
        } else if (before != null && before.session().version() == change.base()) {
            byte[] state = Fields.changed(before.session().state(), session.state());
            sessions.put(change.callId(), new Kept(session.withState(state), sender));
        } else {
            wanted.add(change.callId());
        }
    }

    /** Whether there was something to remove. */
    private boolean remove(String callId, long version) {
        Kept kept = sessions.get(callId);
        if (kept != null && kept.session().version() > version) {
            return false;
        }
        sessions.remove(callId);
        long now = nanos.getAsLong();
        removals.add(callId, version, now);
        removals.forgetOld(now);
        return kept != null;
    }
}
