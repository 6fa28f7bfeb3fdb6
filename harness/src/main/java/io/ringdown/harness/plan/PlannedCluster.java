package io.ringdown.harness.plan;

import java.util.Map;

/** The cluster that a plan is about: a variation of the reference cluster, or one that a topology file describes. */
public sealed interface PlannedCluster permits ClusterSettings, DescribedCluster {
    /** All settings under flat names, as a run folder records them. */
    Map<String, String> flat();

    /** Where it calls the harness's callee, {@code address:port}; null if it answers by itself. */
    String callee();
}
