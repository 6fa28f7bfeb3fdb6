package io.ringdown.record;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The cluster under test.
 *
 * @param arrangement {@code occas}, {@code was}, {@code mss}, {@code single}, or the user's word for a cluster of their own
 * @param serviceAddress where clients send, {@code host:port}; or several of these with commas between, the first one of the first
 *     dispatcher, the second one of the second
 * @param nodeHeader name of the response header that names the serving element; empty: black box
 */
public record Topology(String arrangement, String serviceAddress, String nodeHeader, List<Rack> racks) {
    public Topology {
        Objects.requireNonNull(arrangement, "arrangement");
        Objects.requireNonNull(serviceAddress, "serviceAddress");
        Objects.requireNonNull(nodeHeader, "nodeHeader");
        racks = List.copyOf(racks);
    }

    /** A failure domain that holds machines. */
    public record Rack(String name, List<Machine> machines) {
        public Rack {
            Objects.requireNonNull(name, "name");
            machines = List.copyOf(machines);
        }
    }

    /**
     * A failure domain that holds elements.
     *
     * @param address where it is reached; for local hosts a loopback address
     */
    public record Machine(String name, String address, List<Element> elements) {
        public Machine {
            Objects.requireNonNull(name, "name");
            elements = List.copyOf(elements);
        }
    }

    /**
     * One process of the cluster.
     *
     * @param role {@code dispatcher}, {@code engine}, {@code replica} (OCCAS); {@code sprayer}, {@code proxy}, {@code container} (WAS);
     *     {@code balancer}, {@code server} (MSS)
     * @param partition replication group of a session store (in MSS, where it looks for buddies first), or -1
     * @param sip address of its SIP socket, or empty
     * @param admin address of its admin port, or empty: black box
     */
    public record Element(String name, String role, int partition, String sip, String admin) {
        public Element {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(sip, "sip");
            Objects.requireNonNull(admin, "admin");
        }

        /** Whether it is, or has, an app processor (paper section 4.2). */
        public boolean processes() {
            return role.equals("engine") || role.equals("container") || role.equals("server");
        }

        /** Whether it is, or has, a session store (paper section 4.4). */
        public boolean stores() {
            return role.equals("replica") || role.equals("container") || role.equals("server");
        }

        /** Whether it is, or is a part of, a message dispatcher (paper section 4.1). */
        public boolean dispatches() {
            return receives() || role.equals("proxy");
        }

        /** Whether it can hold the service address. */
        public boolean receives() {
            return role.equals("dispatcher") || role.equals("sprayer") || role.equals("balancer");
        }

        /** What its arrangement calls the group that {@link #partition} is a number of. */
        public String group() {
            return switch (role) {
                case "container" -> "domain";
                case "server" -> "pool";
                default -> "partition";
            };
        }
    }

    /** Where clients send: one address, or one for each dispatcher. */
    public List<String> serviceAddresses() {
        return List.of(serviceAddress.split(","));
    }

    /** Where the requests of a call are sent, by the {@link Call}'s number: the calls are dealt over the addresses. */
    public String serviceAddressOf(int call) {
        List<String> all = serviceAddresses();
        return all.get(Math.floorMod(call, all.size()));
    }

    /** All elements, in rack, machine and listing order. */
    public List<Element> elements() {
        return machines().stream()
                .flatMap(machine -> machine.elements().stream())
                .toList();
    }

    /** All machines, in rack order. */
    public List<Machine> machines() {
        return racks.stream().flatMap(rack -> rack.machines().stream()).toList();
    }

    /** The machine that carries an element. */
    public Optional<Machine> machineOf(String element) {
        return machines().stream()
                .filter(machine ->
                        machine.elements().stream().anyMatch(e -> e.name().equals(element)))
                .findFirst();
    }
}
