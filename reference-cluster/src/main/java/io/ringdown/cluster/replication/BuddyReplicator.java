package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The session replicator of a server of MSS (paper section 5.3). What the server owns it writes to its own store and to its buddies. Who is
 * asked for another one's session looks for it at hand, then at all others, makes it its own, copies it to its own buddies, and has all
 * other copies deleted; before that is done nothing that it changes is told to anybody. A session that nobody asks for stays where its
 * owner's death left it. When the buddies change, the new ones get every session that the server owns, asked for or not; until they
 * have, the former ones go on being told. Everything happens on the engine's thread, except {@link #membersChanged} and {@link #message}, which
 * hand over to it.
 */
public final class BuddyReplicator implements ClusterReplicator {
    private final ClusterConfig config;
    private final ElementConfig self;
    private final Peers peers;
    private final Processor processor;
    private final BuddyStore store;
    private final LongSupplier nanos;
    private final BuddyChoice choice;
    private final Writes writes;
    private final Rebuddying rebuddying;
    private final Departures departures;
    private final FormerOwners formerOwners;
    private volatile long settled = -1;

    private Members members;
    private List<Change> turn = new ArrayList<>();
    private List<Stored> turnStored = new ArrayList<>();
    /** Removals of the older copies of what was taken over in this turn. */
    private List<Change> turnReleased = new ArrayList<>();

    /** By Call-ID of what was taken over and may have other copies still: who waits for their end. */
    private final Map<String, List<Runnable>> settling = new HashMap<>();

    private final Searches searches;
    private final Postponed early = new Postponed(this::timely);
    // Sessions that were taken over, by how they were found.
    private final LongAdder atHand = new LongAdder();
    private final LongAdder searched = new LongAdder();
    private final LongAdder handed = new LongAdder();
    private long nextLook;

    private record Stored(String callId, Runnable then) {}

    public BuddyReplicator(
            ClusterConfig config,
            ElementConfig self,
            Peers peers,
            Processor processor,
            BuddyStore store,
            LongSupplier nanos) {
        this.config = config;
        this.self = self;
        this.peers = peers;
        this.processor = processor;
        this.store = store;
        this.nanos = nanos;
        choice = new BuddyChoice(config);
        members = peers.members();
        writes = new Writes(
                self,
                peers,
                (stores, batches) -> processor.storesSilent(
                        Map.of("stores", String.join(" ", stores), "batches", batches, "epoch", members.epoch())));
        store.forwardBy(this::forward);
        rebuddying = new Rebuddying(store, writes, peers, nanos, config.mutant() == Mutant.SKIPPED_REBUDDYING);
        formerOwners = new FormerOwners(self, peers, config.engine(), nanos);
        departures = new Departures(self, peers, formerOwners);
        searches = new Searches(peers, processor);
    }

    @Override
    public void put(StoredSession session, Runnable stored) {
        if (store.ownVersion(session.callId()) >= session.version()) {
            // A later change was quicker.
            processor.execute(stored);
            return;
        }
        BuddyStore.Put put = store.own(session);
        if (!put.stored()) {
            processor.execute(() -> processor.fenced(session.callId(), session.version()));
            return;
        }
        turn.add(change(session, put.before()));
        turnStored.add(new Stored(session.callId(), stored));
    }

    private Change change(StoredSession session, Optional<StoredSession> before) {
        if (config.buddies().fields() && before.isPresent()) {
            Optional<byte[]> changes = Fields.changes(before.get().state(), session.state());
            if (changes.isPresent()) {
                return new Change(
                        session.callId(),
                        session.version(),
                        Optional.of(session.withState(changes.get())),
                        before.get().version());
            }
        }
        return Change.put(session);
    }

    @Override
    public void purge(String callId, int group, long version) {
        store.removeOwn(callId, version);
        turn.add(Change.removal(callId, version));
    }

    @Override
    public void flush() {
        settle();
        if (!turn.isEmpty()) {
            flushTurn();
        }
        long now = nanos.getAsLong();
        if (now - nextLook >= 0) {
            nextLook = now + Writes.AGAIN_NANOS / 2;
            again(now);
        }
        settled = departures.none() && rebuddying.done() ? members.epoch() : -1;
    }

    @Override
    public void giveAway(List<StoredSession> sessions) {
        departures.give(sessions, nanos.getAsLong());
    }

    @Override
    public boolean mayBeGiven(String callId) {
        return formerOwners.mayGive(callId);
    }

    @Override
    public long settled() {
        return settled;
    }

    private void flushTurn() {
        List<Change> changes = turn;
        List<Stored> stored = turnStored;
        List<Change> released = turnReleased;
        turn = new ArrayList<>();
        turnStored = new ArrayList<>();
        turnReleased = new ArrayList<>();
        int copies = (int)
                changes.stream().filter(change -> change.session().isPresent()).count();
        send(rebuddying.told(), changes, copies, fenced -> done(changes, stored, released, fenced));
    }

    private void send(Collection<ElementConfig> stores, List<Change> changes, int copies, Consumer<Set<String>> done) {
        long batch = writes.next();
        var message = new Writes.Message(new Wire.Changes(batch, members.epoch(), changes).bytes(), copies);
        var messages = new LinkedHashMap<ElementConfig, Writes.Message>();
        stores.forEach(store -> messages.put(store, message));
        writes.send(batch, messages, nanos.getAsLong(), done);
    }

    /** Another server has taken sessions of this one over: its buddies have no use for them any more. From any thread. */
    private void forward(List<Change> removals, Runnable then) {
        processor.execute(() -> send(rebuddying.told(), removals, 0, fenced -> then.run()));
    }

    private List<ElementConfig> others() {
        return members.alive().stream()
                .filter(element -> element.processes() && !element.equals(self))
                .toList();
    }

    private void done(List<Change> changes, List<Stored> stored, List<Change> released, Set<String> fenced) {
        Writes.fence(processor, changes, fenced);
        List<Change> ours = released.stream()
                .filter(change -> !fenced.contains(change.callId()))
                .toList();
        if (!ours.isEmpty()) {
            // Not before the buddies have their copies: this server may die in between.
            send(others(), ours, 0, refused -> settle(ours, refused));
        }
        for (Stored one : stored) {
            List<Runnable> unsettled = settling.get(one.callId());
            if (fenced.contains(one.callId())) {
                settling.remove(one.callId());
            } else if (unsettled != null) {
                unsettled.add(one.then());
            } else {
                one.then().run();
            }
        }
    }

    private void settle(List<Change> released, Set<String> fenced) {
        Writes.fence(processor, released, fenced);
        for (Change one : released) {
            List<Runnable> waiting = settling.remove(one.callId());
            if (waiting != null && !fenced.contains(one.callId())) {
                waiting.forEach(Runnable::run);
            }
        }
    }

    private void again(long now) {
        writes.again(now);
        departures.again(now);
        searches.again(now);
    }

    @Override
    public void get(String callId, Consumer<Optional<StoredSession>> found) {
        flush();
        Optional<StoredSession> near = store.atHand(callId);
        if (near.isPresent()) {
            processor.execute(() -> found.accept(near.map(session -> takeOver(session, atHand))));
            return;
        }
        searches.begin(
                callId,
                others(),
                store.copy(callId),
                nanos.getAsLong(),
                best -> found.accept(best.map(session -> takeOver(session, searched))));
    }

    /** Makes a session this server's own, unless it is already, or belongs to another one by now. */
    private StoredSession takeOver(StoredSession found, LongAdder way) {
        if (store.ownVersion(found.callId()) >= found.version()) {
            return found;
        }
        // Above all versions of former owners: their copies are older than this.
        long version = Math.max(found.version() + 1, members.epoch() << 32);
        var own =
                new StoredSession(found.callId(), version, self.name(), found.pending(), found.state(), found.group());
        if (!store.own(own).stored()) {
            return found;
        }
        way.increment();
        turn.add(Change.put(own));
        if (config.mutant() != Mutant.NO_DELETE) {
            turnReleased.add(Change.removal(found.callId(), version - 1));
            settling.putIfAbsent(found.callId(), new ArrayList<>());
        }
        // The former owner's name stays, by which an engine knows that it has taken the session over.
        return new StoredSession(found.callId(), version, found.owner(), found.pending(), found.state(), found.group());
    }

    @Override
    public boolean owns(String callId) {
        return self.equals(members.ownerOf(callId));
    }

    @Override
    public long epoch() {
        return members.epoch();
    }

    @Override
    public void membersChanged(Members now) {
        processor.execute(() -> {
            boolean processorsChanged = !members.routable().equals(now.routable());
            formerOwners.membersChanged(now);
            if (processorsChanged) {
                formerOwners.ownersChanged(members, now);
            }
            members = now;
            // First of all, so that nothing more is written to who is gone.
            rebuddying.membersChanged(new LinkedHashSet<>(choice.of(self, now)), now);
            writes.membersChanged(now);
            searches.membersChanged(now);
            departures.membersChanged(now, nanos.getAsLong());
            if (processorsChanged) {
                processor.ownershipChanged();
            }
            formerOwners.gaveAll(now);
            settle();
            early.reached(now.epoch());
        });
    }

    @Override
    public void message(ElementConfig sender, Wire message) {
        processor.execute(() -> early.arrived(sender, message, members.epoch()));
    }

    private void timely(ElementConfig sender, Wire message) {
        if (message instanceof Wire.Done done && Departures.isOne(done)) {
            departures.confirmed(done);
        } else if (message instanceof Wire.Done done) {
            confirmed(sender, done);
        } else if (message instanceof Wire.Found found) {
            searches.answered(sender, found);
        } else if (message instanceof Wire.Handover || message instanceof Wire.Moved) {
            formerOwners.arrived(sender, message);
            settle();
        } else if (message instanceof Wire.GaveAll all) {
            formerOwners.told(sender, all);
            settle();
        }
    }

    private void take(ElementConfig from, Wire message) {
        if (message instanceof Wire.Handover handover) {
            processor.takeOver(owned(handover.sessions()));
        } else if (message instanceof Wire.Moved moved && from.equals(self)) {
            processor.moved(
                    own(moved.sessions()), refused -> departures.confirmed(new Wire.Done(moved.batch(), refused)));
        } else if (message instanceof Wire.Moved moved) {
            moved(from, moved);
        }
    }

    /** What former owners gave is taken once they have given all; then who waited for it goes on. */
    private void settle() {
        if (formerOwners.settle(this::take)) {
            processor.given();
        }
    }

    /** What this server gave away in vain is newer than any copy of it. */
    private List<StoredSession> own(List<StoredSession> sessions) {
        return config.engine().depth() == Depth.NONE
                ? sessions
                : sessions.stream()
                        .map(session -> owns(session.callId()) ? takeOver(session, handed) : session)
                        .toList();
    }

    /** What nobody stores at this depth is not stored by moving either. */
    private void moved(ElementConfig sender, Wire.Moved moved) {
        List<StoredSession> ours = config.engine().depth() == Depth.NONE ? moved.sessions() : owned(moved.sessions());
        processor.moved(ours, refused -> {
            List<String> all = moved.sessions().stream()
                    .map(StoredSession::callId)
                    .filter(callId -> refused.contains(callId) || !owns(callId))
                    .toList();
            peers.send(sender, new Wire.Done(moved.batch(), all).bytes());
        });
    }

    private void confirmed(ElementConfig sender, Wire.Done done) {
        if (done.wanted().isEmpty()) {
            writes.confirmed(sender, done);
            return;
        }
        List<Change> whole = done.wanted().stream()
                .flatMap(callId -> store.copy(callId).stream())
                .map(Change::put)
                .toList();
        writes.instead(sender, done.batch(), new Wire.Changes(done.batch(), members.epoch(), whole).bytes());
    }

    /** Those of sessions handed over that are news here: each of the buddies that hold one hands it over. */
    private List<StoredSession> owned(List<StoredSession> sessions) {
        return sessions.stream()
                .filter(session -> owns(session.callId()))
                .filter(session -> store.ownVersion(session.callId()) < session.version())
                .map(session -> takeOver(session, handed))
                .toList();
    }

    @Override
    public String prometheus() {
        return writes.prometheus() + "ringdown_taken_over_total{way=\"at-hand\"} " + atHand.sum()
                + "\nringdown_taken_over_total{way=\"searched\"} " + searched.sum()
                + "\nringdown_taken_over_total{way=\"handed\"} " + handed.sum() + "\n";
    }
}
