package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Sessions that cannot wait, gathered by a store for whoever must go on with them. */
final class Handovers {
    private static final int PART = 100;

    private final Map<ElementConfig, List<StoredSession>> byOwner = new LinkedHashMap<>();

    void add(ElementConfig owner, StoredSession session) {
        byOwner.computeIfAbsent(owner, none -> new ArrayList<>()).add(session);
    }

    /** Sends them, part by part. {@code epoch}: the change of members by which they are theirs. */
    void send(Peers peers, long epoch, BiConsumer<String, Map<String, Object>> events) {
        byOwner.forEach((owner, sessions) -> {
            for (int from = 0; from < sessions.size(); from += PART) {
                var part = sessions.subList(from, Math.min(sessions.size(), from + PART));
                peers.send(owner, new Wire.Handover(epoch, List.copyOf(part)).bytes());
            }
            events.accept("takeover-fetched", Map.of("owner", owner.name(), "sessions", sessions.size()));
        });
    }
}
