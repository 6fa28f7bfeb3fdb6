package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Strikes, proves and repairs on one machine's victims: the one place that executes faults, so it guards the {@link BlastRadius} too. The
 * undo of everything it does is in the ledger before.
 */
public final class FaultInjector implements Injecting {
    /** Failures within this time of each other are simultaneous. */
    public static final Duration AT_ONCE = Duration.ofMillis(50);

    /** How long before its instant a fault looks at its victims for the last time. */
    private static final long LAST_LOOK_NANOS = Duration.ofMillis(20).toNanos();

    /** Between two looks at what is to freeze: it widens the bracket of t_f. */
    private static final Duration SOON = Duration.ofNanos(100_000);

    /** Between two looks at what is to die: a look takes the time of the processor on which it dies, and the locks it dies under. */
    private static final Duration SHORTLY = Duration.ofMillis(5);

    private final Victims victims;
    private final Ledger ledger;
    private final BlastRadius radius;
    private final Pace pace;
    private final Duration patience;
    private final ArmedFaults armed;
    private final Predicate<String> here;
    private final Map<Integer, Struck> struck = new HashMap<>();

    /** An injector that waits up to 10 s for an effect to show. */
    public FaultInjector(Victims victims, Ledger ledger, RunClock clock, BlastRadius radius) {
        this(victims, ledger, clock, radius, element -> true);
    }

    /** @param patience how long it waits for an effect to show */
    public FaultInjector(Victims victims, Ledger ledger, RunClock clock, BlastRadius radius, Duration patience) {
        this(victims, ledger, radius, Pace.of(clock), patience);
    }

    /**
     * One of several that strike together, each the victims that it has.
     *
     * @param here which elements of an order are its own; the others are left to others
     */
    public FaultInjector(Victims victims, Ledger ledger, RunClock clock, BlastRadius radius, Predicate<String> here) {
        this(victims, ledger, radius, Pace.of(clock), Duration.ofSeconds(10), here);
    }

    FaultInjector(Victims victims, Ledger ledger, BlastRadius radius, Pace pace, Duration patience) {
        this(victims, ledger, radius, pace, patience, element -> true);
    }

    private FaultInjector(
            Victims victims, Ledger ledger, BlastRadius radius, Pace pace, Duration patience, Predicate<String> here) {
        this.victims = victims;
        this.ledger = ledger;
        this.radius = radius;
        this.pace = pace;
        this.patience = patience;
        this.here = here;
        armed = new ArmedFaults(victims, ledger, radius, pace, patience, here);
    }

    @Override
    public InjectedFault inject(int index, FaultOrder order, long atNanos) throws IOException, InterruptedException {
        if (order.kind().lasts()) {
            radius.check(index, order, down(), armed.down());
            return armed.inject(index, order, atNanos);
        }
        Struck mine = admit(index, order);
        try (Victims.Trigger freeze = freezes(order) ? victims.armFreeze(own(order)) : null) {
            var proof = new Proof(own(order));
            pace.until(atNanos - LAST_LOOK_NANOS);
            if (!proof.all(State.RUNNING)) {
                proof.write();
                proof.refute("not struck: every element must run when the fault strikes");
                return proof.fault(index, order, pace.nanos(), pace.nanos());
            }
            pace.until(atNanos);
            mine.tried = true;
            if (freeze != null) {
                return freeze(index, order, freeze, proof, mine);
            }
            InjectedFault stopped = stop(index, order, proof, mine);
            return order.kind() == Kind.RESTART ? repair(stopped) : stopped;
        } finally {
            if (!mine.tried) {
                withdraw(mine, index);
            }
        }
    }

    @Override
    public InjectedFault confirmStill(InjectedFault fault) {
        if (fault.order().kind().lasts()) {
            return armed.confirmStill(fault);
        }
        Struck mine = struckBy(fault);
        if (!fault.proven() || mine == null || mine.ended) {
            return fault;
        }
        var proof = new Proof(fault);
        State lasting = lasting(fault.order().kind());
        for (String element : own(fault.order())) {
            Observation seen = victims.observe(element);
            if (!victims.identity(element).equals(mine.processes.get(element)) || seen.state() != lasting) {
                proof.refute("no longer in effect: " + seen.evidence());
            } else if (lasting == State.FROZEN) {
                mine.still.broken(element).ifPresent(ran -> proof.refute(ran + seen.evidence()));
            }
        }
        return proof.fault(fault.index(), fault.order(), fault.asked(), fault.confirmed());
    }

    @Override
    public InjectedFault repair(InjectedFault fault) throws IOException {
        if (fault.order().kind().lasts()) {
            return armed.repair(fault);
        }
        Struck mine = struckBy(fault);
        if (mine == null || mine.ended) {
            return fault;
        }
        var proof = new Proof(confirmStill(fault));
        List<String> elements = own(fault.order());
        long repairAsked = pace.nanos();
        List<String> stuck;
        var down = new ArrayList<String>();
        if (fault.order().kind() == Kind.HANG) {
            victims.resume(elements);
            stuck = proof.missing(state -> state != State.FROZEN, patience);
            stuck.forEach(element -> proof.note(element + " was told to run on and is still frozen"));
        } else {
            victims.kill(elements);
            stuck = proof.missing(state -> state == State.GONE, patience);
            stuck.forEach(
                    element -> proof.note(element + " was killed and is still there, so it is not started again"));
            down.addAll(on(mine, proof) ? restart(without(elements, stuck), proof) : without(elements, stuck));
        }
        down.addAll(stuck);
        // A signal that was sent proves nothing: what was not seen, or does not run again, is left to healing.
        for (String element : without(elements, down)) {
            ledger.done(mine.steps.get(element), "repaired");
        }
        end(mine, down);
        InjectedFault seen = proof.fault(fault.index(), fault.order(), fault.asked(), fault.confirmed());
        return new InjectedFault(
                seen.index(), seen.order(), seen.asked(), seen.confirmed(), repairAsked, seen.proven(), seen.proof());
    }

    private InjectedFault freeze(int index, FaultOrder order, Victims.Trigger freeze, Proof proof, Struck mine)
            throws IOException {
        long asked = pace.nanos();
        freeze.fire();
        boolean frozen = proof.await(State.FROZEN, patience);
        long confirmed = pace.nanos();
        proof.write();
        if (!frozen) {
            proof.refute("not frozen within " + patience.toMillis() + " ms");
        }
        if (own(order).size() > 1 && confirmed - asked > AT_ONCE.toNanos()) {
            proof.refute("first to last freeze may have taken " + (confirmed - asked) / 1_000_000
                    + " ms; at once means " + AT_ONCE.toMillis() + " ms");
        }
        if (order.kind() == Kind.CRASH) {
            victims.kill(own(order));
            if (!proof.await(State.GONE, patience)) {
                proof.refute("not dead within " + patience.toMillis() + " ms");
            }
            proof.write();
        } else {
            mine.still.begin(own(order));
        }
        return proof.fault(index, order, asked, confirmed);
    }

    private InjectedFault stop(int index, FaultOrder order, Proof proof, Struck mine) throws IOException {
        long asked = pace.nanos();
        if (order.kind() == Kind.POWER_OFF) {
            mine.power.off().forEach(proof::note);
        } else {
            victims.terminate(own(order));
        }
        boolean gone = proof.await(State.GONE, patience);
        long confirmed = pace.nanos();
        proof.write();
        if (!gone) {
            String what = order.kind() == Kind.POWER_OFF ? "not all gone" : "not stopped";
            proof.refute(what + " within " + patience.toMillis() + " ms");
        }
        return proof.fault(index, order, asked, confirmed);
    }

    /** What is off cannot be started. */
    private boolean on(Struck mine, Proof proof) throws IOException {
        var told = new ArrayList<String>();
        boolean on = mine.power.on(told);
        told.forEach(proof::note);
        return on;
    }

    /** Returns those that cannot be. */
    private List<String> restart(List<String> elements, Proof proof) {
        var failed = new ArrayList<String>();
        for (String element : elements) {
            try {
                victims.restart(element);
            } catch (IOException | RuntimeException e) {
                proof.note(element + " could not be started again: " + e.getMessage());
                failed.add(element);
            }
        }
        return failed;
    }

    /** Checks the blast radius and writes the undo, both before anything is done. */
    private synchronized Struck admit(int index, FaultOrder order) throws IOException {
        radius.check(index, order, down(), armed.down());
        var mine = new Struck(order, new Stillness(victims, pace), new PowerCut(victims.power(), ledger));
        for (String element : own(order)) {
            mine.processes.put(element, victims.identity(element));
        }
        struck.put(index, mine);
        if (order.kind() == Kind.POWER_OFF) {
            mine.power.intend(machines(order));
        }
        for (String element : own(order)) {
            Undo undo = order.kind() == Kind.HANG ? victims.resuming(element) : victims.killing(element);
            mine.steps.put(element, ledger.intend(undo));
        }
        return mine;
    }

    private synchronized void withdraw(Struck mine, int index) throws IOException {
        struck.remove(index);
        mine.power.withdraw();
        for (int step : mine.steps.values()) {
            ledger.done(step, "not struck");
        }
    }

    /** What does not run again counts as down for all that may be struck besides. */
    private synchronized void end(Struck mine, List<String> down) {
        mine.ended = true;
        mine.down = down;
    }

    private synchronized Struck struckBy(InjectedFault fault) {
        return struck.get(fault.index());
    }

    private synchronized Set<String> down() {
        var down = new HashSet<>(armed.down());
        struck.values().forEach(fault -> down.addAll(fault.down));
        return down;
    }

    private Set<String> machines(FaultOrder order) {
        return own(order).stream()
                .map(element ->
                        radius.topology().machineOf(element).orElseThrow().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> own(FaultOrder order) {
        return order.elements().stream().filter(here).toList();
    }

    private static List<String> without(List<String> elements, List<String> those) {
        return elements.stream().filter(element -> !those.contains(element)).toList();
    }

    private static boolean freezes(FaultOrder order) {
        return !order.kind().gradual();
    }

    private static State lasting(Kind kind) {
        return kind == Kind.SILENT || kind == Kind.HANG ? State.FROZEN : State.GONE;
    }

    /** What is remembered of a fault until it is repaired. */
    private static final class Struck {
        final Map<String, ProcessIdentity> processes = new HashMap<>();
        final Map<String, Integer> steps = new HashMap<>();
        final Stillness still;
        final PowerCut power;
        List<String> down;
        volatile boolean tried;
        volatile boolean ended;

        Struck(FaultOrder order, Stillness still, PowerCut power) {
            this.still = still;
            this.power = power;
            down = order.elements();
        }
    }

    /** What was seen so far, and whether it proves the fault. */
    private final class Proof {
        private final List<String> elements;
        private final List<String> lines = new ArrayList<>();
        private final Map<String, Observation> latest = new HashMap<>();
        private boolean proven = true;

        Proof(List<String> elements) {
            this.elements = elements;
        }

        Proof(InjectedFault fault) {
            this(own(fault.order()));
            lines.addAll(fault.proof());
            proven = fault.proven();
        }

        boolean all(State wanted) {
            elements.forEach(element -> latest.put(element, victims.observe(element)));
            return latest.values().stream().allMatch(seen -> seen.state() == wanted);
        }

        /** Looks until every element is, or was at its turn, in the wanted state; gives up on what died and cannot freeze. */
        boolean await(State wanted, Duration patience) {
            long deadline = pace.nanos() + patience.toNanos();
            var waiting = new ArrayList<>(elements);
            while (true) {
                look(waiting, state -> state == wanted);
                if (waiting.isEmpty()) {
                    return true;
                }
                boolean hopeless = wanted == State.FROZEN
                        && waiting.stream()
                                .anyMatch(element -> latest.get(element).state() == State.GONE);
                if (hopeless || pace.nanos() > deadline) {
                    return false;
                }
                pace.pause(wanted == State.FROZEN ? SOON : SHORTLY);
            }
        }

        /** Looks until every element is, or was at its turn, as wanted; returns those that were not in time. */
        List<String> missing(Predicate<State> wanted, Duration patience) {
            long deadline = pace.nanos() + patience.toNanos();
            var waiting = new ArrayList<>(elements);
            while (true) {
                look(waiting, wanted);
                if (waiting.isEmpty() || pace.nanos() > deadline) {
                    return waiting;
                }
                pace.pause(SHORTLY);
            }
        }

        private void look(List<String> waiting, Predicate<State> wanted) {
            waiting.removeIf(element -> {
                Observation seen = victims.observe(element);
                latest.put(element, seen);
                return wanted.test(seen.state());
            });
        }

        /** Keeps what was seen last of every element. */
        void write() {
            elements.forEach(element -> lines.add(latest.get(element).evidence()));
        }

        void note(String line) {
            lines.add(line);
        }

        void refute(String reason) {
            proven = false;
            lines.add(reason);
        }

        InjectedFault fault(int index, FaultOrder order, long asked, long confirmed) {
            return new InjectedFault(index, order, asked, confirmed, Operation.NONE, proven, lines);
        }
    }
}
