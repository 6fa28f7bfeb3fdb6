package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A fault that uses up what machines have: their processors, their memory, their own file systems. A part for each machine. */
final class Exhaustion implements Armed {
    private final List<Armed> parts;

    private Exhaustion(List<Armed> parts) {
        this.parts = parts;
    }

    /**
     * Makes ready.
     *
     * @param here which of the order's elements are this host's
     * @throws FaultRefusedException if a machine has no bounds within which this can be done; one line
     */
    static Armed arm(Victims victims, Topology topology, FaultOrder order, Predicate<String> here) throws IOException {
        var parts = new ArrayList<Armed>();
        try {
            for (Machine machine : machines(topology, order)) {
                List<String> elements = machine.elements().stream()
                        .map(Element::name)
                        .filter(here)
                        .toList();
                if (!elements.isEmpty()) {
                    List<String> others = topology.elements().stream()
                            .map(Element::name)
                            .filter(name -> here.test(name) && !elements.contains(name))
                            .toList();
                    parts.add(part(victims, machine.name(), order, elements.get(0), others));
                }
            }
            return new Exhaustion(parts);
        } catch (IOException | RuntimeException e) {
            parts.forEach(Armed::close);
            throw e;
        }
    }

    private static Armed part(Victims victims, String machine, FaultOrder order, String element, List<String> others)
            throws IOException {
        double amount = order.terms() == null ? 0 : order.terms().amount();
        return switch (order.kind()) {
            case CPU ->
                new BusyProcessors(machine, (int) amount, ControlGroup.ofOneMachine(victims, element, others, "cpu"));
            case MEMORY ->
                new TakenMemory(machine, amount, ControlGroup.ofOneMachine(victims, element, others, "memory"));
            default ->
                new FullDisk(
                        machine,
                        victims.disk(element)
                                .orElseThrow(() -> new FaultRefusedException(machine
                                        + " has no file system of its own, and nobody else's is filled: cluster.disk"
                                        + " gives it one")));
        };
    }

    /**
     * The machines of an order's targets.
     *
     * @throws FaultRefusedException if only a part of what a machine carries is a target; one line
     */
    static List<Machine> machines(Topology topology, FaultOrder order) {
        List<Machine> struck = topology.machines().stream()
                .filter(machine -> machine.elements().stream()
                        .anyMatch(element -> order.elements().contains(element.name())))
                .toList();
        for (Machine machine : struck) {
            List<String> left = machine.elements().stream()
                    .map(Element::name)
                    .filter(name -> !order.elements().contains(name))
                    .toList();
            if (!left.isEmpty()) {
                throw new FaultRefusedException(String.join(", ", order.targets()) + " shares what machine "
                        + machine.name() + " has with " + String.join(", ", left) + ": strike machine "
                        + machine.name());
            }
        }
        return struck;
    }

    @Override
    public List<Undo> undos() {
        return parts.stream().flatMap(part -> part.undos().stream()).toList();
    }

    @Override
    public void fire() throws IOException {
        for (Armed part : parts) {
            part.fire();
        }
    }

    @Override
    public Seen struck() throws IOException {
        var seen = new ArrayList<Seen>();
        for (Armed part : parts) {
            seen.add(part.struck());
        }
        return together(seen);
    }

    @Override
    public Seen stands() throws IOException {
        var seen = new ArrayList<Seen>();
        for (Armed part : parts) {
            seen.add(part.stands());
        }
        return together(seen);
    }

    @Override
    public Optional<Seen> probe() throws IOException {
        var seen = new ArrayList<Seen>();
        for (Armed part : parts) {
            part.probe().ifPresent(seen::add);
        }
        return seen.isEmpty() ? Optional.empty() : Optional.of(together(seen));
    }

    @Override
    public Optional<Seen> undisturbed() throws IOException {
        var seen = new ArrayList<Seen>();
        for (Armed part : parts) {
            part.undisturbed().ifPresent(seen::add);
        }
        return seen.isEmpty() ? Optional.empty() : Optional.of(together(seen));
    }

    @Override
    public void close() {
        parts.forEach(Armed::close);
    }

    private static Seen together(List<Seen> seen) {
        return new Seen(
                seen.stream().allMatch(Seen::holds),
                String.join("; ", seen.stream().map(Seen::evidence).toList()));
    }
}
