package io.ringdown.cluster;

import io.ringdown.cluster.replication.PartitionedReplicator;
import java.io.IOException;

/** An engine (OCCAS, paper section 5.1) in its surroundings; alone, it is a cluster of one. */
final class EnginePart extends ProcessorPart {
    EnginePart(Surroundings surroundings) throws IOException {
        super(surroundings);
        if (membership != null) {
            replicateBy(new PartitionedReplicator(config, self, peers(), engine(), System::nanoTime));
        }
    }
}
