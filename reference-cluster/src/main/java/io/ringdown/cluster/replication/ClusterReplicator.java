package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;

/** A session replicator as its process sees it: it has to be told what goes on in the cluster. */
public interface ClusterReplicator extends SessionReplicator {
    /** The set of live members changed. From any thread. */
    void membersChanged(Members now);

    /**
     * The epoch by which everything that is another processor's has been given away and arrived there; below 0 while something is on its
     * way. From any thread.
     */
    long settled();

    /** A message came that is for an app processor. From any thread. */
    void message(ElementConfig sender, Wire message);
}
