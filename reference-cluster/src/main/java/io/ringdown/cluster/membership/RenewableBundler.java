package io.ringdown.cluster.membership;

import java.util.List;
import org.jgroups.Address;
import org.jgroups.protocols.PerDestinationBundler;

/** A queue for each destination, as JGroups has it; what waits for one of them can be given up. */
public final class RenewableBundler extends PerDestinationBundler {
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
