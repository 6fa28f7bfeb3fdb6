package io.ringdown.harness.run;

import io.ringdown.faults.Ledger;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.remote.Inventory.Entry;
import io.ringdown.harness.hosts.remote.Outposts;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.harness.plan.Plan.Scenario;
import io.ringdown.record.RunFolder;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Which hosts of an inventory the calls are made from. They carry nothing of the cluster, so that no fault strikes who watches it.
 *
 * @param inventory whose hosts they are; null: there are none
 * @param hosts in the order of the plan; empty: calls are made from this machine
 * @param line where they stand in the plan, for complaints
 */
public record Calling(Inventory inventory, List<Target> hosts, String line) {
    private static final Calling HERE = new Calling(null, List.of(), "");

    /**
     * Finds them.
     *
     * @throws InvalidPlanException if a name is none of the inventory's, or a machine's of the cluster
     */
    static Calling of(Scenario scenario) {
        List<String> names = scenario.workload().caller().loadHostsAt();
        if (names.isEmpty()) {
            return HERE;
        }
        Inventory inventory = scenario.hosts();
        String line = scenario.loadHostsLine();
        if (inventory == null) {
            throw new InvalidPlanException(line + "nothing tells where host '" + names.get(0)
                    + "' is: 'hosts: {inventory: FILE}' in the plan, or --hosts FILE");
        }
        if (inventory.docker() != null) {
            throw new InvalidPlanException(line + inventory.file()
                    + " has containers that are made for a cluster's machines, and no host '" + names.get(0)
                    + "'; a number of load hosts calls from this machine");
        }
        List<String> known = inventory.targets().stream().map(Target::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new InvalidPlanException(
                        line + "'" + name + "' is no host of " + inventory.file() + "; " + Nearest.hint(name, known));
            }
        }
        List<Target> hosts = names.stream()
                .map(name -> inventory.targets().get(known.indexOf(name)))
                .toList();
        if (scenario.cluster() instanceof DescribedCluster described) {
            described.away().forEach((machine, away) -> {
                if (names.contains(away.host())) {
                    throw new InvalidPlanException(line + "'" + away.host() + "' is machine " + machine + " of "
                            + described.file() + ", which faults may strike");
                }
            });
        }
        return new Calling(inventory, hosts, line);
    }

    /** The same scenario on the hosts that are left; where none is, on this machine. */
    Scenario without(Scenario scenario) {
        if (hosts.isEmpty()) {
            return scenario;
        }
        List<Entry> left = inventory.hosts().stream()
                .filter(entry -> !hosts.contains(entry.target()))
                .toList();
        // Of what a topology file describes, each machine says itself which of them it is.
        boolean here = scenario.cluster() instanceof DescribedCluster described
                ? described.away().isEmpty()
                : left.isEmpty();
        return scenario.on(
                here ? null : new Inventory(inventory.file(), inventory.folder(), inventory.lease(), left, null));
    }

    /**
     * Refuses hosts that are machines of the cluster under another name, and such as could not reach it.
     *
     * @throws InvalidPlanException with one line
     */
    void check(Topology topology) {
        for (Target host : hosts) {
            for (Topology.Machine machine : topology.machines()) {
                if (isOne(machine.address(), host.address())) {
                    throw new InvalidPlanException(line + "'" + host.name() + "' has the address of machine "
                            + machine.name() + ", " + host.address() + ", which faults may strike");
                }
            }
            for (String service : topology.serviceAddresses()) {
                String address = service.substring(0, service.lastIndexOf(':'));
                if (isLoopback(address) && !isLoopback(host.address())) {
                    throw new InvalidPlanException(line + "'" + host.name() + "' cannot reach the cluster at " + service
                            + ", an address that every machine has for itself");
                }
            }
        }
    }

    private static boolean isOne(String address, String other) {
        try {
            return address.equals(other) || InetAddress.getByName(address).equals(InetAddress.getByName(other));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Begins outposts on them.
     *
     * @param names of the load hosts
     * @throws IOException if one cannot be; one line
     */
    Outposts begin(List<String> names, RunFolder folder, Ledger ledger) throws IOException {
        return Outposts.begin(
                inventory, hosts, names, name -> folder.loadHost(name).path(), ledger);
    }
}
