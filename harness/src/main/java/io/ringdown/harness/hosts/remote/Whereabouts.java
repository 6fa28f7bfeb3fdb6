package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.FaultRefusedException;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** On which machine each element of a cluster runs, and each address is bound. */
final class Whereabouts {
    private final Map<String, RemoteMachine> byElement = new HashMap<>();
    private final Map<String, RemoteMachine> byAddress = new LinkedHashMap<>();

    /** @param machines by name, all of the topology's */
    void learn(Topology topology, Map<String, RemoteMachine> machines) {
        for (Machine machine : topology.machines()) {
            RemoteMachine its = machines.get(machine.name());
            byAddress.putIfAbsent(machine.address(), its);
            for (Element element : machine.elements()) {
                byElement.put(element.name(), its);
                if (!element.sip().isEmpty()) {
                    byAddress.putIfAbsent(address(element.sip()), its);
                }
            }
        }
        // Where clients send is the dispatchers', whoever of them begins with it.
        List<String> services = topology.serviceAddresses();
        List<Element> dispatchers =
                topology.elements().stream().filter(Element::receives).toList();
        for (int i = 0; i < Math.min(services.size(), dispatchers.size()); i++) {
            byAddress.putIfAbsent(
                    address(services.get(i)), byElement.get(dispatchers.get(i).name()));
        }
    }

    RemoteMachine ofElement(String element) {
        RemoteMachine machine = byElement.get(element);
        if (machine == null) {
            throw new FaultRefusedException(element + ": not started here, so not touched");
        }
        return machine;
    }

    /** An address that belongs to none is looked at on the first. */
    RemoteMachine ofAddress(String hostAndPort) {
        return byAddress.getOrDefault(
                address(hostAndPort), byAddress.values().iterator().next());
    }

    private static String address(String hostAndPort) {
        return hostAndPort.substring(0, hostAndPort.lastIndexOf(':'));
    }
}
