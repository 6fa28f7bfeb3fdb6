package io.ringdown.harness.cluster;

import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the configuration file that every element of the reference cluster reads. */
public final class ClusterConfiguration {
    /** Settings that say how the cluster is laid out: the topology has them already. */
    private static final Set<String> LAYOUT = Set.of(
            "arrangement",
            "racks",
            "machines-per-rack",
            "replicas",
            "domains",
            "pools",
            "rack-blind",
            "spares",
            "dispatchers",
            "network",
            ClusterSettings.QUOTA,
            ClusterSettings.MEMORY,
            ClusterSettings.DISK);

    /** Its name in the folder of the elements. */
    public static final String FILE = "cluster.properties";

    private static final int MEMBERS_PORT = 7060;

    private ClusterConfiguration() {}

    /**
     * The configuration as keys and values, in order.
     *
     * @param settings the plan's settings of the cluster, {@link io.ringdown.record.ResolvedPlan#cluster}
     */
    static Map<String, String> of(Topology topology, Map<String, String> settings, Duration t1) {
        var all = new LinkedHashMap<String, String>();
        all.put("arrangement", topology.arrangement());
        all.put("service", "answer");
        all.put("t1.millis", Long.toString(t1.toMillis()));
        all.put("service.address", topology.serviceAddresses().get(0));
        settings.keySet().stream()
                .sorted()
                .filter(key -> !LAYOUT.contains(key))
                .forEach(key -> all.put(key, settings.get(key)));
        if (topology.arrangement().equals("mss")) {
            all.put("buddies", Integer.toString(Integer.parseInt(settings.get("replicas")) - 1));
            all.put("buddies.pool", settings.get("pools").startsWith("strictly") ? "strict" : "preferred");
        }
        if (topology.arrangement().equals("occas") && settings.containsKey("spares")) {
            all.put("partitions", Long.toString(standing(topology, settings)));
        }
        List<Element> ranked = ranked(topology);
        all.put("elements", ranked.stream().map(Element::name).collect(Collectors.joining(",")));
        for (Rack rack : topology.racks()) {
            for (Machine machine : rack.machines()) {
                for (int slot = 0; slot < machine.elements().size(); slot++) {
                    element(all, rack, machine, slot);
                }
            }
        }
        serviceAddresses(all, topology);
        return all;
    }

    /** How many partitions there are from the beginning. */
    private static long standing(Topology topology, Map<String, String> settings) {
        return topology.elements().stream()
                .filter(element -> element.stores() && !ClusterLayout.isSpare(element.name(), settings))
                .map(Element::partition)
                .distinct()
                .count();
    }

    /** Where each dispatcher has a service address of its own. */
    private static void serviceAddresses(Map<String, String> all, Topology topology) {
        List<String> addresses = topology.serviceAddresses();
        List<Element> holders =
                topology.elements().stream().filter(Element::receives).toList();
        for (int i = 0; addresses.size() > 1 && i < holders.size(); i++) {
            all.put("element." + holders.get(i).name() + ".service", addresses.get(i));
        }
    }

    /**
     * The elements in the order of their ranks. A dispatcher is the first: whoever serves longest holds the service address, and a plan
     * names its victims before the cluster is there.
     */
    static List<Element> ranked(Topology topology) {
        return topology.elements().stream()
                .sorted(Comparator.comparing(element -> !element.equals(firstDispatcher(topology))))
                .toList();
    }

    private static Element firstDispatcher(Topology topology) {
        return topology.elements().stream()
                .filter(Element::receives)
                .findFirst()
                .orElse(null);
    }

    /** Where the members of the cluster's groups reach an element, over TCP. */
    static String members(Machine machine, int slot) {
        return machine.address() + ":" + (MEMBERS_PORT + slot);
    }

    private static void element(Map<String, String> all, Rack rack, Machine machine, int slot) {
        Element element = machine.elements().get(slot);
        String prefix = "element." + element.name() + ".";
        all.put(prefix + "role", element.role());
        all.put(prefix + "rack", rack.name());
        all.put(prefix + "machine", machine.name());
        all.put(prefix + "members", members(machine, slot));
        all.put(prefix + "admin", element.admin());
        if (!element.sip().isEmpty()) {
            all.put(prefix + "sip", element.sip());
        }
        if (element.partition() >= 0) {
            all.put(prefix + element.group(), Integer.toString(element.partition()));
        }
    }

    /**
     * Writes the file.
     *
     * @param records folder for what elements keep, as they call it
     */
    public static void write(Path file, Path records, Topology topology, Map<String, String> settings, Duration t1)
            throws IOException {
        var all = of(topology, settings, t1);
        if ("proxy".equals(settings.get("service"))) {
            all.put("cdr.folder", records.toString());
        }
        Files.writeString(
                file,
                all.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
    }
}
