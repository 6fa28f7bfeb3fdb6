package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.time.Duration;
import java.util.List;

/** Clusters and faults to test with. */
final class Clusters {
    /** The paper's Figure 5: two racks of two machines, partitions 0 and 1 across the racks, and a dispatcher in each rack. */
    static final Topology FIGURE_5 =
            new Topology("occas", "127.106.0.1:5060", "X-Node", List.of(rack("r1"), rack("r2")));

    private Clusters() {}

    static FaultOrder order(Domain domain, Kind kind, String... targets) {
        return order(domain, kind, Duration.ZERO, null, targets);
    }

    static FaultOrder order(Domain domain, Kind kind, Duration after, Duration repairAfter, String... targets) {
        TargetChoice choice = TargetChoice.of(FIGURE_5, domain, List.of(targets), 0, 0, List.of());
        return new FaultOrder(domain, kind, choice.targets(), choice.elements(), after, repairAfter);
    }

    private static Rack rack(String name) {
        return new Rack(
                name,
                List.of(
                        machine(name + "m1", 0),
                        machine(name + "m2", 1),
                        new Machine(
                                name + "d",
                                "127.61.200.1",
                                List.of(new Element(name + "d-dispatcher", "dispatcher", -1, "", "")))));
    }

    private static Machine machine(String name, int partition) {
        return new Machine(
                name,
                "127.61.1.1",
                List.of(
                        new Element(name + "-engine", "engine", -1, "", ""),
                        new Element(name + "-replica", "replica", partition, "", "")));
    }
}
