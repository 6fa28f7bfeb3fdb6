package io.ringdown.cluster.config;

import java.net.InetSocketAddress;

/**
 * One element of the cluster.
 *
 * @param rank its place in the list of elements, by which members know each other
 * @param sip where it receives SIP, or null
 * @param members where the other elements reach it; null in a cluster of one
 * @param partition replication group of a replica, or -1
 */
public record ElementConfig(
        String name,
        int rank,
        Role role,
        String rack,
        String machine,
        InetSocketAddress sip,
        InetSocketAddress members,
        InetSocketAddress admin,
        int partition) {
    /** What an element does. */
    public enum Role {
        /** Message dispatcher (paper section 4.1). */
        DISPATCHER,
        /** App processor and session replicator (OCCAS engine, paper section 5.1). */
        ENGINE,
        /** Session store (OCCAS replica, paper section 5.1). */
        REPLICA
    }
}
