package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire.Change;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The session replicator of an OCCAS engine (paper section 5.1): a session's partition follows from its Call-ID, and the engine itself
 * writes to each live replica of it. A WAS container (section 5.2) has one group, its domain, and is a store of it itself. Everything happens on the engine's thread, except {@link #membersChanged} and {@link #message},
 * which hand over to it.
 */
public final class PartitionedReplicator implements SessionReplicator {
    /**
     * Elements answer within milliseconds, the transport repeats what the network loses, and who falls silent is soon a member no more:
     * this is for what none of them mends.
     */
    private static final long AGAIN_NANOS = 2_000_000_000;

    /** About as long as a transaction lasts; nobody waits for the answer any longer. */
    private static final int MOST_ROUNDS = 16;

    private final ClusterConfig config;
    private final ElementConfig self;
    private final Peers peers;
    private final Processor processor;
    private final LongSupplier nanos;

    private Members members;
    private final List<List<Change>> turn = new ArrayList<>();
    private final List<List<Stored>> turnStored = new ArrayList<>();
    /** In the order in which they left, in which they are completed too. */
    private final Map<Long, Batch> batches = new LinkedHashMap<>();

    private long nextLook;

    private final Map<Long, Request> requests = new HashMap<>();
    private final List<Wire.Handover> early = new ArrayList<>();
    private long sequence;

    private record Stored(String callId, Runnable then) {}

    private static final class Batch {
        final Set<ElementConfig> awaited;
        final List<Stored> stored;
        final byte[] message;
        final Set<String> fenced = new HashSet<>();
        long sent;

        Batch(Set<ElementConfig> awaited, List<Stored> stored, byte[] message, long sent) {
            this.awaited = awaited;
            this.stored = stored;
            this.message = message;
            this.sent = sent;
        }
    }

    private static final class Request {
        final String callId;
        final Consumer<Optional<StoredSession>> found;
        final Set<ElementConfig> unasked;
        ElementConfig asked;
        long sent;
        int rounds;
        /** What a store said that may not have everything. */
        StoredSession uncertain;

        Request(String callId, Set<ElementConfig> unasked, Consumer<Optional<StoredSession>> found) {
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
            nextLook = now + AGAIN_NANOS / 2;
            again(now);
        }
    }

    /** Repeats what has gone unanswered for long: a call must not hang for ever on one message. */
    private void again(long now) {
        var silent = new TreeSet<String>();
        int late = 0;
        for (Batch batch : batches.values()) {
            if (now - batch.sent >= AGAIN_NANOS) {
                batch.sent = now;
                batch.awaited.forEach(replica -> peers.send(replica, batch.message));
                batch.awaited.forEach(replica -> silent.add(replica.name()));
                late++;
            }
        }
        if (late > 0) {
            processor.storesSilent(
                    Map.of("stores", String.join(" ", silent), "batches", late, "epoch", members.epoch()));
        }
        Map.copyOf(requests).forEach((number, request) -> {
            if (now - request.sent >= AGAIN_NANOS) {
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
        List<ElementConfig> replicas = members.replicas(partition);
        if (replicas.isEmpty()) {
            // Service goes on without protection.
            stored.forEach(one -> one.then().run());
            return;
        }
        long batch = sequence++;
        byte[] message = new Wire.Changes(batch, members.epoch(), changes).bytes();
        batches.put(batch, new Batch(new HashSet<>(replicas), stored, message, nanos.getAsLong()));
        replicas.forEach(replica -> peers.send(replica, message));
    }

    @Override
    public void get(String callId, Consumer<Optional<StoredSession>> found) {
        // What was changed before must arrive before.
        flush();
        long number = sequence++;
        var request = new Request(callId, new HashSet<>(members.replicas(groupOf(callId))), found);
        requests.put(number, request);
        ask(number, request);
    }

    private void ask(long number, Request request) {
        if (request.unasked.isEmpty()) {
            requests.remove(number);
            processor.execute(() -> request.found.accept(Optional.ofNullable(request.uncertain)));
            return;
        }
        request.sent = nanos.getAsLong();
        request.asked = request.unasked.contains(self)
                ? self
                : request.unasked.iterator().next();
        request.unasked.remove(request.asked);
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

    /** The set of live members changed. From any thread. */
    public void membersChanged(Members now) {
        processor.execute(() -> {
            boolean enginesChanged = !members.routable().equals(now.routable());
            members = now;
            List.copyOf(batches.keySet()).forEach(number -> {
                Batch batch = batches.get(number);
                batch.awaited.retainAll(now.alive());
                completeIfDone(number, batch);
            });
            Map.copyOf(requests).forEach((number, request) -> {
                request.unasked.retainAll(now.alive());
                if (!now.contains(request.asked)) {
                    ask(number, request);
                }
            });
            if (enginesChanged) {
                processor.ownershipChanged();
            }
            List<Wire.Handover> due = early.stream()
                    .filter(handover -> handover.epoch() <= now.epoch())
                    .toList();
            early.removeAll(due);
            due.forEach(handover -> processor.takeOver(handover.sessions()));
        });
    }

    /** A message came. From any thread. */
    public void message(ElementConfig sender, Wire message) {
        processor.execute(() -> {
            if (message instanceof Wire.Done done) {
                Batch batch = batches.get(done.batch());
                if (batch != null) {
                    batch.awaited.remove(sender);
                    batch.fenced.addAll(done.fenced());
                    completeIfDone(done.batch(), batch);
                }
            } else if (message instanceof Wire.Found found) {
                Request request = requests.get(found.request());
                if (request != null) {
                    found(found, request);
                }
            } else if (message instanceof Wire.Handover handover) {
                if (handover.epoch() > members.epoch()) {
                    early.add(handover);
                } else {
                    processor.takeOver(handover.sessions());
                }
            }
        });
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

    private void completeIfDone(long number, Batch batch) {
        if (!batch.awaited.isEmpty()) {
            return;
        }
        batches.remove(number);
        batch.fenced.forEach(processor::fenced);
        for (Stored stored : batch.stored) {
            if (!batch.fenced.contains(stored.callId())) {
                stored.then().run();
            }
        }
    }
}
