package io.ringdown.cluster;

import io.ringdown.cluster.replication.BuddyReplicator;
import io.ringdown.cluster.replication.BuddyStore;
import io.ringdown.cluster.replication.Peers;
import java.io.IOException;

/** A server (MSS, paper section 5.3) in its surroundings: app processor, session replicator and session store in one. */
final class ServerPart extends StoringProcessorPart {
    ServerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        Peers peers = nearPeers();
        var store = new BuddyStore(config, self, peers, this::event, System::nanoTime);
        storeIn(store);
        replicateBy(new BuddyReplicator(config, self, peers, engine(), store, System::nanoTime));
    }

    /** Its buddies have told that they have everything, too: until then whoever was one before is told of every change as well. */
    @Override
    boolean synced() {
        return super.synced() && settled();
    }
}
