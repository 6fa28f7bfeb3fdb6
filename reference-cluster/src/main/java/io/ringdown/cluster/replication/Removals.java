package io.ringdown.cluster.replication;

import io.ringdown.cluster.session.StoredSession;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was removed from a store of late: an older copy, or a put that comes twice, must not bring a session back. */
final class Removals {
    /** Longer than any message can be under way; of no use for longer than a resynchronization takes. */
    private static final long KEPT_NANOS = 20_000_000_000L;

    /** Oldest first. */
    private final Map<String, Removal> removals = new LinkedHashMap<>();

    private record Removal(long version, long at) {}

    /** Remembers one. */
    void add(String callId, long version, long now) {
        removals.remove(callId);
        removals.put(callId, new Removal(version, now));
    }

    /** Forgets those of long ago. */
    void forgetOld(long now) {
        for (var oldest = removals.values().iterator(); oldest.hasNext(); ) {
            if (now - oldest.next().at() <= KEPT_NANOS) {
                return;
            }
            oldest.remove();
        }
    }

    /** Whether that version, or a later one, was removed. */
    boolean cover(StoredSession session) {
        Removal removal = removals.get(session.callId());
        return removal != null && removal.version() >= session.version();
    }
}
