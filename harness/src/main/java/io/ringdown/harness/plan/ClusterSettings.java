package io.ringdown.harness.plan;

import java.util.Map;
import java.util.TreeMap;

/**
 * The reference cluster that a plan asks for.
 *
 * @param arrangement {@code occas} or {@code single} (one engine, no redundancy)
 * @param racks number of racks
 * @param machinesPerRack machines a rack that carry an engine and a replica
 * @param replicas copies of a session (g), the size of a partition
 * @param network which block of loopback addresses to use, 0 to 9, so that clusters can stand side by side
 * @param behaviour the remaining settings under their names in the cluster's own configuration
 */
public record ClusterSettings(
        String arrangement, int racks, int machinesPerRack, int replicas, int network, Map<String, String> behaviour) {
    public ClusterSettings {
        behaviour = Map.copyOf(behaviour);
    }

    boolean single() {
        return arrangement.equals("single");
    }

    /** All settings under flat names, as a run folder records them. */
    public Map<String, String> flat() {
        var flat = new TreeMap<>(behaviour);
        flat.put("arrangement", arrangement);
        flat.put("racks", Integer.toString(racks));
        flat.put("machines-per-rack", Integer.toString(machinesPerRack));
        flat.put("replicas", Integer.toString(replicas));
        flat.put("network", Integer.toString(network));
        return flat;
    }
}
