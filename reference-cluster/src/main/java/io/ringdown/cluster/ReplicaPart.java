package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Replica;
import io.ringdown.cluster.replication.Wire;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A replica in its surroundings. */
final class ReplicaPart extends Part {
    private static final long WATCH_MILLIS = 50;
    private static final long ASK_MILLIS = 2_000;

    private final Replica replica;
    private final ScheduledExecutorService watching = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "stall watch");
        thread.setDaemon(true);
        return thread;
    });

    ReplicaPart(Surroundings surroundings) {
        super(surroundings);
        replica = new Replica(self, peers(), this::event, System::nanoTime);
        StallWatch watch = stallWatch();
        watching.scheduleWithFixedDelay(watch::steady, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
        watching.scheduleWithFixedDelay(replica::askAgain, ASK_MILLIS, ASK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    void serve() {
        // messages come as soon as it has joined
    }

    @Override
    void membersChanged(Members before, Members now) {
        replica.membersChanged(before, now);
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        replica.message(sender, message);
    }

    @Override
    boolean synced() {
        return replica.synced();
    }

    @Override
    String metrics() {
        return replica.prometheus();
    }

    @Override
    String listing() {
        return replica.copies();
    }

    @Override
    public void close() throws IOException {
        watching.shutdownNow();
        super.close();
    }
}
