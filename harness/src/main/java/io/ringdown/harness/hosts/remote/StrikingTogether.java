package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Observation.State;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Strikes on several machines at one instant: each host's own injector does its part there, armed beforehand and fired by the host's own clock, and takes
 * the bracket of it. What a clock's offset may be off by makes the whole bracket wider.
 */
final class StrikingTogether implements Injecting {
    private static final Duration PROVING = Duration.ofSeconds(45);
    private static final int CLOCK_LOOKS = 8;

    private final RemoteHost hosts;
    private final RunClock clock;
    private final BlastRadius radius;
    private final PowerCuts cuts;
    private final Map<Integer, Struck> struck = new HashMap<>();

    /** @param cuts does to the power of hosts what they cannot do to themselves */
    StrikingTogether(RemoteHost hosts, RunClock clock, BlastRadius radius, PowerCuts cuts) {
        this.hosts = hosts;
        this.clock = clock;
        this.radius = radius;
        this.cuts = cuts;
    }

    @Override
    public InjectedFault inject(int index, FaultOrder order, long atNanos) throws IOException, InterruptedException {
        admit(index, order);
        boolean tried = false;
        try {
            Map<RemoteMachine, Observed> before = looked(order);
            List<String> failed = before.values().stream()
                    .flatMap(seen -> seen.notRunning.stream())
                    .toList();
            if (!failed.isEmpty()) {
                var proof = new ArrayList<>(failed);
                proof.add("not struck: every element must run when the fault strikes");
                long now = clock.nanos();
                return new InjectedFault(index, order, now, now, Operation.NONE, false, proof);
            }
            tried = true;
            if (order.kind() == Kind.POWER_OFF) {
                return cuts.strike(index, order, atNanos, victims(order));
            }
            var parts = new Parts(index, order);
            hosts.all(before.keySet(), machine -> {
                        ClockOffset ahead = before.get(machine).clock;
                        long at = clock.originNanos() + atNanos + ahead.nanos();
                        Duration patience = PROVING.plusNanos(Math.max(0, atNanos - clock.nanos()));
                        return parts.add(machine, ahead, machine.ask(new Ask.Inject(index, order, at), patience));
                    })
                    .forEach(parts::fail);
            parts.refuseIfNothingWasDone();
            keep(index, parts);
            if (order.kind() == Kind.RESTART) {
                up(index, elementsOn(order, parts.machines()));
            }
            return parts.together();
        } finally {
            if (!tried) {
                forget(index);
            }
        }
    }

    @Override
    public InjectedFault confirmStill(InjectedFault fault) {
        // Of what is over nothing is in effect any more; and its host may have lost its power since.
        if (fault.repairAsked() != Operation.NONE) {
            return fault;
        }
        if (fault.order().kind() == Kind.POWER_OFF) {
            return cuts.confirmStill(fault);
        }
        Parts parts = partsOf(fault);
        if (parts == null) {
            return fault;
        }
        Parts after = new Parts(parts);
        hosts.all(parts.machines(), machine -> after.put(machine, machine.ask(new Ask.Confirm(parts.of(machine)))))
                .forEach(after::fail);
        keep(fault.index(), after);
        return after.together();
    }

    @Override
    public InjectedFault repair(InjectedFault fault) {
        if (fault.order().kind() == Kind.POWER_OFF) {
            Set<String> back = ConcurrentHashMap.newKeySet();
            InjectedFault repaired = cuts.repair(fault, back);
            up(fault.index(), back);
            return repaired;
        }
        Parts parts = partsOf(fault);
        if (parts == null) {
            return fault;
        }
        Parts after = new Parts(parts);
        Map<RemoteMachine, Exception> failures = hosts.all(
                parts.machines(),
                machine -> after.put(machine, machine.ask(new Ask.Repair(parts.of(machine)), PROVING)));
        failures.forEach(after::fail);
        keep(fault.index(), after);
        // Of a host that did not answer nobody knows: it counts as down for what is struck next.
        var answered = new HashSet<>(parts.machines());
        answered.removeAll(failures.keySet());
        up(fault.index(), elementsOn(fault.order(), answered));
        return after.together();
    }

    @Override
    public InjectedFault inHindsight(InjectedFault fault) {
        boolean lasted = fault.order().kind() == Kind.POWER_OFF && fault.repairAsked() == Operation.NONE;
        return lasted ? cuts.inHindsight(fault) : fault;
    }

    private List<String> elementsOn(FaultOrder order, Set<RemoteMachine> machines) {
        return order.elements().stream()
                .filter(element -> machines.contains(hosts.machineOf(element)))
                .toList();
    }

    /** What was seen of a machine's victims, and of its clock. */
    private record Observed(List<String> notRunning, ClockOffset clock) {}

    private Map<RemoteMachine, List<String>> victims(FaultOrder order) {
        var victims = new LinkedHashMap<RemoteMachine, List<String>>();
        order.elements()
                .forEach(element -> victims.computeIfAbsent(hosts.machineOf(element), any -> new ArrayList<>())
                        .add(element));
        return victims;
    }

    private Map<RemoteMachine, Observed> looked(FaultOrder order) throws IOException {
        Map<RemoteMachine, List<String>> victims = victims(order);
        var seen = new ConcurrentHashMap<RemoteMachine, Observed>();
        Map<RemoteMachine, Exception> failures = hosts.all(victims.keySet(), machine -> {
            Map<String, Observation> all = new HashMap<>();
            for (Observation one : machine.ask(new Ask.Observe())) {
                all.put(one.element(), one);
            }
            List<String> failed = victims.get(machine).stream()
                    .filter(element ->
                            !all.containsKey(element) || all.get(element).state() != State.RUNNING)
                    .map(element -> all.containsKey(element)
                            ? all.get(element).evidence()
                            : element + ": not started here, so not touched")
                    .toList();
            machine.lookAtClock(CLOCK_LOOKS);
            return seen.put(machine, new Observed(failed, machine.offset()));
        });
        RemoteHost.throwFirst(failures);
        return seen;
    }

    private synchronized void admit(int index, FaultOrder order) {
        var down = new HashSet<String>();
        var running = new HashSet<String>();
        struck.values().forEach(fault -> {
            down.addAll(fault.down);
            if (fault.lasts) {
                running.addAll(fault.down);
            }
        });
        radius.check(index, order, down, running);
        struck.put(index, new Struck(Set.copyOf(order.elements()), order.kind().lasts()));
    }

    private synchronized void forget(int index) {
        struck.remove(index);
    }

    private synchronized void keep(int index, Parts parts) {
        struck.get(index).parts = parts;
    }

    /** Only what is seen on its host to be up again is restarted there; an element that is still down is told by its host. */
    private synchronized void up(int index, Collection<String> elements) {
        Struck mine = struck.get(index);
        if (mine != null) {
            var down = new HashSet<>(mine.down);
            down.removeAll(elements);
            mine.down = down;
        }
    }

    private synchronized Parts partsOf(InjectedFault fault) {
        Struck mine = struck.get(fault.index());
        return mine == null ? null : mine.parts;
    }

    /** What is remembered of a fault. */
    private static final class Struck {
        private final boolean lasts;
        private Set<String> down;
        private Parts parts;

        Struck(Set<String> down, boolean lasts) {
            this.down = down;
            this.lasts = lasts;
        }
    }

    /** What each machine says of its part of a fault, by its own clock. */
    private final class Parts {
        private final int index;
        private final FaultOrder order;
        private final Map<RemoteMachine, InjectedFault> faults = new ConcurrentHashMap<>();
        private final Map<RemoteMachine, ClockOffset> clocks;
        private final Map<String, Exception> failures = new TreeMap<>();

        Parts(int index, FaultOrder order) {
            this.index = index;
            this.order = order;
            clocks = new ConcurrentHashMap<>();
        }

        Parts(Parts before) {
            index = before.index;
            order = before.order;
            faults.putAll(before.faults);
            clocks = before.clocks;
            failures.putAll(before.failures);
        }

        InjectedFault add(RemoteMachine machine, ClockOffset ahead, InjectedFault part) {
            clocks.put(machine, ahead);
            return put(machine, part);
        }

        InjectedFault put(RemoteMachine machine, InjectedFault part) {
            return faults.put(machine, part);
        }

        void fail(RemoteMachine machine, Exception why) {
            failures.put(machine.name(), why);
        }

        Set<RemoteMachine> machines() {
            return faults.keySet();
        }

        InjectedFault of(RemoteMachine machine) {
            return faults.get(machine);
        }

        void refuseIfNothingWasDone() throws IOException {
            if (!faults.isEmpty()) {
                return;
            }
            Exception first = failures.values().iterator().next();
            if (first instanceof FaultRefusedException refused) {
                throw refused;
            }
            throw new IOException(first.getMessage(), first);
        }

        InjectedFault together() {
            long asked = Long.MAX_VALUE;
            long confirmed = Long.MIN_VALUE;
            long repairAsked = Operation.NONE;
            boolean proven = failures.isEmpty();
            var proof = new ArrayList<String>();
            List<RemoteMachine> inOrder = faults.keySet().stream()
                    .sorted(java.util.Comparator.comparing(RemoteMachine::name))
                    .toList();
            for (RemoteMachine machine : inOrder) {
                InjectedFault part = faults.get(machine);
                ClockOffset ahead = clocks.get(machine);
                long shift = ahead.nanos() + clock.originNanos();
                asked = Math.min(asked, part.asked() - shift - ahead.uncertainty());
                confirmed = Math.max(confirmed, part.confirmed() - shift + ahead.uncertainty());
                if (part.repairAsked() != Operation.NONE) {
                    long repaired = part.repairAsked() - shift - ahead.uncertainty();
                    repairAsked = repairAsked == Operation.NONE ? repaired : Math.min(repairAsked, repaired);
                }
                proven &= part.proven();
                proof.addAll(part.proof());
            }
            for (var failure : failures.entrySet()) {
                proof.add(failure.getKey() + ": " + failure.getValue().getMessage());
            }
            boolean freezes = !order.kind().gradual() && !order.kind().ofNetwork();
            if (freezes && order.elements().size() > 1 && confirmed - asked > FaultInjector.AT_ONCE.toNanos()) {
                proven = false;
                proof.add("first to last freeze may have taken " + (confirmed - asked) / 1_000_000
                        + " ms over all hosts, what their clocks may be off by included; at once means "
                        + FaultInjector.AT_ONCE.toMillis() + " ms");
            }
            return new InjectedFault(index, order, asked, confirmed, repairAsked, proven, proof);
        }
    }
}
