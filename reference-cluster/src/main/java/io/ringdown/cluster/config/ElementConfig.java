package io.ringdown.cluster.config;

import java.net.InetSocketAddress;

/**
 * One element of the cluster.
 *
 * @param rank its place in the list of elements, by which members know each other
 * @param sip where it receives SIP, or null
 * @param members where the other elements reach it; null in a cluster of one
 * @param partition replication group of an element that stores sessions: an OCCAS partition or a WAS replication domain; else -1
 * @param pool label of a server of MSS: servers of the same one are each other's buddies first; empty: none
 * @param service service address of its own, of a dispatcher that shares none with the others; else null
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
        int partition,
        String pool,
        InetSocketAddress service) {
    // What a record has of itself is put together at run time, when it is first used: that would be at each start.
    @Override
    public boolean equals(Object other) {
        return other instanceof ElementConfig element && rank == element.rank && name.equals(element.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** What an element does. */
    public enum Role {
        /** Message dispatcher (paper section 4.1). */
        DISPATCHER,
        /** App processor and session replicator (OCCAS engine, paper section 5.1). */
        ENGINE,
        /** Session store (OCCAS replica, paper section 5.1). */
        REPLICA,
        /** App processor, session replicator and session store in one (WAS SIP container, paper section 5.2). */
        CONTAINER,
        /** The part of the message dispatcher that knows SIP: sends every message to the container whose call it is (section 5.2). */
        PROXY,
        /** The part of the message dispatcher in front of the proxies, which knows no SIP (section 5.2). */
        SPRAYER,
        /** App processor, session replicator and session store in one, whose copies are at buddies of its choice (MSS, section 5.3). */
        SERVER,
        /** Message dispatcher (MSS load balancer, section 5.3). */
        BALANCER
    }

    /** Whether it is an app processor. */
    public boolean processes() {
        return role == Role.ENGINE || role == Role.CONTAINER || role == Role.SERVER;
    }

    /** Whether it is a session store. */
    public boolean stores() {
        return role == Role.REPLICA || role == Role.CONTAINER || role == Role.SERVER;
    }

    /** Whether it can hold the service address. */
    public boolean receives() {
        return role == Role.DISPATCHER || role == Role.SPRAYER || role == Role.BALANCER;
    }

    /** The replication domain of a container, whose calls stay in it; -1 of what may own any call. */
    public int domain() {
        return role == Role.CONTAINER ? partition : -1;
    }
}
