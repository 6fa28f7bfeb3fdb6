package io.ringdown.cluster.membership;

import org.jgroups.protocols.PerDestinationBundler;

/**
 * A queue and a thread for each destination. One thread for all, as JGroups has it unless told otherwise, connects for all: while it tries to
 * reach members that are cut off, which refuse nothing, those that live miss each other's heartbeats, and answers wait.
 */
final class SenderEach extends PerDestinationBundler {
    SenderEach() {
        useSingleSenderThread(false);
    }
}
