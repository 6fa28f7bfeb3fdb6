package io.ringdown.harness.cluster;

import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lays the reference cluster out over racks and machines as the paper's Figure 5 does: an engine and a replica on every machine, the
 * replicas of a partition in different racks, and two dispatchers on machines of their own, in different racks where there are two.
 */
public final class ClusterLayout {
    /** Header in which an element of the reference cluster names itself. */
    public static final String NODE_HEADER = "X-Ringdown-Node";

    private static final int SIP_PORT = 5060;
    private static final int ADMIN_PORT = 8060;
    private static final int ENGINE = 0;
    private static final int REPLICA = 1;
    private static final int DISPATCHER_MACHINE = 200;

    private ClusterLayout() {}

    /** The topology that the settings ask for. */
    public static Topology of(ClusterSettings settings) {
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
        Map<String, Integer> partitions = partitions(settings);
        var racks = new ArrayList<Rack>();
        for (int rack = 1; rack <= settings.racks(); rack++) {
            var machines = new ArrayList<Machine>();
            for (int number = 1; number <= settings.machinesPerRack(); number++) {
                machines.add(machine(settings, rack, number, partitions));
            }
            if (rack <= 2) {
                machines.add(dispatcherMachine(settings, rack, "r" + rack + "d", DISPATCHER_MACHINE));
            }
            if (settings.racks() == 1) {
                machines.add(dispatcherMachine(settings, rack, "r1d2", DISPATCHER_MACHINE + 1));
            }
            racks.add(new Rack("r" + rack, machines));
        }
        return new Topology(settings.arrangement(), service, NODE_HEADER, racks);
    }

    private static Machine machine(ClusterSettings settings, int rack, int number, Map<String, Integer> partitions) {
        String name = "r" + rack + "m" + number;
        String address = address(settings, rack, number);
        var elements = new ArrayList<Element>();
        elements.add(
                new Element(name + "-engine", "engine", -1, address + ":" + (SIP_PORT + 1), admin(address, ENGINE)));
        if (partitions.containsKey(name)) {
            elements.add(new Element(name + "-replica", "replica", partitions.get(name), "", admin(address, REPLICA)));
        }
        return new Machine(name, address, elements);
    }

    private static Machine dispatcherMachine(ClusterSettings settings, int rack, String name, int number) {
        String address = address(settings, rack, number);
        return new Machine(
                name,
                address,
                List.of(new Element(
                        name + "-dispatcher",
                        "dispatcher",
                        -1,
                        address + ":" + (SIP_PORT + 1),
                        admin(address, ENGINE))));
    }

    /** Machines dealt rack by rack, so that neighbours in the deal, which share a partition, stand in different racks. */
    private static Map<String, Integer> partitions(ClusterSettings settings) {
        var dealt = new ArrayList<String>();
        for (int number = 1; number <= settings.machinesPerRack(); number++) {
            for (int rack = 1; rack <= settings.racks(); rack++) {
                dealt.add("r" + rack + "m" + number);
            }
        }
        var partitions = new HashMap<String, Integer>();
        int whole = dealt.size() / settings.replicas() * settings.replicas();
        for (int i = 0; i < whole; i++) {
            partitions.put(dealt.get(i), i / settings.replicas());
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
