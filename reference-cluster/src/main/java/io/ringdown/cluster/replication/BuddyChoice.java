package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import java.util.Comparator;
import java.util.List;

/**
 * Which servers are a server's buddies (MSS, paper section 5.3): everybody computes it alike. Those on other machines come first, then those
 * of the same pool, then in the order that is configured.
 */
final class BuddyChoice {
    private final List<ElementConfig> servers;
    private final Buddies settings;

    BuddyChoice(ClusterConfig config) {
        servers = config.processors();
        settings = config.buddies();
    }

    /** The buddies of a server, of those alive. */
    List<ElementConfig> of(ElementConfig server, Members members) {
        return servers.stream()
                .filter(other -> !other.equals(server) && members.contains(other))
                .filter(other -> !settings.strict() || samePool(server, other))
                .sorted(Comparator.<ElementConfig>comparingInt(
                                other -> other.machine().equals(server.machine()) ? 1 : 0)
                        .thenComparingInt(other -> mates(server, other) ? 0 : 1)
                        .thenComparingInt(other -> samePool(server, other) ? 0 : 1)
                        .thenComparingInt(other -> distance(server, other)))
                .limit(settings.count())
                .toList();
    }

    private static boolean samePool(ElementConfig one, ElementConfig other) {
        return one.pool().equals(other.pool());
    }

    /** Places from one to the other in the line, whose end is joined to its beginning. */
    private int distance(ElementConfig from, ElementConfig to) {
        return Math.floorMod(servers.indexOf(to) - servers.indexOf(from), servers.size());
    }

    /** Whether both are of one group of servers that are each other's buddies. */
    private boolean mates(ElementConfig one, ElementConfig other) {
        return settings.order() == Buddies.Order.MUTUAL && samePool(one, other) && group(one) == group(other);
    }

    private int group(ElementConfig server) {
        List<ElementConfig> pool =
                servers.stream().filter(other -> samePool(server, other)).toList();
        return pool.indexOf(server) / (settings.count() + 1);
    }
}
