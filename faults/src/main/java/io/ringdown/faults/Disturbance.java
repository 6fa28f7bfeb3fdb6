package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A fault of the network in terms of addresses: whose messages with whom are struck, and how. What those inside say to each other is not.
 *
 * @param name of what is struck, for evidence
 * @param inside IPv4 addresses
 * @param outside the others' addresses; empty: everybody's
 * @param witness an address outside, for probes; empty: none can tell anything
 * @param open ports of admin that stay reachable, {@code address:port}: the harness looks through them, as by a network of its own
 * @param amount as in {@link Terms}
 */
public record Disturbance(
        String name,
        Kind kind,
        List<String> inside,
        List<String> outside,
        String witness,
        List<String> open,
        Direction direction,
        double amount) {
    /** No machine's, so that a probe is never taken for what another fault's victims say. */
    private static final String NOBODY = "127.0.0.1";

    public Disturbance {
        inside = List.copyOf(inside);
        outside = List.copyOf(outside);
        open = List.copyOf(open);
    }

    /**
     * The addresses of an order's targets.
     *
     * @throws FaultRefusedException with one line, if addresses cannot tell the targets from others
     */
    public static Disturbance of(Topology topology, FaultOrder order) {
        Terms terms = order.terms() == null ? new Terms(List.of(), Direction.BOTH, 0) : order.terms();
        String name = String.join(", ", order.targets());
        List<Machine> struck = topology.machines().stream()
                .filter(machine -> names(machine).anyMatch(order.elements()::contains))
                .toList();
        for (Machine machine : struck) {
            refusePart(machine, order);
            refuseServiceAddress(machine, order, terms);
        }
        List<Machine> others = topology.machines().stream()
                .filter(machine -> terms.from().isEmpty() || terms.from().contains(machine.name()))
                .toList();
        if (others.stream()
                .anyMatch(machine -> struck.contains(machine) && !terms.from().isEmpty())) {
            throw new FaultRefusedException(name + " cannot be cut off from itself: from " + terms.from());
        }
        if (!terms.from().isEmpty()) {
            others.forEach(machine -> refuseServiceAddress(machine, order, terms));
        }
        List<String> inside = addresses(struck);
        List<String> beside = new ArrayList<>(addresses(others));
        beside.removeAll(inside);
        if (beside.isEmpty()) {
            throw new FaultRefusedException(name + ": there is nobody else in this cluster to be cut off from");
        }
        return new Disturbance(
                name,
                order.kind(),
                inside,
                terms.from().isEmpty() ? List.of() : beside,
                terms.from().isEmpty() && isLoopback(inside.get(0)) ? NOBODY : beside.get(0),
                struck.stream()
                        .flatMap(machine -> machine.elements().stream())
                        .map(Element::admin)
                        .filter(admin -> !admin.isEmpty())
                        .toList(),
                terms.direction(),
                terms.amount());
    }

    /** The same where no probe can tell anything, such as on a way that is struck already. */
    Disturbance withoutWitness() {
        return new Disturbance(name, kind, inside, outside, "", open, direction, amount);
    }

    /** Whether those inside have network stacks of their own, each one: their addresses are not of a machine that is all of them. */
    boolean ownNetwork() {
        return !isLoopback(inside.get(0));
    }

    private static boolean isLoopback(String address) {
        return address.startsWith("127.");
    }

    /**
     * The same, with the way open by which the harness has come here, if that is by SSH and to an address inside: nobody could end it otherwise.
     *
     * @param connection as in {@code SSH_CONNECTION} of OpenSSH: the client's address and port, then the server's; null: none
     */
    Disturbance sparing(String connection) {
        String[] words = connection == null ? new String[0] : connection.split(" ");
        if (words.length != 4 || !inside.contains(words[2])) {
            return this;
        }
        List<String> spared = Stream.concat(open.stream(), Stream.of(words[2] + ":" + words[3]))
                .toList();
        return new Disturbance(name, kind, inside, outside, witness, spared, direction, amount);
    }

    /**
     * The elements of an order that must be held still while it lasts: those that can hold a service address, which several processes share,
     * so that no rule can tell them apart. To those outside, one that stands still is as one cut off.
     */
    public static List<String> heldStill(Topology topology, FaultOrder order) {
        return order.kind() == Kind.ISOLATE
                ? topology.machines().stream()
                        .flatMap(machine ->
                                machine.elements().stream().filter(element -> sharesServiceAddress(machine, element)))
                        .map(Element::name)
                        .filter(order.elements()::contains)
                        .toList()
                : List.of();
    }

    /** On loopback addresses they do; elsewhere each dispatcher has a service address for itself. */
    private static boolean sharesServiceAddress(Machine machine, Element element) {
        return element.dispatches() && isLoopback(machine.address());
    }

    private static void refusePart(Machine machine, FaultOrder order) {
        List<String> left =
                names(machine).filter(name -> !order.elements().contains(name)).toList();
        if (!left.isEmpty()) {
            throw new FaultRefusedException(
                    String.join(", ", order.targets()) + " shares the address " + machine.address()
                            + " with " + String.join(", ", left)
                            + ", and rules tell addresses apart, not processes: strike machine " + machine.name());
        }
    }

    private static void refuseServiceAddress(Machine machine, FaultOrder order, Terms terms) {
        boolean whole = order.kind() == Kind.ISOLATE && terms.from().isEmpty() && terms.direction() == Direction.BOTH;
        if (!whole && machine.elements().stream().anyMatch(element -> sharesServiceAddress(machine, element))) {
            throw new FaultRefusedException(machine.name()
                    + " speaks for a service address, which rules cannot attribute to one machine: it can only be isolated"
                    + " from everybody, in both directions");
        }
    }

    private static Stream<String> names(Machine machine) {
        return machine.elements().stream().map(Element::name);
    }

    private static List<String> addresses(List<Machine> machines) {
        Set<String> addresses = new LinkedHashSet<>();
        for (Machine machine : machines) {
            addresses.add(machine.address());
            // A service address is no machine's.
            machine.elements().stream()
                    .filter(element -> !element.dispatches() && !element.sip().isEmpty())
                    .map(element -> element.sip().replaceFirst(":\\d+$", ""))
                    .forEach(addresses::add);
        }
        return List.copyOf(addresses);
    }
}
