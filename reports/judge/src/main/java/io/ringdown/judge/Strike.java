package io.ringdown.judge;

import io.ringdown.record.InjectedFault;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Faults that struck together, within 50 ms. The first of a run's strikes sets t_f, which lies somewhere within its bracket.
 *
 * @param from the first of them took effect no earlier
 * @param until the last of them took effect no later
 * @param elements everything that they hit: whose calls they exposed
 * @param later what only later faults hit: its calls were not exposed, but are no controls either
 * @param margin by how much the bracket is wider on either side than the fault's own: what is known of the clocks of those who saw the calls
 * @param faulted whether something was struck; in a null run the instant only stands for t_f
 */
record Strike(long from, long until, Set<String> elements, Set<String> later, long margin, boolean faulted) {
    private static final long TOGETHER = 50_000_000;

    /** The run's strikes, in order of time. The first is t_f's; none: the run did not get so far. */
    static List<Strike> all(RecordedRun run) {
        return unwidened(run).stream()
                .map(strike -> strike.widened(run.clockMargin(strike.until)))
                .toList();
    }

    /** What happened so close to it that the clocks cannot tell which came first happened within the bracket. */
    private Strike widened(long by) {
        return new Strike(from - by, until + by, elements, later, by, faulted);
    }

    private static List<Strike> unwidened(RecordedRun run) {
        if (run.faults().isEmpty()) {
            return run.plan().faults().isEmpty()
                    ? run.events().stream()
                            .filter(RunEvent.Strike.class::isInstance)
                            .map(strike -> new Strike(strike.at(), strike.at(), Set.of(), Set.of(), 0, false))
                            .reduce((earlier, later) -> later)
                            .stream()
                            .toList()
                    : List.of();
        }
        List<InjectedFault> faults = run.faults().stream()
                .sorted(Comparator.comparingLong(InjectedFault::asked))
                .toList();
        var strikes = new ArrayList<Strike>();
        for (InjectedFault fault : faults) {
            if (strikes.isEmpty() || !strikes.get(strikes.size() - 1).setBy(fault)) {
                strikes.add(of(faults, fault.asked()));
            }
        }
        return List.copyOf(strikes);
    }

    private static Strike of(List<InjectedFault> faults, long from) {
        long until = from;
        var elements = new TreeSet<String>();
        var later = new TreeSet<String>();
        for (InjectedFault fault : faults) {
            if (fault.asked() > from + TOGETHER) {
                later.addAll(fault.order().elements());
            } else if (fault.asked() >= from) {
                elements.addAll(fault.order().elements());
                until = Math.max(until, Math.max(fault.asked(), fault.confirmed()));
            }
        }
        later.removeAll(elements);
        return new Strike(from, until, elements, later, 0, true);
    }

    /** Whether a fault is one of those that struck together. */
    boolean setBy(InjectedFault fault) {
        return setBy(fault.asked());
    }

    /** Whether a fault that was asked for at an instant is one of those that struck together. */
    boolean setBy(long asked) {
        return asked >= from && asked <= from + margin + TOGETHER;
    }

    /** Everything that it or any later fault hit. */
    Set<String> everStruck() {
        var all = new TreeSet<>(elements);
        all.addAll(later);
        return all;
    }
}
