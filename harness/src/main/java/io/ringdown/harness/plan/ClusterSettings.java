package io.ringdown.harness.plan;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reference cluster that a plan asks for.
 *
 * @param arrangement {@code occas}, {@code was}, {@code mss} or {@code single} (one engine, no redundancy)
 * @param racks number of racks
 * @param machinesPerRack machines a rack that carry an engine and a replica, or containers, or a server
 * @param replicas copies of a session (g): the size of a partition or of a replication domain, or a server and its buddies
 * @param domains how the replication domains of WAS lie over the machines
 * @param pools where servers of MSS look for their buddies first
 * @param activeActive whether each dispatcher has a service address of its own, instead of one in standby
 * @param rackBlind broken on purpose: the stores of a replication group stand in one rack
 * @param spares further machines that are configured but not started
 * @param network which block of loopback addresses to use, 0 to 9, so that clusters can stand side by side
 * @param quota of how many processors each machine may use the time, such as 0.25; 0: of as many as there are
 * @param memory MiB that each machine may use; 0: as much as there is
 * @param disk MiB of a file system that each machine has for itself; 0: none
 * @param behaviour the remaining settings under their names in the cluster's own configuration
 */
public record ClusterSettings(
        String arrangement,
        int racks,
        int machinesPerRack,
        int replicas,
        Domains domains,
        Pools pools,
        boolean activeActive,
        boolean rackBlind,
        int spares,
        int network,
        double quota,
        int memory,
        int disk,
        Map<String, String> behaviour)
        implements PlannedCluster {
    /** Valid arrangements. */
    public static final List<String> ARRANGEMENTS = List.of("occas", "was", "mss", "single");

    /** Its name in a plan, and in a plan's record. */
    public static final String QUOTA = "quota";

    /** Likewise. */
    public static final String MEMORY = "memory";

    /** Likewise. */
    public static final String DISK = "disk";

    /** How the replication domains of WAS lie over the machines. */
    public enum Domains {
        /** The paper's Figure 5: one container a machine, the containers of a domain in different racks as far as there are any. */
        FIGURE_5,
        /** The paper's Figure 6: a domain for every two machines, so that a machine carries as many containers as there are others. */
        FIGURE_6,
        /** As Figure 6, without the domains that lie within a rack. */
        FIGURE_6_ACROSS_RACKS;

        /** Its name in a plan. */
        public String word() {
            return ClusterSettings.word(this);
        }
    }

    /** Where servers of MSS look for their buddies first. */
    public enum Pools {
        /** In other racks: the machines of the same number are a pool, as the pairs of the paper's Figure 5 are. */
        ACROSS_RACKS,
        /** In other racks, and nowhere else. */
        STRICTLY_ACROSS_RACKS,
        /** On any other machine, blind to racks. */
        NONE;

        /** Its name in a plan. */
        public String word() {
            return ClusterSettings.word(this);
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Where a cluster that relays finds the callee, in its own configuration. */
    public static final String CALLEE = "callee.address";

    /** Beside the callers, who have the first hundred addresses of the service address's network. */
    static String callee(int network) {
        return "127." + (100 + network) + ".0.200:5060";
    }

    @Override
    public String callee() {
        return behaviour.get(CALLEE);
    }

    public ClusterSettings {
        behaviour = Map.copyOf(behaviour);
    }

    boolean single() {
        return arrangement.equals("single");
    }

    /** Whether the cluster is of engines and replicas (paper section 5.1). */
    public boolean occas() {
        return arrangement.equals("occas");
    }

    /** Whether the cluster is of SIP containers (paper section 5.2). */
    public boolean was() {
        return arrangement.equals("was");
    }

    /** Whether the cluster is of servers with buddies (paper section 5.3). */
    public boolean mss() {
        return arrangement.equals("mss");
    }

    @Override
    public Map<String, String> flat() {
        var flat = new TreeMap<>(behaviour);
        flat.put("arrangement", arrangement);
        flat.put("racks", Integer.toString(racks));
        flat.put("machines-per-rack", Integer.toString(machinesPerRack));
        flat.put("replicas", Integer.toString(replicas));
        if (was()) {
            flat.put("domains", domains.word());
        }
        if (mss()) {
            flat.put("pools", pools.word());
        }
        if (!single()) {
            flat.put("dispatchers", activeActive ? "active-active" : "active-standby");
        }
        if (rackBlind) {
            flat.put("rack-blind", "true");
        }
        if (spares > 0) {
            flat.put("spares", Integer.toString(spares));
        }
        if (quota > 0) {
            flat.put(QUOTA, Double.toString(quota));
        }
        if (memory > 0) {
            flat.put(MEMORY, Integer.toString(memory));
        }
        if (disk > 0) {
            flat.put(DISK, Integer.toString(disk));
        }
        flat.put("network", Integer.toString(network));
        return flat;
    }
}
