package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The session replicator of an OCCAS engine (paper section 5.1): a new session's partition follows from its Call-ID and from which partitions
 * there are, and stays the same until the session ends; the engine itself writes to each live replica of it. A WAS container (section 5.2) has one
 * group, its domain, and is a store of it itself. Everything happens on the engine's thread, except {@link #membersChanged} and
 * {@link #message}, which hand over to it.
 */
public final class PartitionedReplicator implements ClusterReplicator {
    private final ClusterConfig config;
    private final ElementConfig self;
    private final Peers peers;
    private final Processor processor;
    private final LongSupplier nanos;
    private final Writes writes;
    private final Departures departures;
    private final FormerOwners formerOwners;
    private final Lookups lookups;
    private volatile long settled = -1;

    private Members members;
    private final List<List<Change>> turn = new ArrayList<>();
    private final List<List<Stored>> turnStored = new ArrayList<>();
    private long nextLook;

    private final Postponed early = new Postponed(this::timely);
    /** Replicas whose partition has been complete: new calls may be given to it. */
    private final Set<ElementConfig> entered = new LinkedHashSet<>();

    private volatile Set<Integer> inUse = Set.of();

    private record Stored(String callId, Runnable then) {}

    public PartitionedReplicator(
            ClusterConfig config, ElementConfig self, Peers peers, Processor processor, LongSupplier nanos) {
        this.nanos = nanos;
        this.config = config;
        this.self = self;
        this.peers = peers;
        this.processor = processor;
        members = peers.members();
        writes = new Writes(self, peers, this::silent);
        formerOwners = new FormerOwners(self, peers, config.engine(), nanos);
        departures = new Departures(self, peers, formerOwners);
        lookups = new Lookups(self, peers, processor);
        for (int i = 0; i < config.partitions(); i++) {
            turn.add(new ArrayList<>());
            turnStored.add(new ArrayList<>());
        }
        findInUse();
    }

    private void findInUse() {
        inUse = IntStream.range(0, config.partitions())
                .filter(partition -> config.standing(partition)
                        || entered.stream().anyMatch(replica -> replica.partition() == partition))
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public int groupOf(String callId) {
        return groups(callId).stream().filter(inUse::contains).findFirst().orElseThrow();
    }

    /** The groups that may hold a call, the one that a new call is given to before those that it was given to earlier. */
    private List<Integer> groups(String callId) {
        return self.stores() ? List.of(self.partition()) : config.partitionsOf(callId);
    }

    @Override
    public void put(StoredSession session, Runnable stored) {
        change(session.group(), Change.put(session), stored);
    }

    @Override
    public void claim(StoredSession session, Runnable stored) {
        List<Integer> others = groups(session.callId()).stream()
                .filter(group -> group != session.group())
                .toList();
        int[] left = {1 + others.size()};
        Runnable one = () -> {
            if (--left[0] == 0) {
                stored.run();
            }
        };
        change(session.group(), Change.put(session), one);
        others.forEach(group -> change(group, Change.removal(session.callId(), session.version()), one));
    }

    private void change(int group, Change change, Runnable stored) {
        turn.get(group).add(change);
        turnStored.get(group).add(new Stored(change.callId(), stored));
    }

    @Override
    public void purge(String callId, int group, long version) {
        List<Integer> from = group == StoredSession.NOWHERE ? groups(callId) : List.of(group);
        from.forEach(one -> turn.get(one).add(Change.removal(callId, version)));
    }

    @Override
    public void flush() {
        settle();
        for (int partition = 0; partition < turn.size(); partition++) {
            if (!turn.get(partition).isEmpty()) {
                flush(partition);
            }
        }
        long now = nanos.getAsLong();
        if (now - nextLook >= 0) {
            nextLook = now + Writes.AGAIN_NANOS / 2;
            again(now);
        }
        settled = departures.none() ? members.epoch() : -1;
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

    private void silent(Set<String> stores, int batches) {
        processor.storesSilent(
                Map.of("stores", String.join(" ", stores), "batches", batches, "epoch", members.epoch()));
    }

    private void again(long now) {
        writes.again(now);
        departures.again(now);
        lookups.again(now);
    }

    private void flush(int partition) {
        var changes = List.copyOf(turn.get(partition));
        var stored = List.copyOf(turnStored.get(partition));
        turn.get(partition).clear();
        turnStored.get(partition).clear();
        long batch = writes.next();
        int copies = (int)
                changes.stream().filter(change -> change.session().isPresent()).count();
        var message = new Writes.Message(new Wire.Changes(batch, members.epoch(), changes).bytes(), copies);
        var messages = new LinkedHashMap<ElementConfig, Writes.Message>();
        // Where there is none, service goes on without protection.
        members.replicas(partition).forEach(replica -> messages.put(replica, message));
        writes.send(batch, messages, nanos.getAsLong(), fenced -> done(changes, stored, fenced));
    }

    private void done(List<Change> changes, List<Stored> stored, Set<String> fenced) {
        Writes.fence(processor, changes, fenced);
        for (Stored one : stored) {
            if (!fenced.contains(one.callId())) {
                one.then().run();
            }
        }
    }

    @Override
    public void get(String callId, Consumer<Optional<StoredSession>> found) {
        // What was changed before must arrive before.
        flush();
        lookups.begin(callId, groups(callId), nanos.getAsLong(), found);
    }

    @Override
    public boolean owns(String callId) {
        return self.equals(members.ownerOf(callId, self.domain()));
    }

    @Override
    public long epoch() {
        return members.epoch();
    }

    @Override
    public void membersChanged(Members now) {
        processor.execute(() -> {
            boolean enginesChanged = !members.routable().equals(now.routable());
            formerOwners.membersChanged(now);
            if (enginesChanged) {
                formerOwners.ownersChanged(members, now);
            }
            members = now;
            writes.membersChanged(now);
            lookups.membersChanged(now, nanos.getAsLong());
            entered.retainAll(now.alive());
            findInUse();
            departures.membersChanged(now, nanos.getAsLong());
            if (enginesChanged) {
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
            writes.confirmed(sender, done);
        } else if (message instanceof Wire.Found found) {
            lookups.answered(sender, found, nanos.getAsLong());
        } else if (message instanceof Wire.Synced synced && synced.entered()) {
            entered.add(sender);
            findInUse();
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
            processor.takeOver(handover.sessions());
        } else if (message instanceof Wire.Moved moved) {
            processor.moved(moved.sessions(), refused -> confirm(from, new Wire.Done(moved.batch(), refused)));
        }
    }

    private void confirm(ElementConfig giver, Wire.Done done) {
        if (giver.equals(self)) {
            departures.confirmed(done);
        } else {
            peers.send(giver, done.bytes());
        }
    }

    /** What former owners gave is taken once they have given all; then who waited for it goes on. */
    private void settle() {
        if (formerOwners.settle(this::take)) {
            processor.given();
        }
    }

    @Override
    public String prometheus() {
        Set<Integer> now = inUse;
        String used = self.stores()
                ? ""
                : IntStream.range(0, config.partitions())
                        .mapToObj(partition -> "ringdown_partition_in_use{partition=\"" + partition + "\"} "
                                + (now.contains(partition) ? 1 : 0) + "\n")
                        .collect(Collectors.joining());
        return writes.prometheus() + used;
    }
}
