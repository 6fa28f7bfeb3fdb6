package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Emulates the distance between machines and between racks: what leaves for another element goes off half a round trip later, on a thread
 * of its own, in order for each receiver. Nothing is delayed within a machine. May be used from any thread.
 */
public final class Distance implements Peers, AutoCloseable {
    private final ElementConfig self;
    private final ClusterConfig.Distance settings;
    private final Peers peers;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Letter> underWay = new PriorityQueue<>();
    private final Thread thread = new Thread(this::deliver, "distance");
    private long sequence;
    private boolean closed;

    private record Letter(long due, long sequence, ElementConfig to, byte[] content) implements Comparable<Letter> {
        @Override
        public int compareTo(Letter other) {
            return due != other.due ? Long.compare(due - other.due, 0) : Long.compare(sequence, other.sequence);
        }
    }

    /** {@code peers}: who sends in the end. */
    Distance(ElementConfig self, ClusterConfig.Distance settings, Peers peers, LongSupplier nanos) {
        this.self = self;
        this.settings = settings;
        this.peers = peers;
        this.nanos = nanos;
        thread.setDaemon(true);
    }

    /** At that distance from the others, or right beside them if there is none. */
    public static Peers between(ElementConfig self, ClusterConfig.Distance settings, Peers peers) {
        if (settings.machinesMicros() == 0 && settings.racksMicros() == 0) {
            return peers;
        }
        var distance = new Distance(self, settings, peers, System::nanoTime);
        distance.thread.start();
        return distance;
    }

    @Override
    public Members members() {
        return peers.members();
    }

    @Override
    public void send(ElementConfig to, byte[] content) {
        long oneWay = settings.between(self, to) * 1_000 / 2;
        if (oneWay == 0) {
            peers.send(to, content);
            return;
        }
        lock.lock();
        try {
            underWay.add(new Letter(nanos.getAsLong() + oneWay, sequence++, to, content));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** To each by itself, since some are nearer than others. */
    @Override
    public void sendToAll(byte[] content) {
        members().alive().forEach(to -> send(to, content));
    }

    private void deliver() {
        try {
            while (awaitDue()) {
                deliverDue();
            }
        } catch (InterruptedException e) {
            // as good as closed
        }
    }

    /** False once it is closed. */
    private boolean awaitDue() throws InterruptedException {
        lock.lock();
        try {
            for (long wait; !closed && (wait = nanosToNext()) > 0; ) {
                changed.await(wait, TimeUnit.NANOSECONDS);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private long nanosToNext() {
        return underWay.isEmpty() ? Long.MAX_VALUE : underWay.peek().due() - nanos.getAsLong();
    }

    /** Sends what is due. */
    void deliverDue() {
        for (Letter letter; (letter = takeDue()) != null; ) {
            peers.send(letter.to(), letter.content());
        }
    }

    private Letter takeDue() {
        lock.lock();
        try {
            return nanosToNext() > 0 ? null : underWay.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
