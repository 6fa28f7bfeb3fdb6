package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.BlastRadius;
import io.ringdown.harness.hosts.HealthCheck;
import io.ringdown.harness.hosts.remote.RemoteMachine.Hindsight;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The power of hosts, cut and put on by commands of this machine. Whoever could prove on a host what becomes of its elements goes with its power; so the fault
 * is proven in two parts: nothing is heard of the host any more, and nothing has outlived it when it is reached again.
 */
final class PowerCuts {
    /** As long as any fault waits for its effect. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Whoever has not answered within it is silent, if nobody else of the machine has. */
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Where all are slow, silence takes so many times as long as an answer took before. */
    private static final int TIMES_AS_LONG = 10;

    /** Long enough before the instant for all hosts to answer. */
    private static final long LAST_LOOK_NANOS = 100_000_000;

    private static final long PAUSE_NANOS = 20_000_000;

    private final RemoteHost hosts;
    private final RunClock clock;
    private final BlastRadius radius;
    private final Map<Integer, Cut> cuts = new ConcurrentHashMap<>();
    /** How long who is asked may take. */
    private volatile Duration soon = SOON;

    PowerCuts(RemoteHost hosts, RunClock clock, BlastRadius radius) {
        this.hosts = hosts;
        this.clock = clock;
        this.radius = radius;
    }

    /** What is remembered of a fault: the machines, and the step of the ledger of each that is to be put on. */
    private record Cut(Map<RemoteMachine, Integer> steps, Map<RemoteMachine, List<String>> elements) {}

    /**
     * Strikes, at the instant.
     *
     * @param victims each machine's
     */
    InjectedFault strike(int index, FaultOrder order, long atNanos, Map<RemoteMachine, List<String>> victims)
            throws IOException, InterruptedException {
        var cut = new Cut(new ConcurrentHashMap<>(), victims);
        boolean tried = false;
        try {
            for (RemoteMachine machine : inOrder(victims.keySet())) {
                cut.steps.put(machine, hosts.power().intend(machine));
            }
            awaitInstant(atNanos - LAST_LOOK_NANOS);
            long looked = System.nanoTime();
            boolean running = hosts.running().containsAll(order.elements());
            Duration slow = Duration.ofNanos(System.nanoTime() - looked).multipliedBy(TIMES_AS_LONG);
            soon = slow.compareTo(SOON) > 0 ? slow : SOON;
            if (!running) {
                long now = clock.nanos();
                var proof = List.of("not struck: every element must run when the fault strikes");
                return new InjectedFault(index, order, now, now, Operation.NONE, false, proof);
            }
            awaitInstant(atNanos);
            tried = true;
            cuts.put(index, cut);
            return struck(index, order, cut);
        } finally {
            if (!tried) {
                for (int step : cut.steps.values()) {
                    hosts.power().done(step, "not struck");
                }
            }
        }
    }

    private InjectedFault struck(int index, FaultOrder order, Cut cut) {
        List<RemoteMachine> machines = inOrder(cut.elements.keySet());
        var told = new Told();
        machines.forEach(RemoteMachine::expectSilence);
        long asked = clock.nanos();
        for (RemoteMachine machine : machines) {
            try {
                hosts.power().off(machine);
            } catch (IOException e) {
                told.note(machine, e.getMessage());
            }
        }
        long giveUp = asked + PATIENCE.toNanos();
        hosts.all(machines, machine -> {
                    String alive = awaitSilence(machine, giveUp);
                    if (alive.isEmpty()) {
                        told.note(machine, "silent: neither agent nor SSH nor SIP answers");
                    } else {
                        told.refute(machine, "not off within " + PATIENCE.toMillis() + " ms: " + alive);
                    }
                    return null;
                })
                .forEach((machine, why) -> told.refute(machine, String.valueOf(why.getMessage())));
        long confirmed = clock.nanos();
        // Hosts may be one machine under several addresses.
        hosts.all(hosts.reached(), machine -> machine.ask(new Ask.Observe(), PATIENCE))
                .forEach((machine, why) -> {
                    if (!machine.isCut()) {
                        told.refute(
                                machine,
                                "may have lost its power as well, by no order of the plan: " + why.getMessage());
                    }
                });
        return told.fault(new InjectedFault(index, order, asked, confirmed, Operation.NONE, true, List.of()));
    }

    /** What still answers when patience has run out; empty: nothing. */
    private String awaitSilence(RemoteMachine machine, long giveUp) {
        Optional<String> alive;
        while ((alive = signOfLife(machine)).isPresent() && clock.nanos() < giveUp) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return alive.orElse("");
    }

    /** All are asked at once: for as long as that takes, t_f is not known. */
    private Optional<String> signOfLife(RemoteMachine machine) {
        var looks = new ArrayList<CompletableFuture<Optional<String>>>();
        looks.add(look(() -> machine.answers(soon), "its agent answers"));
        looks.add(look(() -> machine.isReached(soon), "it is reached by SSH"));
        radius.topology().machines().stream()
                .filter(each -> each.name().equals(machine.name()))
                .flatMap(each -> each.elements().stream())
                .filter(element -> !element.sip().isEmpty())
                .forEach(element -> looks.add(look(
                        () -> HealthCheck.isHeard(element.sip()), element.name() + " answers at " + element.sip())));
        return looks.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private CompletableFuture<Optional<String>> look(BooleanSupplier alive, String said) {
        return CompletableFuture.supplyAsync(
                () -> alive.getAsBoolean() ? Optional.of(said) : Optional.empty(), hosts.threads());
    }

    InjectedFault confirmStill(InjectedFault fault) {
        Cut cut = cuts.get(fault.index());
        if (cut == null || !fault.proven()) {
            return fault;
        }
        var told = new Told();
        hosts.all(cut.elements.keySet(), machine -> {
                    signOfLife(machine).ifPresent(alive -> told.refute(machine, "no longer off: " + alive));
                    return null;
                })
                .forEach((machine, why) -> told.refute(machine, String.valueOf(why.getMessage())));
        return told.fault(fault);
    }

    /**
     * Puts the machines on and starts their elements again.
     *
     * @param back is told the elements of each machine that is on again
     */
    InjectedFault repair(InjectedFault fault, Collection<String> back) {
        Cut cut = cuts.get(fault.index());
        if (cut == null) {
            return fault;
        }
        InjectedFault seen = confirmStill(fault);
        long repairAsked = clock.nanos();
        var told = new Told();
        hosts.all(cut.elements.keySet(), machine -> {
                    repair(machine, cut, told);
                    back.addAll(cut.elements.get(machine));
                    return null;
                })
                .forEach((machine, why) -> told.note(machine, String.valueOf(why.getMessage())));
        cut.elements.keySet().forEach(machine -> told.hindsight(machine, machine.hindsight()));
        InjectedFault after = told.fault(seen);
        return new InjectedFault(
                after.index(),
                after.order(),
                after.asked(),
                after.confirmed(),
                repairAsked,
                after.proven(),
                after.proof());
    }

    private void repair(RemoteMachine machine, Cut cut, Told told) throws IOException {
        String how = hosts.power().on(machine, hosts::isHealing);
        hosts.power().done(cut.steps.get(machine), how);
        told.note(machine, how);
        // What has not gone is not started beside itself.
        if (machine.hindsight().wasOff()) {
            hosts.restart(machine, cut.elements.get(machine), radius).forEach(line -> told.note(machine, line));
        }
    }

    InjectedFault inHindsight(InjectedFault fault) {
        Cut cut = cuts.get(fault.index());
        if (cut == null) {
            return fault;
        }
        var told = new Told();
        cut.elements.keySet().forEach(machine -> told.hindsight(machine, machine.hindsight()));
        return told.fault(fault);
    }

    private void awaitInstant(long atNanos) throws InterruptedException {
        long left;
        while ((left = atNanos - clock.nanos()) > 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted before the fault");
            }
            LockSupport.parkNanos(left);
        }
    }

    private static List<RemoteMachine> inOrder(Collection<RemoteMachine> machines) {
        return machines.stream()
                .sorted(Comparator.comparing(RemoteMachine::name))
                .toList();
    }

    /** What is seen of each machine, and whether it takes the proof away. Safe for several threads. */
    private static final class Told {
        private final Map<String, List<String>> lines = new TreeMap<>();
        private boolean proven = true;

        synchronized void note(RemoteMachine machine, String line) {
            String named = line.startsWith(machine.name() + " ") || line.startsWith(machine.name() + ":")
                    ? line
                    : machine.name() + ": " + line;
            lines.computeIfAbsent(machine.name(), any -> new ArrayList<>()).add(named);
        }

        synchronized void refute(RemoteMachine machine, String line) {
            proven = false;
            note(machine, line);
        }

        void hindsight(RemoteMachine machine, Hindsight found) {
            if (found == null) {
                refute(machine, "not reached again, so that nobody knows whether it was off");
            } else if (found.wasOff()) {
                note(machine, found.evidence());
            } else {
                refute(machine, found.evidence());
            }
        }

        synchronized InjectedFault fault(InjectedFault before) {
            var proof = new ArrayList<>(before.proof());
            lines.values().forEach(proof::addAll);
            return new InjectedFault(
                    before.index(),
                    before.order(),
                    before.asked(),
                    before.confirmed(),
                    before.repairAsked(),
                    before.proven() && proven,
                    Collections.unmodifiableList(proof));
        }
    }
}
