package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Replica;
import io.ringdown.cluster.replication.Wire;
import java.io.IOException;

/** A replica in its surroundings. */
final class ReplicaPart extends Part {
    private static final long WATCH_MILLIS = 50;

    private final Replica replica;
    private final AskingThread asking;

    ReplicaPart(Surroundings surroundings) {
        super(surroundings);
        replica = new Replica(config, self, peers(), this::event, System::nanoTime);
        StallWatch watch = stallWatch();
        asking = new AskingThread(replica);
        asking.also(WATCH_MILLIS, watch::steady);
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
    String copies() {
        return replica.copies();
    }

    @Override
    public void close() throws IOException {
        asking.close();
        super.close();
    }
}
