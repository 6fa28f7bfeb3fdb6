package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;

/** A session replicator as its process sees it: it has to be told what goes on in the cluster. */
public interface ClusterReplicator extends SessionReplicator {
    /** The set of live members changed. From any thread. */
    void membersChanged(Members now);

    /** A message came that is for an app processor. From any thread. */
    void message(ElementConfig sender, Wire message);
}
