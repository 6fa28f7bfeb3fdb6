package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.BuddyReplicator;
import io.ringdown.cluster.replication.BuddyStore;
import io.ringdown.cluster.replication.Peers;
import io.ringdown.cluster.replication.Wire;
import java.io.IOException;

/** A server (MSS, paper section 5.3) in its surroundings: app processor, session replicator and session store in one. */
final class ServerPart extends ProcessorPart {
    private final BuddyStore store;

    ServerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        Peers peers = nearPeers();
        store = new BuddyStore(config, self, peers, this::event, System::nanoTime);
        replicateBy(new BuddyReplicator(config, self, peers, engine(), store, System::nanoTime));
    }

    @Override
    void membersChanged(Members before, Members now) {
        super.membersChanged(before, now);
        store.membersChanged(before, now);
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        if (message.forProcessor()) {
            super.message(sender, message);
        } else {
            store.message(sender, message);
        }
    }

    @Override
    boolean synced() {
        return store.synced();
    }

    @Override
    String metrics() {
        return super.metrics() + store.prometheus();
    }

    @Override
    String copies() {
        return store.copies();
    }
}
