package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Call;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.Operation;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tells which calls a fault exposed: those whose owner, a stored copy, or the active dispatcher it hit. Where no element told what it owns, the name that
 * an element left in a call's last message before t_f tells its owner; copies, and who held a service address, are then unknown.
 */
final class Ownership {
    private final Strike strike;
    /** Whether every call was exposed: there is one machine, and all of its app processors, stores or dispatchers were hit. */
    private final boolean everything;
    /** Service addresses whose holder was hit, so that every call by way of them was exposed. */
    private final Set<String> addressesHit;

    private final Set<String> addressesHitLater;
    private final Topology topology;
    private final OwnerSnapshot snapshot;
    /** Whether owners are known by nothing but what they left in messages. */
    private final boolean byName;
    /** What the callee saw, or null. */
    private final FarSide farSide;

    /** Nothing is sent again then, so that only the time tells that the first send went unanswered. */
    private final boolean reliable;

    private final long t1;
    private final Map<String, String> owners = new HashMap<>();
    private final Set<String> contested = new HashSet<>();
    private final Set<String> copyHit = new HashSet<>();
    private final Set<String> copyHitLater = new HashSet<>();

    Ownership(RecordedRun run, Strike strike, FarSide farSide) {
        this.strike = strike;
        this.farSide = farSide;
        topology = run.topology();
        reliable = run.plan().workload().caller().transport() == Transport.TCP;
        t1 = run.plan().workload().t1().toNanos();
        everything = topology.machines().size() == 1
                && (hitAll(Topology.Element::processes)
                        || hitAll(Topology.Element::stores)
                        || hitAll(Topology.Element::receives));
        addressesHit = hit(run, strike.from(), strike.elements());
        addressesHitLater = run.faults().stream()
                .filter(fault -> !strike.setBy(fault))
                .flatMap(fault -> hit(run, fault.asked(), fault.order().elements()).stream())
                .collect(Collectors.toSet());
        snapshot = topology.nodeHeader().isEmpty()
                ? null
                : run.owners().stream()
                        .filter(taken -> taken.purpose().equals("before-fault") && taken.started() < strike.from())
                        .reduce((earlier, later) -> later)
                        .orElse(null);
        // Where nobody was struck who leaves a name, names tell nothing of the exposed.
        byName = snapshot == null
                && !everything
                && !topology.nodeHeader().isEmpty()
                && strike.elements().stream().anyMatch(this::leavesName);
        if (snapshot != null) {
            snapshot.owned().forEach((element, callIds) -> callIds.forEach(callId -> owns(element, callId)));
            snapshot.copies().forEach((element, callIds) -> {
                if (strike.elements().contains(element)) {
                    copyHit.addAll(callIds);
                } else if (strike.later().contains(element)) {
                    copyHitLater.addAll(callIds);
                }
            });
        }
    }

    private boolean hitAll(Predicate<Topology.Element> kind) {
        List<Topology.Element> all = topology.elements().stream().filter(kind).toList();
        return !all.isEmpty()
                && all.stream().allMatch(element -> strike.elements().contains(element.name()));
    }

    private void owns(String element, String callId) {
        String other = owners.put(callId, element);
        if (other != null && !other.equals(element)) {
            contested.add(callId);
        }
    }

    private static Set<String> hit(RecordedRun run, long instant, Collection<String> elements) {
        return run.topology().serviceAddresses().stream()
                .filter(address ->
                        holder(run, address, instant).filter(elements::contains).isPresent())
                .collect(Collectors.toSet());
    }

    /** Which dispatcher held a service address: the last that took it and did not let go, else by rule the one at its place. */
    private static Optional<String> holder(RecordedRun run, String address, long instant) {
        int place = run.topology().serviceAddresses().indexOf(address);
        return toldHolder(run, address, instant)
                .or(() -> run.topology().elements().stream()
                        .filter(Topology.Element::receives)
                        .map(Topology.Element::name)
                        .skip(place)
                        .findFirst());
    }

    /** Which dispatcher said that it took a service address, and did not say that it let go. */
    static Optional<String> toldHolder(RecordedRun run, String address, long instant) {
        String first = run.topology().serviceAddresses().get(0);
        String active = null;
        for (RunEvent.ClusterEvent event : ClusterEvents.inOrder(run)) {
            if (event.at() < instant
                    && event.detail().getOrDefault("address", first).equals(address)) {
                if (event.event().equals("address-taken")) {
                    active = event.element();
                } else if (event.event().equals("address-released")
                        && event.element().equals(active)) {
                    active = null;
                }
            }
        }
        return Optional.ofNullable(active);
    }

    /** Whether owners are unknown, so that every call counts. */
    boolean blackBox() {
        return snapshot == null && !everything && !byName;
    }

    /** Whether owners are known by the names in messages alone. */
    boolean byName() {
        return byName;
    }

    private boolean leavesName(String element) {
        return topology.elements().stream().anyMatch(each -> each.name().equals(element) && each.processes());
    }

    /** Of an owner that is known by its name; a store or a dispatcher that was struck may have exposed any other call. */
    private Exposure ofNamed(String owner) {
        if (owner == null || !leavesName(owner)) {
            return Exposure.BOUNDARY;
        }
        if (strike.elements().contains(owner)) {
            return Exposure.of(true, false, false);
        }
        if (!strike.elements().stream().allMatch(this::leavesName)) {
            return Exposure.BOUNDARY;
        }
        boolean later =
                strike.later().contains(owner) || !strike.later().stream().allMatch(this::leavesName);
        return later ? Exposure.LATER : Exposure.CONTROL;
    }

    /** Who left a name in the last message of a call before t_f, of those that came to either side; or null. */
    private String lastNamed(Call call, List<Operation> operations) {
        String name = null;
        long last = Long.MIN_VALUE;
        for (Operation op : operations) {
            boolean told =
                    op.end() != NONE && op.end() < strike.from() && !op.node().isEmpty();
            if (told && op.end() >= last) {
                name = op.node();
                last = op.end();
            }
        }
        List<FarSide.Leg> legs = farSide == null ? List.of() : farSide.of(call);
        for (FarSide.Leg leg : legs) {
            for (Operation op : leg.received()) {
                if (op.sent() < strike.from() && !op.node().isEmpty() && op.sent() >= last) {
                    name = op.node();
                    last = op.sent();
                }
            }
        }
        return name;
    }

    private boolean wentBy(Set<String> addresses, Call call) {
        return !addresses.isEmpty() && addresses.contains(topology.serviceAddressOf(call.number()));
    }

    /** Elements that did not say what they own. */
    List<String> unanswered() {
        return snapshot == null
                ? List.of()
                : snapshot.unanswered().stream().sorted().toList();
    }

    /** What of a call that was under way at t_f the fault hit. */
    Exposure of(Call call, List<Operation> operations) {
        if (everything) {
            return Exposure.of(true, false, false);
        }
        if (byName) {
            return ofNamed(lastNamed(call, operations));
        }
        if (snapshot == null) {
            return Exposure.UNKNOWN;
        }
        String owner = owners.get(call.callId());
        boolean dispatcherHit = wentBy(addressesHit, call);
        if (owner == null || contested.contains(call.callId()) || changedHands(owner, operations)) {
            // Under a fallen dispatcher every call was exposed, whoever owned it.
            return dispatcherHit ? Exposure.of(false, false, true) : Exposure.BOUNDARY;
        }
        Exposure atOnce =
                Exposure.of(strike.elements().contains(owner), copyHit.contains(call.callId()), dispatcherHit);
        boolean hitLater = wentBy(addressesHitLater, call)
                || strike.later().contains(owner)
                || copyHitLater.contains(call.callId());
        return atOnce.kind() == Exposure.Kind.CONTROL && hitLater ? Exposure.LATER : atOnce;
    }

    /**
     * A call in P0 has had no response, and so no owner: it was exposed if an INVITE of its went unanswered, for then whoever was to answer it was
     * gone.
     *
     * @param invites its set-up, with what answered a challenge
     */
    Exposure ofUnanswered(Call call, List<Operation> invites) {
        boolean dispatcherHit = wentBy(addressesHit, call);
        if (byName && !strike.elements().stream().allMatch(this::leavesName)) {
            return Exposure.BOUNDARY;
        }
        if (everything || dispatcherHit) {
            return Exposure.of(everything, false, dispatcherHit);
        }
        if (snapshot == null && !byName) {
            return Exposure.UNKNOWN;
        }
        if (invites.stream().anyMatch(this::unanswered)) {
            return Exposure.of(true, false, false);
        }
        // Nobody knows where it is stored, so a later fault may have hit it.
        return strike.later().isEmpty() ? Exposure.CONTROL : Exposure.LATER;
    }

    /** Whoever challenges is there. */
    private boolean unanswered(Operation invite) {
        return invite.retransmissions() > 0
                || invite.outcome() != io.ringdown.record.Outcome.OK && !Attempts.asksToFollowUp(invite)
                || reliable && heard(invite) - invite.sent() > t1;
    }

    /** When the first response came, or the end without any. */
    private static long heard(Operation invite) {
        long heard = invite.end();
        heard = invite.trying() == NONE ? heard : Math.min(heard, invite.trying());
        return invite.ringing() == NONE ? heard : Math.min(heard, invite.ringing());
    }

    /** Whether the last response before t_f, or any within [snapshot, confirmed], named another element than the snapshot. */
    private boolean changedHands(String owner, List<Operation> operations) {
        Operation last = null;
        for (Operation op : operations) {
            // Who named somebody else has not got it.
            boolean tells = op.end() != NONE && !op.node().isEmpty() && !Attempts.redirected(op);
            if (!tells || op.end() > strike.until()) {
                continue;
            }
            if (op.end() >= snapshot.started() && !op.node().equals(owner)) {
                return true;
            }
            last = last == null || op.end() >= last.end() ? op : last;
        }
        return last != null && !last.node().equals(owner);
    }
}
