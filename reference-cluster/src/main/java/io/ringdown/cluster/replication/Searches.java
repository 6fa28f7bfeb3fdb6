package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator.Processor;
import io.ringdown.cluster.session.StoredSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sessions that a server of MSS looks for at all others (paper section 5.3). Any of them may hold the newest copy, so a
 * search ends once each has answered or is gone. For one thread.
 */
final class Searches {
    private final Peers peers;
    private final Processor processor;
    private final Map<Long, Search> underWay = new HashMap<>();
    private Members members;
    private long sequence;

    private static final class Search {
        final String callId;
        final Set<ElementConfig> awaited;
        final Consumer<Optional<StoredSession>> found;
        Optional<StoredSession> best;
        long sent;

        Search(
                String callId,
                Collection<ElementConfig> others,
                Optional<StoredSession> copy,
                Consumer<Optional<StoredSession>> found) {
            this.callId = callId;
            this.awaited = new LinkedHashSet<>(others);
            this.best = copy;
            this.found = found;
        }
    }

    Searches(Peers peers, Processor processor) {
        this.peers = peers;
        this.processor = processor;
        members = peers.members();
    }

    /**
     * Asks others for a session; {@code found} is called with the newest version there is.
     *
     * @param copy the one that is here, if there is one: whoever owns the session has none that is older
     */
    void begin(
            String callId,
            List<ElementConfig> others,
            Optional<StoredSession> copy,
            long now,
            Consumer<Optional<StoredSession>> found) {
        var search = new Search(callId, others, copy, found);
        long number = sequence++;
        underWay.put(number, search);
        ask(number, search, now);
        concludeIfDone(number, search);
    }

    private void ask(long number, Search search, long now) {
        search.sent = now;
        byte[] question = new Wire.Get(number, members.epoch(), search.callId).bytes();
        search.awaited.forEach(other -> peers.send(other, question));
    }

    private void concludeIfDone(long number, Search search) {
        if (search.awaited.isEmpty() && underWay.remove(number) != null) {
            processor.execute(() -> search.found.accept(search.best));
        }
    }

    /** One of them has answered. */
    void answered(ElementConfig sender, Wire.Found answer) {
        Search search = underWay.get(answer.request());
        if (search == null) {
            return;
        }
        answer.session()
                .filter(session -> search.best
                        .filter(best -> best.version() >= session.version())
                        .isEmpty())
                .ifPresent(session -> search.best = Optional.of(session));
        search.awaited.remove(sender);
        concludeIfDone(answer.request(), search);
    }

    /** Those that are gone are awaited no more. */
    void membersChanged(Members now) {
        members = now;
        new LinkedHashMap<>(underWay).forEach((number, search) -> {
            search.awaited.retainAll(now.alive());
            concludeIfDone(number, search);
        });
    }

    /** Asks those again that have not answered for long. */
    void again(long now) {
        underWay.forEach((number, search) -> {
            if (now - search.sent >= Writes.AGAIN_NANOS) {
                ask(number, search, now);
            }
        });
    }
}
