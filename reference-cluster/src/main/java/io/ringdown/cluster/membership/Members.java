package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.session.Rendezvous;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who is alive, by one member's knowledge.
 *
 * @param epoch grows with every view
 * @param alive live elements, longest-serving first
 * @param routable app processors that serve calls
 * @param spread app processors that calls are spread over: those that serve, or (where all calls of a dead one go to one other) all
 */
public record Members(long epoch, List<ElementConfig> alive, List<ElementConfig> routable, List<ElementConfig> spread) {
    public Members {
        alive = List.copyOf(alive);
        routable = List.copyOf(routable);
        spread = List.copyOf(spread);
    }

    /** With calls spread over those that serve. */
    public Members(long epoch, List<ElementConfig> alive, List<ElementConfig> routable) {
        this(epoch, alive, routable, routable);
    }

    /** Whether an element is alive. */
    public boolean contains(ElementConfig element) {
        return alive.contains(element);
    }

    /**
     * The dispatcher that holds the service address: the longest-serving one, so that a returning one disturbs nobody. None while no
     * engine is alive, so that a dispatcher that was separated from all takes the address from nobody.
     */
    public ElementConfig activeDispatcher() {
        if (alive.stream().noneMatch(ElementConfig::processes)) {
            return null;
        }
        return alive.stream().filter(ElementConfig::receives).findFirst().orElse(null);
    }

    /**
     * The dispatcher that holds a service address: the one whose own it is, as soon as it lives (failback), else, and where none has one of
     * its own, as {@link #activeDispatcher}.
     */
    public ElementConfig holderOf(InetSocketAddress service) {
        ElementConfig active = activeDispatcher();
        return alive.stream()
                .filter(element -> active != null && service.equals(element.service()))
                .findFirst()
                .orElse(active);
    }

    /** Live replicas of a partition, longest-serving first. */
    public List<ElementConfig> replicas(int partition) {
        return alive.stream()
                .filter(element -> element.stores() && element.partition() == partition)
                .toList();
    }

    /**
     * The app processor that owns a new call, of those that calls are spread over. Null if there is none.
     */
    public ElementConfig ownerOf(String callId) {
        return ownerOf(callId, domainOf(callId));
    }

    /**
     * The app processor of a replication domain that owns a call: rendezvous hash of the Call-ID, so that everybody agrees without
     * talking and a death moves only the dead one's calls, evenly. Null if there is none.
     *
     * @param domain as {@link ElementConfig#domain}
     */
    public ElementConfig ownerOf(String callId, int domain) {
        long key = Rendezvous.hash(callId);
        ElementConfig owner = null;
        long highest = Long.MIN_VALUE;
        for (ElementConfig processor : spread) {
            long weight = Rendezvous.mix(key ^ Rendezvous.mix(processor.rank() + 1L));
            if (processor.domain() == domain && (weight > highest || owner == null)) {
                highest = weight;
                owner = processor;
            }
        }
        boolean serves = spread.size() == routable.size() || routable.contains(owner);
        return owner == null || serves ? owner : standIn(owner);
    }

    /** The next one in line that serves, after the last one the first. Null if there is none. */
    private ElementConfig standIn(ElementConfig dead) {
        int at = spread.indexOf(dead);
        for (int i = 1; i < spread.size(); i++) {
            ElementConfig next = spread.get((at + i) % spread.size());
            if (next.domain() == dead.domain() && routable.contains(next)) {
                return next;
            }
        }
        return null;
    }

    /** The replication domain that a new call goes to, of those with a live member: by another rendezvous hash, and so evenly. */
    public int domainOf(String callId) {
        int domain = -1;
        long highest = Long.MIN_VALUE;
        for (ElementConfig processor : routable) {
            int its = processor.domain();
            if (its >= 0) {
                long weight = Rendezvous.mix(~Rendezvous.hash(callId) ^ Rendezvous.mix(its + 1L));
                if (weight > highest || domain < 0) {
                    highest = weight;
                    domain = its;
                }
            }
        }
        return domain;
    }

    /** The SIP proxy that chooses the replication domain of a new call, where one has to: by rendezvous hash. Null if there is none. */
    public ElementConfig proxyOf(String callId) {
        ElementConfig chooser = null;
        long highest = Long.MIN_VALUE;
        for (ElementConfig proxy : alive) {
            long weight = Rendezvous.mix(Rendezvous.hash(callId) ^ Rendezvous.mix(~proxy.rank()));
            if (proxy.role() == Role.PROXY && (weight > highest || chooser == null)) {
                highest = weight;
                chooser = proxy;
            }
        }
        return chooser;
    }
}
