package io.ringdown.cluster.config;

import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.Mutant;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The whole cluster's configuration, the same file for every element.
 *
 * @param single whether it is a cluster of one: an engine on the service address
 * @param heartbeats whether silence counts as failure, beside the closing of connections
 * @param heartbeatTimeoutMillis silence after which a member is taken for dead
 * @param elements all elements, by rank
 * @param partitions number of replication groups
 */
public record ClusterConfig(
        boolean single,
        InetSocketAddress service,
        long t1Millis,
        Depth depth,
        boolean beforeSend,
        boolean cache,
        boolean heartbeats,
        int heartbeatTimeoutMillis,
        int heartbeatIntervalMillis,
        Mutant mutant,
        int earlyAcknowledgeMillis,
        int loseOneIn,
        List<ElementConfig> elements,
        int partitions) {
    public ClusterConfig {
        elements = List.copyOf(elements);
    }

    /** The element of that name. */
    public Optional<ElementConfig> element(String name) {
        return elements.stream().filter(element -> element.name().equals(name)).findFirst();
    }

    /** All elements of a role, by rank. */
    public List<ElementConfig> all(Role role) {
        return elements.stream().filter(element -> element.role() == role).toList();
    }

    /** All app processors, by rank. */
    public List<ElementConfig> processors() {
        return elements.stream().filter(ElementConfig::processes).toList();
    }

    /** Settings of the engine of that name. */
    public EngineSettings engine(String name) {
        return new EngineSettings(
                name,
                service,
                t1Millis * 1_000,
                depth,
                beforeSend,
                cache,
                mutant,
                earlyAcknowledgeMillis * 1_000L,
                loseOneIn);
    }

    /** The partition that holds a call's session: by hash of the Call-ID, and unrelated to its owner. */
    public int partitionOf(String callId) {
        int hash = callId.hashCode() * 0x9E3779B9;
        return Math.floorMod(hash ^ (hash >>> 15), partitions);
    }
}
