package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Call;
import io.ringdown.record.Operation;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells which calls a fault exposed: those whose owner, a stored copy, or the active dispatcher it hit. */
final class Ownership {
    private final Strike strike;
    private final boolean everything;
    private final boolean dispatcherHit;
    private final boolean dispatcherHitLater;
    private final OwnerSnapshot snapshot;
    private final Map<String, String> owners = new HashMap<>();
    private final Set<String> contested = new HashSet<>();
    private final Set<String> copyHit = new HashSet<>();
    private final Set<String> copyHitLater = new HashSet<>();

    Ownership(RecordedRun run, Strike strike) {
        this.strike = strike;
        Topology topology = run.topology();
        everything = topology.machines().size() == 1;
        dispatcherHit = activeDispatcher(run, strike.from())
                .filter(strike.elements()::contains)
                .isPresent();
        dispatcherHitLater = run.faults().stream()
                .filter(fault -> !strike.setBy(fault))
                .anyMatch(fault -> activeDispatcher(run, fault.asked())
                        .filter(fault.order().elements()::contains)
                        .isPresent());
        snapshot = topology.nodeHeader().isEmpty()
                ? null
                : run.owners().stream()
                        .filter(taken -> taken.purpose().equals("before-fault") && taken.started() < strike.from())
                        .reduce((earlier, later) -> later)
                        .orElse(null);
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

    private void owns(String element, String callId) {
        String other = owners.put(callId, element);
        if (other != null && !other.equals(element)) {
            contested.add(callId);
        }
    }

    /** Which dispatcher held the service address: the last that took it and did not let go, else by rule the first. */
    static Optional<String> activeDispatcher(RecordedRun run, long instant) {
        return toldActive(run, instant)
                .or(() -> run.topology().elements().stream()
                        .filter(Topology.Element::receives)
                        .map(Topology.Element::name)
                        .findFirst());
    }

    /** Which dispatcher said that it took the service address, and did not say that it let go. */
    static Optional<String> toldActive(RecordedRun run, long instant) {
        String active = null;
        for (RunEvent.ClusterEvent event : ClusterEvents.inOrder(run)) {
            if (event.at() < instant) {
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
        return snapshot == null && !everything;
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
        if (snapshot == null) {
            return Exposure.UNKNOWN;
        }
        String owner = owners.get(call.callId());
        if (owner == null || contested.contains(call.callId()) || changedHands(owner, operations)) {
            // Under a fallen dispatcher every call was exposed, whoever owned it.
            return dispatcherHit ? Exposure.of(false, false, true) : Exposure.BOUNDARY;
        }
        Exposure atOnce =
                Exposure.of(strike.elements().contains(owner), copyHit.contains(call.callId()), dispatcherHit);
        boolean hitLater = dispatcherHitLater || strike.later().contains(owner) || copyHitLater.contains(call.callId());
        return atOnce.kind() == Exposure.Kind.CONTROL && hitLater ? Exposure.LATER : atOnce;
    }

    /**
     * A call in P0 has had no response, and so no owner: it was exposed if its first INVITE went unanswered, for then whoever was to answer
     * it was gone.
     */
    Exposure ofUnanswered(Operation invite) {
        if (everything || dispatcherHit) {
            return Exposure.of(everything, false, dispatcherHit);
        }
        if (snapshot == null) {
            return Exposure.UNKNOWN;
        }
        boolean unanswered = invite.retransmissions() > 0 || invite.outcome() != io.ringdown.record.Outcome.OK;
        if (unanswered) {
            return Exposure.of(true, false, false);
        }
        // Nobody knows where it is stored, so a later fault may have hit it.
        return strike.later().isEmpty() ? Exposure.CONTROL : Exposure.LATER;
    }

    /** Whether the last response before t_f, or any within [snapshot, confirmed], named another element than the snapshot. */
    private boolean changedHands(String owner, List<Operation> operations) {
        Operation last = null;
        for (Operation op : operations) {
            if (op.end() == NONE || op.node().isEmpty() || op.end() > strike.until()) {
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
