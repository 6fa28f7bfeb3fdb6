package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;

/** A session store (paper section 4.4) as its process sees it. Safe for several threads. */
public interface SessionStore {
    /** The set of live members changed. */
    void membersChanged(Members before, Members now);

    /** A message came that is for a store. */
    void message(ElementConfig sender, Wire message);

    /** Whether it has everything that it is to keep. */
    boolean synced();

    /** Call-ID and version of every session, a line each. */
    String copies();

    /** Figures in Prometheus' text format. */
    String prometheus();
}
