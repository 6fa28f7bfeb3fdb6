package io.ringdown.faults;

import io.ringdown.faults.Armed.Seen;
import io.ringdown.faults.Observation.State;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Faults that are {@link Armed}, as {@link FaultInjector} strikes, proves and repairs them. Proven is one that was seen to have struck its victims,
 * and with which what is tried out does not go as it did before.
 */
final class ArmedFaults {
    private static final long LAST_LOOK_NANOS = Duration.ofMillis(20).toNanos();
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final Victims victims;
    private final Ledger ledger;
    private final BlastRadius radius;
    private final Pace pace;
    private final Duration patience;
    private final Predicate<String> here;
    private final Map<Integer, Cut> cuts = new HashMap<>();

    ArmedFaults(
            Victims victims, Ledger ledger, BlastRadius radius, Pace pace, Duration patience, Predicate<String> here) {
        this.victims = victims;
        this.ledger = ledger;
        this.radius = radius;
        this.pace = pace;
        this.patience = patience;
        this.here = here;
    }

    /** Elements that are struck and not repaired. */
    synchronized Set<String> down() {
        var down = new HashSet<String>();
        cuts.values().stream().filter(cut -> !cut.ended).forEach(cut -> down.addAll(cut.order.elements()));
        return down;
    }

    InjectedFault inject(int index, FaultOrder order, long atNanos) throws IOException, InterruptedException {
        List<String> still = Disturbance.heldStill(radius.topology(), order).stream()
                .filter(here)
                .toList();
        Optional<Disturbance> disturbance =
                order.kind().ofNetwork() ? Optional.of(disturbance(order)) : Optional.empty();
        String witness = disturbance.map(Disturbance::witness).orElse("");
        Cut cut = admit(index, order, witness, arm(index, order, disturbance), still);
        Armed armed = cut.armed;
        var lines = new ArrayList<String>();
        try (Victims.Trigger freeze = still.isEmpty() ? null : victims.armFreeze(still)) {
            Optional<Seen> before = armed.undisturbed();
            pace.until(atNanos - LAST_LOOK_NANOS);
            if (!all(order.elements().stream().filter(here).toList(), State.RUNNING, lines)) {
                lines.add("not struck: every element must run when the fault strikes");
                return told(index, order, pace.nanos(), pace.nanos(), false, lines);
            }
            if (before.isPresent() && !before.get().holds()) {
                lines.add("not struck: " + before.get().evidence());
                return told(index, order, pace.nanos(), pace.nanos(), false, lines);
            }
            lines.clear();
            pace.until(atNanos);
            cut.tried = true;
            long asked = pace.nanos();
            armed.fire();
            if (freeze != null) {
                freeze.fire();
            }
            boolean proven = still.isEmpty() || awaitFrozen(still, lines);
            long confirmed = pace.nanos();
            if (!still.isEmpty()) {
                cut.stillness.begin(still);
            }
            proven &= awaitStruck(armed, lines);
            proven &= probed(probe(cut), lines);
            cut.vigil = proven ? Vigil.over(armed, Vigil.BETWEEN_LOOKS) : null;
            return told(index, order, asked, confirmed, proven, lines);
        } finally {
            if (!cut.tried) {
                withdraw(index, cut);
            }
        }
    }

    /** A probe on a way that another fault has struck would tell of that one. */
    private Disturbance disturbance(FaultOrder order) {
        Disturbance whole = Disturbance.of(radius.topology(), order).sparing(System.getenv("SSH_CONNECTION"));
        return isStruckBesides(whole.witness(), null) ? whole.withoutWitness() : whole;
    }

    /** Whether the witness of a fault is the victim of another one of the network. */
    private synchronized boolean isStruckBesides(String witness, Cut mine) {
        List<String> there = radius.topology().machines().stream()
                .filter(machine -> machine.address().equals(witness))
                .flatMap(machine -> machine.elements().stream())
                .map(Element::name)
                .toList();
        return cuts.values().stream()
                .filter(other ->
                        other != mine && !other.ended && other.order.kind().ofNetwork())
                .anyMatch(other -> other.order.elements().stream().anyMatch(there::contains));
    }

    private Optional<Seen> probe(Cut cut) throws IOException {
        return isStruckBesides(cut.witness, cut) ? Optional.empty() : cut.armed.probe();
    }

    private Armed arm(int index, FaultOrder order, Optional<Disturbance> disturbance) throws IOException {
        if (order.kind() == Kind.DRAIN) {
            return Draining.of(radius.topology(), order, here);
        }
        if (order.kind() == Kind.CLOCK) {
            return ClockJump.arm(victims, radius.topology(), order, here);
        }
        if (order.kind().exhausts()) {
            return Exhaustion.arm(victims, radius.topology(), order, here);
        }
        String refusal = victims.network().refusal(order.kind());
        if (!refusal.isEmpty()) {
            throw new FaultRefusedException("fault " + index + ": " + refusal);
        }
        return victims.network().arm(disturbance.orElseThrow());
    }

    InjectedFault confirmStill(InjectedFault fault) {
        Cut cut = cut(fault);
        if (cut == null || cut.ended || !fault.proven()) {
            return fault;
        }
        List<String> against = against(cut);
        var lines = new ArrayList<>(fault.proof());
        lines.addAll(against);
        return new InjectedFault(
                fault.index(),
                fault.order(),
                fault.asked(),
                fault.confirmed(),
                fault.repairAsked(),
                against.isEmpty(),
                lines);
    }

    /** What tells that a fault is not in effect, or was not all the while. */
    private List<String> against(Cut cut) {
        var lines = new ArrayList<String>();
        cut.vigil.close();
        cut.vigil.lapse().ifPresent(lapse -> lines.add("not in effect all the while, " + lapse));
        try {
            Seen struck = cut.armed.struck();
            if (!struck.holds()) {
                lines.add("no longer in effect: " + struck.evidence());
            }
            probe(cut)
                    .filter(probe -> !probe.holds())
                    .ifPresent(probe -> lines.add("no longer in effect: " + probe.evidence()));
        } catch (IOException e) {
            lines.add("nobody can tell whether it is still in effect: " + e.getMessage());
        }
        for (String element : cut.still) {
            Observation seen = victims.observe(element);
            if (seen.state() != State.FROZEN) {
                lines.add("no longer in effect: " + seen.evidence());
            } else {
                cut.stillness.broken(element).ifPresent(ran -> lines.add(ran + seen.evidence()));
            }
        }
        return lines;
    }

    InjectedFault repair(InjectedFault fault) throws IOException {
        Cut cut = cut(fault);
        if (cut == null || cut.ended) {
            return fault;
        }
        InjectedFault seen = confirmStill(fault);
        var lines = new ArrayList<>(seen.proof());
        long repairAsked = pace.nanos();
        // The same that healing would do, so that both are known to work.
        Undoing undoing = victims.undoing();
        for (Map.Entry<Integer, Undo> step : cut.steps.entrySet()) {
            ledger.done(step.getKey(), undoing.undo(step.getValue()));
        }
        boolean besides = isStruckBesides(cut.witness, cut);
        Optional<Seen> through = besides ? Optional.empty() : awaitUndisturbed(cut.armed);
        if (besides) {
            lines.add("undone; the way to " + cut.witness + " is struck by another fault, and was not tried");
        }
        through.ifPresent(after -> lines.add(after.holds() ? "repaired: " + after.evidence() : after.evidence()));
        synchronized (this) {
            cut.ended = true;
        }
        cut.armed.close();
        boolean whole = through.isEmpty() || through.get().holds();
        return new InjectedFault(
                fault.index(),
                fault.order(),
                fault.asked(),
                fault.confirmed(),
                repairAsked,
                seen.proven() && whole,
                lines);
    }

    private synchronized Cut admit(int index, FaultOrder order, String witness, Armed armed, List<String> still)
            throws IOException {
        var cut = new Cut(order, witness, armed, still, new Stillness(victims, pace));
        try {
            for (String element : still) {
                Undo resume = victims.resuming(element);
                cut.steps.put(ledger.intend(resume), resume);
            }
            for (Undo undo : armed.undos()) {
                cut.steps.put(ledger.intend(undo), undo);
            }
        } catch (IOException | RuntimeException e) {
            // What waits to be let off would wait as long as this process lives.
            armed.close();
            throw e;
        }
        cuts.put(index, cut);
        return cut;
    }

    private synchronized void withdraw(int index, Cut cut) throws IOException {
        cuts.remove(index);
        cut.armed.close();
        for (int step : cut.steps.keySet()) {
            ledger.done(step, "not struck");
        }
    }

    private synchronized Cut cut(InjectedFault fault) {
        return cuts.get(fault.index());
    }

    /** Until it has struck its victims: rules on the wrong address would strike nothing. */
    private boolean awaitStruck(Armed armed, List<String> lines) throws IOException {
        long deadline = pace.nanos() + patience.toNanos();
        Seen seen = armed.struck();
        while (!seen.holds() && pace.nanos() < deadline) {
            pace.pause(BETWEEN_LOOKS);
            seen = armed.struck();
        }
        lines.add(
                seen.holds() ? seen.evidence() : "no effect within " + patience.toMillis() + " ms: " + seen.evidence());
        return seen.holds();
    }

    private Optional<Seen> awaitUndisturbed(Armed armed) throws IOException {
        long deadline = pace.nanos() + patience.toNanos();
        Optional<Seen> seen = armed.undisturbed();
        while (seen.isPresent() && !seen.get().holds() && pace.nanos() < deadline) {
            pace.pause(BETWEEN_LOOKS);
            seen = armed.undisturbed();
        }
        return seen;
    }

    private static boolean probed(Optional<Seen> probe, List<String> lines) {
        probe.ifPresent(seen -> lines.add(seen.holds() ? seen.evidence() : "no effect: " + seen.evidence()));
        return probe.isEmpty() || probe.get().holds();
    }

    private boolean awaitFrozen(List<String> still, List<String> lines) {
        long deadline = pace.nanos() + patience.toNanos();
        while (true) {
            lines.clear();
            if (all(still, State.FROZEN, lines)) {
                return true;
            }
            if (pace.nanos() > deadline) {
                return false;
            }
            pace.pause(Duration.ofNanos(100_000));
        }
    }

    private boolean all(List<String> elements, State wanted, List<String> lines) {
        boolean all = true;
        for (String element : elements) {
            Observation seen = victims.observe(element);
            lines.add(seen.evidence());
            all &= seen.state() == wanted;
        }
        return all;
    }

    private static InjectedFault told(
            int index, FaultOrder order, long asked, long confirmed, boolean proven, List<String> lines) {
        return new InjectedFault(index, order, asked, confirmed, Operation.NONE, proven, lines);
    }

    /** What is remembered of a fault until it is repaired. */
    private static final class Cut {
        final FaultOrder order;
        /** With whom probes are exchanged; empty: there are none. */
        final String witness;

        final Armed armed;
        /** Elements that are frozen while it lasts. */
        final List<String> still;
        /** In the order in which they are to be undone: the network first, so that who wakes finds it whole. */
        final Map<Integer, Undo> steps = new java.util.TreeMap<>(java.util.Comparator.reverseOrder());

        final Stillness stillness;

        /** Only of one that was proven. */
        volatile Vigil vigil;

        volatile boolean tried;
        volatile boolean ended;

        Cut(FaultOrder order, String witness, Armed armed, List<String> still, Stillness stillness) {
            this.order = order;
            this.witness = witness;
            this.armed = armed;
            this.still = still;
            this.stillness = stillness;
        }
    }
}
