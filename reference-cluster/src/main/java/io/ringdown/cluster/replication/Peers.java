package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;

/** The other elements, as replication sees them. */
public interface Peers {
    /** Who is alive. */
    Members members();

    /** Sends to one of them; lost if it is gone. */
    void send(ElementConfig to, byte[] content);

    /** Sends to all of them, and to oneself. */
    void sendToAll(byte[] content);
}
