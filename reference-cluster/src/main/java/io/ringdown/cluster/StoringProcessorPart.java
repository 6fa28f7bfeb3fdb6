package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.SessionStore;
import io.ringdown.cluster.replication.Wire;
import java.io.IOException;

/** An app processor with a session store in the same process. */
abstract class StoringProcessorPart extends ProcessorPart {
    private SessionStore store;

    StoringProcessorPart(Surroundings surroundings) throws IOException {
        super(surroundings);
    }

    /** In the constructor. */
    final void storeIn(SessionStore store) {
        this.store = store;
    }

    @Override
    final void membersChanged(Members before, Members now) {
        super.membersChanged(before, now);
        store.membersChanged(before, now);
    }

    @Override
    final void message(ElementConfig sender, Wire message) {
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
    final String metrics() {
        return super.metrics() + store.prometheus();
    }

    @Override
    final String copies() {
        return store.copies();
    }
}
