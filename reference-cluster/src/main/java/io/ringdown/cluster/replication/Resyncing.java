package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The stores that copy everything from this one. Each is sent as many parts as it has taken, and a few more: all at once would keep this store from
 * whoever waits for it, and want as much memory again as all sessions have. For whoever holds the store's lock.
 */
final class Resyncing {
    private static final int PART = 100;
    private static final int AHEAD = 4;

    private final Peers peers;
    private final Map<String, StoredSession> sessions;
    private final Map<ElementConfig, Copying> underWay = new HashMap<>();
    private long number;

    /** @param left Call-IDs of what has yet to be sent */
    private record Copying(long number, Queue<String> left) {}

    /** @param sessions what the store has, at any time */
    Resyncing(Peers peers, Map<String, StoredSession> sessions) {
        this.peers = peers;
        this.sessions = sessions;
    }

    /** A store asks for everything, perhaps once more. */
    void begin(ElementConfig store) {
        var copying = new Copying(++number, new ArrayDeque<>(sessions.keySet()));
        underWay.put(store, copying);
        for (int i = 0; i < AHEAD && underWay.get(store) == copying; i++) {
            sendNext(store, copying);
        }
    }

    /** A store has taken a part, and is not done. */
    void taken(ElementConfig store, Wire.SyncTaken taken) {
        Copying copying = underWay.get(store);
        if (copying != null && copying.number == taken.copying()) {
            sendNext(store, copying);
        }
    }

    /** A store has everything, from this one or another. */
    void done(ElementConfig store) {
        underWay.remove(store);
    }

    void membersChanged(Members now) {
        underWay.keySet().retainAll(now.alive());
    }

    /** Sessions as they are now: who has begun or changed one since tells the other store itself, or this one passes it on. */
    private void sendNext(ElementConfig store, Copying copying) {
        List<StoredSession> part = new ArrayList<>(PART);
        while (part.size() < PART && !copying.left.isEmpty()) {
            StoredSession session = sessions.get(copying.left.remove());
            if (session != null) {
                part.add(session);
            }
        }
        boolean last = copying.left.isEmpty();
        if (last) {
            underWay.remove(store);
        }
        peers.send(store, new Wire.SyncPart(copying.number, last, part).bytes());
    }
}
