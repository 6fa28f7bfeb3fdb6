package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sessions that a processor gives away because they are another one's now, while it lives itself: kept, and given to whoever owns them by
 * then, until that one has stored them. For one thread.
 */
final class Departures {
    private static final int PART = 100;

    private final ElementConfig self;
    private final Peers peers;
    private final FormerOwners home;
    private final Map<Long, Departure> underWay = new LinkedHashMap<>();
    private Members members;
    /** Below 0, unlike those of the stores' batches. */
    private long number;

    private static final class Departure {
        final ElementConfig to;
        final List<StoredSession> sessions;
        /** Whether the receiver knows of a later change of members, by which another one owns them. */
        boolean refused;

        long sent;

        Departure(ElementConfig to, List<StoredSession> sessions, long sent) {
            this.to = to;
            this.sessions = sessions;
            this.sent = sent;
        }
    }

    /** @param home takes what comes back to this processor */
    Departures(ElementConfig self, Peers peers, FormerOwners home) {
        this.self = self;
        this.peers = peers;
        this.home = home;
        members = peers.members();
    }

    /** Whether nothing is on its way. */
    boolean none() {
        return underWay.isEmpty();
    }

    /** Gives sessions to their owners; to whoever has none left, nobody does. */
    void give(List<StoredSession> sessions, long now) {
        var byOwner = new LinkedHashMap<ElementConfig, List<StoredSession>>();
        for (StoredSession session : sessions) {
            ElementConfig owner = members.ownerOf(session.callId(), self.domain());
            if (owner != null) {
                byOwner.computeIfAbsent(owner, none -> new ArrayList<>()).add(session);
            }
        }
        byOwner.forEach((owner, its) -> {
            for (int from = 0; from < its.size(); from += PART) {
                long next = --number;
                var part = List.copyOf(its.subList(from, Math.min(its.size(), from + PART)));
                underWay.put(next, new Departure(owner, part, now));
                send(next);
            }
        });
    }

    private void send(long next) {
        Departure departure = underWay.get(next);
        var moved = new Wire.Moved(next, members.epoch(), departure.sessions);
        if (departure.to.equals(self)) {
            home.arrived(self, moved);
        } else {
            peers.send(departure.to, moved.bytes());
        }
    }

    /** A confirmation may be one of these. */
    static boolean isOne(Wire.Done done) {
        return done.batch() < 0;
    }

    /** The new owner has stored them, except those that it does not own by what it knows: the next change of members will tell who does. */
    void confirmed(Wire.Done done) {
        Departure departure = underWay.remove(done.batch());
        if (departure == null || done.fenced().isEmpty()) {
            return;
        }
        var refused = new Departure(
                departure.to,
                departure.sessions.stream()
                        .filter(session -> done.fenced().contains(session.callId()))
                        .toList(),
                departure.sent);
        refused.refused = true;
        underWay.put(--number, refused);
    }

    /** What has not arrived goes to whoever owns it now. */
    void membersChanged(Members now, long nanos) {
        members = now;
        var astray = new ArrayList<StoredSession>();
        for (long next : List.copyOf(underWay.keySet())) {
            Departure departure = underWay.get(next);
            boolean moved = departure.sessions.stream()
                    .anyMatch(session -> !departure.to.equals(now.ownerOf(session.callId(), self.domain())));
            if (moved || departure.refused) {
                astray.addAll(departure.sessions);
                underWay.remove(next);
            }
        }
        give(astray, nanos);
    }

    /** Repeats what has gone unanswered for long. */
    void again(long now) {
        underWay.forEach((next, departure) -> {
            if (now - departure.sent >= Writes.AGAIN_NANOS) {
                departure.sent = now;
                send(next);
            }
        });
    }
}
