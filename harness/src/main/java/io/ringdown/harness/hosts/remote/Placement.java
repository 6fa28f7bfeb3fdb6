package io.ringdown.harness.hosts.remote;

import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.Inventory.Entry;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which host each machine of a cluster is. Where the inventory tells racks, its first rack is the cluster's first one, and so on; within a rack, hosts
 * are taken in order.
 *
 * @param hosts by the machine's name
 */
public record Placement(Inventory inventory, Map<String, Target> hosts) {
    /**
     * Places a cluster.
     *
     * @param network which block of addresses to use where hosts are made, 0 to 9
     * @throws IllegalArgumentException if the inventory has not got what the cluster takes; one line
     */
    public static Placement of(Inventory inventory, Topology topology, int network) {
        var placed = new LinkedHashMap<String, Target>();
        if (inventory.docker() != null) {
            return new Placement(inventory, containers(inventory, topology, network));
        }
        boolean racks =
                inventory.hosts().stream().anyMatch(entry -> !entry.rack().isEmpty());
        if (racks) {
            Map<String, List<Entry>> byRack = inventory.hosts().stream()
                    .collect(Collectors.groupingBy(Entry::rack, LinkedHashMap::new, Collectors.toList()));
            List<String> names = List.copyOf(byRack.keySet());
            for (int i = 0; i < topology.racks().size(); i++) {
                Rack rack = topology.racks().get(i);
                String name = i < names.size() ? names.get(i) : "";
                place(inventory, rack.machines(), byRack.getOrDefault(name, List.of()), "rack " + rack.name(), placed);
            }
        } else {
            place(inventory, topology.machines(), inventory.hosts(), "the cluster", placed);
        }
        refuseShared(inventory, placed);
        return new Placement(inventory, placed);
    }

    /**
     * Places machines on hosts of the inventory, and those that are none on this machine.
     *
     * @param hosts names of hosts, by the machine's name
     * @throws IllegalArgumentException if two of them have one address; one line
     */
    public static Placement named(Inventory inventory, Topology topology, Map<String, String> hosts) {
        var placed = new LinkedHashMap<String, Target>();
        for (Machine machine : topology.machines()) {
            String host = hosts.get(machine.name());
            placed.put(
                    machine.name(),
                    host == null
                            ? new ThisMachine(machine.address())
                            : inventory.named(host).orElseThrow());
        }
        refuseShared(inventory, placed);
        return new Placement(inventory, placed);
    }

    private static Map<String, Target> containers(Inventory inventory, Topology topology, int network) {
        try {
            return inventory.docker().of(topology, network);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(inventory.file() + ": " + e.getMessage());
        }
    }

    private static void place(
            Inventory inventory, List<Machine> machines, List<Entry> hosts, String whose, Map<String, Target> placed) {
        if (hosts.size() < machines.size()) {
            throw new IllegalArgumentException(inventory.file() + ": " + whose + " takes " + machines.size()
                    + " hosts, one a machine and the dispatchers' among them; there are " + hosts.size());
        }
        for (int i = 0; i < machines.size(); i++) {
            placed.put(machines.get(i).name(), hosts.get(i).target());
        }
    }

    private static void refuseShared(Inventory inventory, Map<String, Target> placed) {
        var names = new HashMap<String, String>();
        for (Target host : placed.values()) {
            String other = names.put(host.address(), host.name());
            if (other != null) {
                throw new IllegalArgumentException(inventory.file() + ": hosts " + other + " and " + host.name()
                        + " have one address, " + host.address() + ", and cannot both be machines of a cluster");
            }
        }
    }

    /**
     * The cluster with its hosts' addresses.
     *
     * @throws IllegalArgumentException if clients could not reach it there; one line
     */
    public Topology on(Topology topology) {
        List<Rack> racks = topology.racks().stream()
                .map(rack -> new Rack(
                        rack.name(), rack.machines().stream().map(this::on).toList()))
                .toList();
        String service = onLoopback() ? topology.serviceAddress() : elsewhere(topology);
        return new Topology(topology.arrangement(), service, topology.nodeHeader(), racks);
    }

    /** Whether all hosts have addresses that every machine has, so that they are one. */
    public boolean onLoopback() {
        return hosts.values().stream().allMatch(host -> isLoopback(host.address()));
    }

    private Machine on(Machine machine) {
        String address = hosts.get(machine.name()).address();
        // A single engine is reached where clients send.
        return new Machine(
                machine.name(),
                address,
                machine.elements().stream()
                        .map(element -> new Element(
                                element.name(),
                                element.role(),
                                element.partition(),
                                element.sip().startsWith(machine.address() + ":") || !isLoopback(address)
                                        ? moved(element.sip(), address)
                                        : element.sip(),
                                moved(element.admin(), address)))
                        .toList());
    }

    private String elsewhere(Topology topology) {
        List<Machine> receiving = topology.machines().stream()
                .filter(machine -> machine.elements().stream().anyMatch(Element::receives))
                .toList();
        if (receiving.isEmpty()) {
            return moved(
                    topology.serviceAddress(),
                    hosts.get(topology.machines().get(0).name()).address());
        }
        List<String> addresses = topology.serviceAddresses();
        if (addresses.size() != receiving.size()) {
            throw new IllegalArgumentException(inventory.file()
                    + ": a service address that moves from host to host works on loopback addresses only;"
                    + " cluster.dispatchers: active-active gives each dispatcher its own");
        }
        var own = new java.util.ArrayList<String>();
        for (int i = 0; i < addresses.size(); i++) {
            own.add(moved(addresses.get(i), hosts.get(receiving.get(i).name()).address()));
        }
        return String.join(",", own);
    }

    private static String moved(String hostAndPort, String address) {
        return hostAndPort.isEmpty() ? "" : address + hostAndPort.substring(hostAndPort.lastIndexOf(':'));
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
