package io.ringdown.cluster.dispatcher;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Sends new calls to the replication domain with the least load (paper section 5.2: the proxy chooses one of those available): the fewest
 * sessions for each of its containers, as these told last and by what was chosen since. A choice is remembered, so that an INVITE sent again
 * and a CANCEL follow it; and since they may come by another proxy, one proxy chooses for a call, and the others pass its requests without a
 * tag on to that one. For one thread.
 */
public final class LeastLoaded implements Dispatcher.Routing {
    /** RFC 3261's Timer C, longer than a set-up lasts, and somewhat more. */
    private static final long REMEMBERED_NANOS = 200_000_000_000L;

    private final DomainAffinity affinity;
    private final ElementConfig self;
    private final LongSupplier nanos;
    private final Map<ElementConfig, Integer> told = new HashMap<>();
    /** New calls by domain, since one of its containers told its load. */
    private final Map<Integer, Integer> since = new HashMap<>();
    /** By Call-ID; that which was asked for last stands last. */
    private final Map<String, Choice> choices = new LinkedHashMap<>();

    private record Choice(int domain, long at) {}

    /**
     * A proxy's way of choosing.
     *
     * @param self the proxy
     * @param nanos a monotonic clock
     */
    public LeastLoaded(ClusterConfig config, ElementConfig self, LongSupplier nanos) {
        affinity = new DomainAffinity(config);
        this.self = self;
        this.nanos = nanos;
    }

    /** A container tells how many sessions it has in its hands. */
    public void told(ElementConfig container, int sessions) {
        told.put(container, sessions);
        since.remove(container.domain());
    }

    /** Another proxy, if a datagram is a request of a new call for which that one chooses. What is malformed stays here. */
    public Optional<ElementConfig> chooser(Members members, byte[] datagram, int length) {
        try {
            SipMessage message = SipMessage.parse(datagram, length);
            String key = CallKey.of(message);
            if (!message.isRequest() || CallKey.isOfBindings(key) || affinity.knows(message.toTag())) {
                return Optional.empty();
            }
            return Optional.ofNullable(members.proxyOf(key)).filter(proxy -> !proxy.equals(self));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    @Override
    public ElementConfig ownerOf(Members members, String callId, String mark) {
        // A choice is forgotten long before a binding ends: their domain follows from the user.
        return affinity.knows(mark) || CallKey.isOfBindings(callId)
                ? affinity.ownerOf(members, callId, mark)
                : members.ownerOf(callId, domainOf(members, callId));
    }

    private int domainOf(Members members, String callId) {
        long now = nanos.getAsLong();
        Choice known = choices.remove(callId);
        boolean serves = known != null
                && members.routable().stream().anyMatch(container -> container.domain() == known.domain());
        int domain = serves ? known.domain() : choose(members, callId);
        choices.put(callId, new Choice(domain, now));
        forgetOld(now);
        return domain;
    }

    private int choose(Members members, String callId) {
        int chosen = members.domainOf(callId);
        double least = load(members, chosen);
        for (ElementConfig container : members.routable()) {
            double load = load(members, container.domain());
            if (load < least) {
                least = load;
                chosen = container.domain();
            }
        }
        since.merge(chosen, 1, Integer::sum);
        return chosen;
    }

    /** Sessions for each container of a domain. */
    private double load(Members members, int domain) {
        int sessions = since.getOrDefault(domain, 0);
        int containers = 0;
        for (ElementConfig container : members.routable()) {
            if (container.domain() == domain) {
                sessions += told.getOrDefault(container, 0);
                containers++;
            }
        }
        return (double) sessions / Math.max(1, containers);
    }

    private void forgetOld(long now) {
        for (var oldest = choices.values().iterator(); oldest.hasNext(); ) {
            if (now - oldest.next().at() <= REMEMBERED_NANOS) {
                return;
            }
            oldest.remove();
        }
    }
}
