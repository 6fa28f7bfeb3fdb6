package io.ringdown.cluster.membership;

import java.util.List;
import org.jgroups.Address;
import org.jgroups.protocols.PerDestinationBundler;

/** A queue and a thread for each destination, as JGroups can have it; what waits for one of them can be given up. */
public final class RenewableBundler extends PerDestinationBundler {
    /**
     * One thread for all, as JGroups has it unless told otherwise, connects for all: while it tries to reach members that are cut off, which
     * refuse nothing, those that live miss each other's heartbeats, and answers wait.
     */
    public RenewableBundler() {
        useSingleSenderThread(false);
    }

    /** What waits for a destination. */
    String waiting(Address destination) {
        SendBuffer buffer = dests.get(destination);
        return buffer == null ? "nothing" : buffer.toString();
    }

    /** Gives up what waits for a destination. */
    void renew(Address destination) {
        removeLeftMembers(List.of(destination));
    }
}
