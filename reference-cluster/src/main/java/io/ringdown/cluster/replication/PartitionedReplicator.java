package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The session replicator of an OCCAS engine (paper section 5.1): a session's partition follows from its Call-ID, and the engine itself
 * writes to each live replica of it. A WAS container (section 5.2) has one group, its domain, and is a store of it itself. Everything happens on the engine's thread, except {@link #membersChanged} and {@link #message},
 * which hand over to it.
 */
public final class PartitionedReplicator implements ClusterReplicator {
    /** About as long as a transaction lasts; nobody waits for the answer any longer. */
    private static final int MOST_ROUNDS = 16;

    private final ClusterConfig config;
    private final ElementConfig self;
    private final Peers peers;
    private final Processor processor;
    private final LongSupplier nanos;
    private final Writes writes;
    private final Departures departures;
    private volatile long settled = -1;

    private Members members;
    private final List<List<Change>> turn = new ArrayList<>();
    private final List<List<Stored>> turnStored = new ArrayList<>();
    private long nextLook;

    private final Map<Long, Request> requests = new HashMap<>();
    private final Postponed early = new Postponed();
    private long sequence;

    private record Stored(String callId, Runnable then) {}

    private static final class Request {
        final String callId;
        final Consumer<Optional<StoredSession>> found;
        /** In the order in which they are to be asked. */
        final Deque<ElementConfig> unasked;

        ElementConfig asked;
        long sent;
        int rounds;
        /** What a store said that may not have everything. */
        StoredSession uncertain;

        Request(String callId, Deque<ElementConfig> unasked, Consumer<Optional<StoredSession>> found) {
            this.callId = callId;
            this.unasked = unasked;
            this.found = found;
        }
    }

    public PartitionedReplicator(
            ClusterConfig config, ElementConfig self, Peers peers, Processor processor, LongSupplier nanos) {
        this.nanos = nanos;
        this.config = config;
        this.self = self;
        this.peers = peers;
        this.processor = processor;
        members = peers.members();
        writes = new Writes(self, peers, this::silent);
        departures = new Departures(self, peers, processor);
        for (int i = 0; i < config.partitions(); i++) {
            turn.add(new ArrayList<>());
            turnStored.add(new ArrayList<>());
        }
    }

    @Override
    public void put(StoredSession session, Runnable stored) {
        int partition = groupOf(session.callId());
        turn.get(partition).add(Change.put(session));
        turnStored.get(partition).add(new Stored(session.callId(), stored));
    }

    @Override
    public void purge(String callId, long version) {
        turn.get(groupOf(callId)).add(Change.removal(callId, version));
    }

    @Override
    public void flush() {
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
        Map.copyOf(requests).forEach((number, request) -> {
            if (now - request.sent >= Writes.AGAIN_NANOS) {
                if (request.unasked.isEmpty() && ++request.rounds < MOST_ROUNDS) {
                    request.unasked.addAll(members.replicas(groupOf(request.callId)));
                }
                ask(number, request);
            }
        });
    }

    private void flush(int partition) {
        var changes = List.copyOf(turn.get(partition));
        var stored = List.copyOf(turnStored.get(partition));
        turn.get(partition).clear();
        turnStored.get(partition).clear();
        long batch = writes.next();
        var message = new Writes.Message(new Wire.Changes(batch, members.epoch(), changes).bytes(), stored.size());
        var messages = new LinkedHashMap<ElementConfig, Writes.Message>();
        // Where there is none, service goes on without protection.
        members.replicas(partition).forEach(replica -> messages.put(replica, message));
        writes.send(batch, messages, nanos.getAsLong(), fenced -> done(stored, fenced));
    }

    private void done(List<Stored> stored, Set<String> fenced) {
        fenced.forEach(processor::fenced);
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
        long number = sequence++;
        var request = new Request(callId, inTurn(number, groupOf(callId)), found);
        requests.put(number, request);
        ask(number, request);
    }

    /** The store at hand comes first; of others each in turn, so that all have the same to do (paper section 6.1.3). */
    private Deque<ElementConfig> inTurn(long number, int group) {
        var stores = new ArrayList<>(members.replicas(group));
        Collections.rotate(stores, (int) number);
        if (stores.remove(self)) {
            stores.add(0, self);
        }
        return new ArrayDeque<>(stores);
    }

    private void ask(long number, Request request) {
        if (request.unasked.isEmpty()) {
            requests.remove(number);
            processor.execute(() -> request.found.accept(Optional.ofNullable(request.uncertain)));
            return;
        }
        request.sent = nanos.getAsLong();
        request.asked = request.unasked.remove();
        peers.send(request.asked, new Wire.Get(number, members.epoch(), request.callId).bytes());
    }

    private int groupOf(String callId) {
        return self.stores() ? self.partition() : config.partitionOf(callId);
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
            members = now;
            writes.membersChanged(now);
            Map.copyOf(requests).forEach((number, request) -> {
                request.unasked.retainAll(now.alive());
                if (!now.contains(request.asked)) {
                    ask(number, request);
                }
            });
            departures.membersChanged(now, nanos.getAsLong());
            if (enginesChanged) {
                processor.ownershipChanged();
            }
            early.due(now.epoch()).forEach(letter -> timely(letter.sender(), letter.message()));
        });
    }

    @Override
    public void message(ElementConfig sender, Wire message) {
        processor.execute(() -> {
            if (message.knownEpoch() > members.epoch()) {
                early.add(sender, message.knownEpoch(), message);
            } else {
                timely(sender, message);
            }
        });
    }

    private void timely(ElementConfig sender, Wire message) {
        if (message instanceof Wire.Done done && Departures.isOne(done)) {
            departures.confirmed(done);
        } else if (message instanceof Wire.Done done) {
            writes.confirmed(sender, done);
        } else if (message instanceof Wire.Found found) {
            Request request = requests.get(found.request());
            if (request != null) {
                found(found, request);
            }
        } else if (message instanceof Wire.Handover handover) {
            processor.takeOver(handover.sessions());
        } else if (message instanceof Wire.Moved moved) {
            processor.moved(
                    moved.sessions(), refused -> peers.send(sender, new Wire.Done(moved.batch(), refused).bytes()));
        }
    }

    private void found(Wire.Found answer, Request request) {
        if (answer.synced()) {
            requests.remove(answer.request());
            request.found.accept(answer.session());
            return;
        }
        StoredSession before = request.uncertain;
        request.uncertain = answer.session()
                .filter(session -> before == null || session.version() > before.version())
                .orElse(before);
        ask(answer.request(), request);
    }

    @Override
    public String prometheus() {
        return writes.prometheus();
    }
}
