package io.ringdown.judge;

import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Machine;
import java.util.List;
import java.util.Set;

/** Where owners are unknown, f of n machines hit are taken to expose f/n of the calls: T0 needs 299 n/f of them. */
final class BlackBox {
    private BlackBox() {}

    /** f/n: the share of the machines that carry app processors or stores which was hit; 1 if only dispatchers were. */
    static double share(Topology topology, Set<String> struck) {
        List<Machine> carrying = topology.machines().stream()
                .filter(machine -> machine.elements().stream()
                        .anyMatch(element -> !element.role().equals("dispatcher")))
                .toList();
        long hit = carrying.stream()
                .filter(machine -> machine.elements().stream().anyMatch(element -> struck.contains(element.name())))
                .count();
        return hit == 0 ? 1 : hit / (double) carrying.size();
    }
}
