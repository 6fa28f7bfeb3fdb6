package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator.Processor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a session replicator has sent to session stores and they have yet to confirm. A batch is done once every store has confirmed it that
 * is still alive. For one thread, except its figures.
 */
final class Writes {
    /**
     * Elements answer within milliseconds, the transport repeats what the network loses, and who falls silent is soon a member no more:
     * this is for what none of them mends.
     */
    static final long AGAIN_NANOS = 2_000_000_000;

    private final ElementConfig self;
    private final Peers peers;
    /** Told which stores are silent about how many batches. */
    private final BiConsumer<Set<String>, Integer> silent;
    /** In the order in which they left, in which they are completed too. */
    private final Map<Long, Batch> batches = new LinkedHashMap<>();

    private final LongAdder copies = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder bytesBetweenMachines = new LongAdder();
    private final LongAdder bytesBetweenRacks = new LongAdder();
    private long sequence;

    /** What one store is told, and how many sessions it stores by that. */
    record Message(byte[] bytes, int copies) {}

    private static final class Batch {
        final Map<ElementConfig, Message> awaited;
        final Consumer<Set<String>> done;
        final Set<String> fenced = new HashSet<>();
        long sent;

        Batch(Map<ElementConfig, Message> awaited, Consumer<Set<String>> done, long sent) {
            this.awaited = awaited;
            this.done = done;
            this.sent = sent;
        }
    }

    Writes(ElementConfig self, Peers peers, BiConsumer<Set<String>, Integer> silent) {
        this.self = self;
        this.peers = peers;
        this.silent = silent;
    }

    /** Tells a processor which of its changes were refused. */
    static void fence(Processor processor, List<Wire.Change> changes, Set<String> fenced) {
        changes.stream()
                .filter(change -> fenced.contains(change.callId()))
                .forEach(change -> processor.fenced(change.callId(), change.version()));
    }

    /** A number for the next batch. */
    long next() {
        return sequence++;
    }

    /**
     * Sends a batch.
     *
     * @param messages what each store is told
     * @param done called, on this thread, with the Call-IDs that were refused because another processor owns them; at once if there is no
     *     store
     */
    void send(long batch, Map<ElementConfig, Message> messages, long now, Consumer<Set<String>> done) {
        if (messages.isEmpty()) {
            done.accept(Set.of());
            return;
        }
        batches.put(batch, new Batch(new LinkedHashMap<>(messages), done, now));
        messages.forEach(this::tell);
    }

    private void tell(ElementConfig store, Message message) {
        if (!store.equals(self)) {
            count(store, message.copies(), message.bytes().length);
        }
        peers.send(store, message.bytes());
    }

    private void count(ElementConfig store, int copied, int length) {
        copies.add(copied);
        bytes.add(length);
        if (!store.machine().equals(self.machine())) {
            bytesBetweenMachines.add(length);
        }
        if (!store.rack().equals(self.rack())) {
            bytesBetweenRacks.add(length);
        }
    }

    /** A store has confirmed a batch. */
    void confirmed(ElementConfig store, Wire.Done done) {
        Batch batch = batches.get(done.batch());
        if (batch != null) {
            batch.awaited.remove(store);
            batch.fenced.addAll(done.fenced());
            completeIfDone(done.batch(), batch);
        }
    }

    /** Sends something else to a store in place of what it could not use of a batch. */
    void instead(ElementConfig store, long number, byte[] message) {
        Batch batch = batches.get(number);
        if (batch != null && batch.awaited.containsKey(store)) {
            var whole = new Message(message, 0);
            batch.awaited.put(store, whole);
            tell(store, whole);
        }
    }

    /** Those that are gone are waited for no longer. */
    void membersChanged(Members now) {
        List.copyOf(batches.keySet()).forEach(number -> {
            Batch batch = batches.get(number);
            if (batch != null) {
                batch.awaited.keySet().retainAll(now.alive());
                completeIfDone(number, batch);
            }
        });
    }

    /** Repeats what has gone unanswered for long: a call must not hang for ever on one message. */
    void again(long now) {
        var names = new TreeSet<String>();
        int late = 0;
        for (Batch batch : batches.values()) {
            if (now - batch.sent >= AGAIN_NANOS) {
                batch.sent = now;
                batch.awaited.forEach((store, message) -> peers.send(store, message.bytes()));
                batch.awaited.keySet().forEach(store -> names.add(store.name()));
                late++;
            }
        }
        if (late > 0) {
            silent.accept(names, late);
        }
    }

    private void completeIfDone(long number, Batch batch) {
        if (batch.awaited.isEmpty()) {
            batches.remove(number);
            batch.done.accept(batch.fenced);
        }
    }

    /** Figures in Prometheus' text format. */
    String prometheus() {
        return "ringdown_copies_sent_total " + copies.sum()
                + "\nringdown_replication_bytes_total{between=\"processes\"} "
                + bytes.sum() + "\nringdown_replication_bytes_total{between=\"machines\"} " + bytesBetweenMachines.sum()
                + "\nringdown_replication_bytes_total{between=\"racks\"} " + bytesBetweenRacks.sum() + "\n";
    }
}
