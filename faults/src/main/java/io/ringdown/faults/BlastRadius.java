package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.ResolvedPlan.Guard;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Machine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of a cluster faults may take down.
 *
 * @param maxMachinesDown machines that may have something down at one time
 * @param consent what may be done to elements that are somebody else's; one that is not named here is Ringdown's own
 */
public record BlastRadius(Topology topology, int maxMachinesDown, Map<String, Set<Kind>> consent) {
    public BlastRadius {
        consent = Map.copyOf(consent);
    }

    /** Of a cluster of Ringdown's own. */
    public BlastRadius(Topology topology, int maxMachinesDown) {
        this(topology, maxMachinesDown, Map.of());
    }

    /** The same where elements are somebody else's. */
    public BlastRadius with(Map<String, Set<Kind>> consent) {
        return new BlastRadius(topology, maxMachinesDown, consent);
    }

    /** What a plan allows; unless it says otherwise, as many machines as the largest rack has: any one rack, or that many machines of several. */
    public static BlastRadius of(Topology topology, Guard guard) {
        return guard == null || guard.maxDown() == null
                ? ofOneRack(topology)
                : new BlastRadius(topology, guard.maxDown());
    }

    /** As many machines as the largest rack has. */
    public static BlastRadius ofOneRack(Topology topology) {
        return new BlastRadius(
                topology,
                topology.racks().stream()
                        .mapToInt(rack -> rack.machines().size())
                        .max()
                        .orElse(0));
    }

    /**
     * Checks a plan's faults before anything is started.
     *
     * @throws FaultRefusedException with one line that says which fault, and why
     */
    public void check(List<FaultOrder> orders) {
        for (int index = 0; index < orders.size(); index++) {
            FaultOrder order = orders.get(index);
            var down = new HashSet<String>();
            var shared = new HashSet<String>();
            var alone = new HashSet<String>();
            for (int other = 0; other < orders.size(); other++) {
                FaultOrder earlier = orders.get(other);
                if (other != index && isDown(earlier, other, order.after(), index)) {
                    down.addAll(earlier.elements());
                    (order.overlap() && canOverlap(earlier, order) ? shared : alone).addAll(earlier.elements());
                }
            }
            // What several hold must run, and be left to be proven, under each of them.
            shared.removeAll(alone);
            check(index, order, down, shared);
            if (order.kind().ofNetwork()) {
                Disturbance.of(topology, order);
                refuseTwoQueues(orders, index);
            } else if (order.kind() == Kind.CLOCK) {
                ClockJump.of(topology, order);
            } else if (order.kind() == Kind.DRAIN) {
                Draining.of(topology, order, element -> true);
            } else if (order.kind().exhausts()) {
                Exhaustion.machines(topology, order);
            }
        }
    }

    /**
     * Whether two faults can be proven on the same victims: what the earlier one has struck must run, and its proof must not be of what the
     * later one changes as well.
     */
    private boolean canOverlap(FaultOrder earlier, FaultOrder later) {
        boolean runs = earlier.kind().lasts()
                && Disturbance.heldStill(topology, earlier).isEmpty();
        boolean sameProof = earlier.kind() == later.kind()
                || earlier.kind().ofNetwork() && later.kind().ofNetwork()
                || asksItsVictims(earlier.kind()) && !answersUnder(later);
        return runs && !sameProof;
    }

    /** Whose proof is what the victims themselves say. */
    private static boolean asksItsVictims(Kind kind) {
        return kind == Kind.DRAIN || kind == Kind.CLOCK;
    }

    private boolean answersUnder(FaultOrder order) {
        return order.kind().lasts() && Disturbance.heldStill(topology, order).isEmpty();
    }

    /** A device has one queueing discipline at its root. */
    private static void refuseTwoQueues(List<FaultOrder> orders, int index) {
        FaultOrder order = orders.get(index);
        for (int other = 0; other < orders.size(); other++) {
            boolean both = order.kind().queues() && orders.get(other).kind().queues();
            if (both && other != index && isDown(orders.get(other), other, order.after(), index)) {
                throw new FaultRefusedException(
                        "fault " + index + ": only one fault of rate, delay, duplicate and reorder"
                                + " can be in force at a time, and fault " + other + " is");
            }
        }
    }

    /**
     * Checks a fault about to be injected.
     *
     * @param down elements that earlier faults have struck and still hold
     * @param shared those of them that run, for a fault that may overlap others
     * @throws FaultRefusedException with one line that says why
     */
    public void check(int index, FaultOrder order, Collection<String> down, Collection<String> shared) {
        String fault = "fault " + index + ": ";
        Set<String> expected = TargetChoice.elementsOf(topology, order.domain(), order.targets());
        if (order.elements().isEmpty()
                || !expected.equals(Set.copyOf(order.elements()))
                || expected.size() != order.elements().size()) {
            throw new FaultRefusedException(
                    fault + "its elements " + order.elements() + " are not those of " + order.targets() + ", which are "
                            + expected.stream().sorted().toList());
        }
        for (String element : order.elements()) {
            Set<Kind> allowed = consent.get(element);
            if (allowed != null && !allowed.contains(order.kind())) {
                throw new FaultRefusedException(
                        fault + "its owner does not allow " + order.kind().word() + " of "
                                + element + "; may: "
                                + allowed.stream().map(Kind::word).sorted().toList());
            }
            if (down.contains(element) && !(order.overlap() && shared.contains(element))) {
                throw new FaultRefusedException(fault + element + " is down already, by another fault"
                        + (order.overlap()
                                ? ", and the two cannot both be proven on it"
                                : "; with overlap: true it may be struck by one under which it runs on"));
            }
        }
        Set<String> machines = new HashSet<>();
        order.elements().forEach(element -> machines.add(machineOf(element)));
        down.forEach(element -> machines.add(machineOf(element)));
        if (machines.size() > maxMachinesDown) {
            throw new FaultRefusedException(fault + machines.size() + " machines would be down at once, "
                    + maxMachinesDown + " may be: " + machines.stream().sorted().toList());
        }
    }

    /** Of two faults at the same instant the one with the lower index counts as first. */
    private static boolean isDown(FaultOrder earlier, int index, Duration at, int atIndex) {
        int order = earlier.after().compareTo(at);
        boolean struck = order < 0 || order == 0 && index < atIndex;
        // A restart repairs itself at once; whether it has will be seen when the next fault strikes.
        boolean repaired = earlier.kind() == Kind.RESTART && order < 0
                || earlier.repairAfter() != null
                        && earlier.after().plus(earlier.repairAfter()).compareTo(at) <= 0;
        return struck && !repaired;
    }

    private String machineOf(String element) {
        return topology.machineOf(element).map(Machine::name).orElse(element);
    }
}
