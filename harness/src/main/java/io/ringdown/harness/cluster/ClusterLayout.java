package io.ringdown.harness.cluster;

import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.harness.plan.ClusterSettings.Domains;
import io.ringdown.harness.plan.ClusterSettings.Pools;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lays the reference cluster out over racks and machines as the paper's Figures 5 and 6 do: in OCCAS an engine and a replica on every
 * machine, the replicas of a partition in different racks; in WAS a container of a replication domain, or several of different ones; in MSS
 * a server. Two dispatchers (in WAS, sprayers with a proxy each; in MSS, balancers) are on machines of their own, in different racks where
 * there are two.
 */
public final class ClusterLayout {
    /** Header in which an element of the reference cluster names itself. */
    public static final String NODE_HEADER = "X-Ringdown-Node";

    private static final int SIP_PORT = 5060;
    private static final int ADMIN_PORT = 8060;
    private static final int ENGINE = 0;
    private static final int REPLICA = 1;
    private static final int DISPATCHER_MACHINE = 200;
    private static final Pattern NUMBERED = Pattern.compile("r\\d+m(\\d+)");

    private ClusterLayout() {}

    /** The topology that the settings ask for, as it is started. */
    public static Topology of(ClusterSettings settings) {
        return of(settings, 0);
    }

    /** The same with the machines that are configured but not started. */
    public static Topology withSpares(ClusterSettings settings) {
        return of(settings, settings.spares());
    }

    /** Whether a machine, or one of its elements, is among those that are not started. {@code cluster}: a plan's recorded settings. */
    public static boolean isSpare(String name, Map<String, String> cluster) {
        Matcher numbered = NUMBERED.matcher(name);
        return cluster.containsKey("spares")
                && numbered.lookingAt()
                && Integer.parseInt(numbered.group(1)) > Integer.parseInt(cluster.get("machines-per-rack"));
    }

    private static Topology of(ClusterSettings settings, int spares) {
        String service = "127." + (100 + settings.network()) + ".0.1:" + SIP_PORT;
        if (settings.arrangement().equals("single")) {
            String address = address(settings, 1, 1);
            var engine = new Element("r1m1-engine", "engine", -1, service, admin(address, ENGINE));
            return new Topology(
                    "single",
                    service,
                    NODE_HEADER,
                    List.of(new Rack("r1", List.of(new Machine("r1m1", address, List.of(engine))))));
        }
        var groups = new HashMap<>(groups(settings));
        if (settings.was() || settings.occas()) {
            // What is added forms groups of its own; what is left over is an app processor only.
            int first = settings.racks() * settings.machinesPerRack() / settings.replicas();
            for (int spare = 0; spare < spares / settings.replicas() * settings.replicas(); spare++) {
                groups.put(spareName(settings, spare), List.of(first + spare / settings.replicas()));
            }
        }
        var racks = new ArrayList<Rack>();
        for (int rack = 1; rack <= settings.racks(); rack++) {
            var machines = new ArrayList<Machine>();
            // Dealt across the racks as the others are.
            int further = (spares + settings.racks() - rack) / settings.racks();
            for (int number = 1; number <= settings.machinesPerRack() + further; number++) {
                machines.add(machine(settings, rack, number, groups));
            }
            if (rack <= 2) {
                machines.add(dispatcherMachine(settings, rack, "r" + rack + "d", DISPATCHER_MACHINE));
            }
            if (settings.racks() == 1) {
                machines.add(dispatcherMachine(settings, rack, "r1d2", DISPATCHER_MACHINE + 1));
            }
            racks.add(new Rack("r" + rack, machines));
        }
        String services =
                settings.activeActive() ? service + ",127." + (100 + settings.network()) + ".1.1:" + SIP_PORT : service;
        return new Topology(settings.arrangement(), services, NODE_HEADER, racks);
    }

    private static Machine machine(ClusterSettings settings, int rack, int number, Map<String, List<Integer>> groups) {
        String name = "r" + rack + "m" + number;
        String address = address(settings, rack, number);
        var elements = new ArrayList<Element>();
        List<Integer> its = groups.getOrDefault(name, List.of());
        if (settings.mss()) {
            int pool = settings.pools() == Pools.NONE ? -1 : number - 1;
            String sip = address + ":" + (SIP_PORT + 1);
            return new Machine(
                    name, address, List.of(new Element(name + "-server", "server", pool, sip, admin(address, 0))));
        }
        if (settings.was()) {
            for (int slot = 0; slot < its.size(); slot++) {
                elements.add(new Element(
                        name + "-container" + (its.size() == 1 ? "" : slot + 1),
                        "container",
                        its.get(slot),
                        address + ":" + (SIP_PORT + 1 + slot),
                        admin(address, slot)));
            }
            return new Machine(name, address, elements);
        }
        elements.add(
                new Element(name + "-engine", "engine", -1, address + ":" + (SIP_PORT + 1), admin(address, ENGINE)));
        if (!its.isEmpty()) {
            elements.add(new Element(name + "-replica", "replica", its.get(0), "", admin(address, REPLICA)));
        }
        return new Machine(name, address, elements);
    }

    private static Machine dispatcherMachine(ClusterSettings settings, int rack, String name, int number) {
        String address = address(settings, rack, number);
        if (settings.was()) {
            return new Machine(
                    name,
                    address,
                    List.of(
                            new Element(name + "-sprayer", "sprayer", -1, "", admin(address, 0)),
                            new Element(
                                    name + "-proxy", "proxy", -1, address + ":" + (SIP_PORT + 1), admin(address, 1))));
        }
        String role = settings.mss() ? "balancer" : "dispatcher";
        return new Machine(
                name,
                address,
                List.of(new Element(
                        name + "-" + role, role, -1, address + ":" + (SIP_PORT + 1), admin(address, ENGINE))));
    }

    private static String spareName(ClusterSettings settings, int spare) {
        return "r" + (1 + spare % settings.racks()) + "m" + (settings.machinesPerRack() + 1 + spare / settings.racks());
    }

    /** The replication groups that each machine has a store of. */
    private static Map<String, List<Integer>> groups(ClusterSettings settings) {
        return settings.was() && settings.domains() != Domains.FIGURE_5 ? pairs(settings) : dealt(settings);
    }

    /** A domain for every two machines, or for every two that stand in different racks. */
    private static Map<String, List<Integer>> pairs(ClusterSettings settings) {
        var pairs = new HashMap<String, List<Integer>>();
        int machines = settings.racks() * settings.machinesPerRack();
        int domain = 0;
        for (int one = 0; one < machines; one++) {
            for (int other = one + 1; other < machines; other++) {
                int rack = one / settings.machinesPerRack();
                int otherRack = other / settings.machinesPerRack();
                if (rack != otherRack || settings.domains() == Domains.FIGURE_6) {
                    for (int machine : new int[] {one, other}) {
                        pairs.computeIfAbsent(name(settings, machine), none -> new ArrayList<>())
                                .add(domain);
                    }
                    domain++;
                }
            }
        }
        return pairs;
    }

    private static String name(ClusterSettings settings, int machine) {
        return "r" + (1 + machine / settings.machinesPerRack()) + "m" + (1 + machine % settings.machinesPerRack());
    }

    /**
     * Machines dealt rack by rack, so that neighbours in the deal, which share a group, stand in different racks; or, broken on purpose, in
     * the same one.
     */
    private static Map<String, List<Integer>> dealt(ClusterSettings settings) {
        var dealt = new ArrayList<String>();
        int machines = settings.racks() * settings.machinesPerRack();
        for (int i = 0; i < machines; i++) {
            int across = i % settings.racks() * settings.machinesPerRack() + i / settings.racks();
            dealt.add(name(settings, settings.rackBlind() ? i : across));
        }
        var partitions = new HashMap<String, List<Integer>>();
        int whole = dealt.size() / settings.replicas() * settings.replicas();
        for (int i = 0; i < whole; i++) {
            partitions.put(dealt.get(i), List.of(i / settings.replicas()));
        }
        return partitions;
    }

    private static String address(ClusterSettings settings, int rack, int machine) {
        return "127." + (10 * settings.network() + rack) + "." + machine + ".1";
    }

    private static String admin(String address, int slot) {
        return address + ":" + (ADMIN_PORT + slot);
    }
}
