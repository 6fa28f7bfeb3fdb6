package io.ringdown.judge;

import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * t_f: it lies somewhere within its bracket. Of several faults the first and those within 50 ms of it set it.
 *
 * @param from the first fault took effect no earlier
 * @param until the last of those struck together took effect no later
 * @param elements everything that the faults which set t_f hit: whose calls were exposed at t_f
 * @param later what only later faults hit: its calls were not exposed at t_f, but are no controls either
 * @param faulted whether something was struck; in a null run the instant only stands for t_f
 */
record Strike(long from, long until, Set<String> elements, Set<String> later, boolean faulted) {
    private static final long TOGETHER = 50_000_000;

    /** The run's t_f, or empty if it did not get so far. */
    static Optional<Strike> of(RecordedRun run) {
        List<InjectedFault> faults = run.faults();
        if (faults.isEmpty()) {
            return run.plan().faults().isEmpty()
                    ? run.events().stream()
                            .filter(RunEvent.Strike.class::isInstance)
                            .map(strike -> new Strike(strike.at(), strike.at(), Set.of(), Set.of(), false))
                            .reduce((earlier, later) -> later)
                    : Optional.empty();
        }
        long from = faults.stream().mapToLong(InjectedFault::asked).min().orElseThrow();
        long until = faults.stream()
                .filter(fault -> fault.asked() <= from + TOGETHER)
                .mapToLong(fault -> fault.confirmed() == Operation.NONE
                        ? fault.asked()
                        : Math.max(fault.asked(), fault.confirmed()))
                .max()
                .orElseThrow();
        var elements = new TreeSet<String>();
        var later = new TreeSet<String>();
        for (InjectedFault fault : faults) {
            (fault.asked() <= from + TOGETHER ? elements : later)
                    .addAll(fault.order().elements());
        }
        later.removeAll(elements);
        return Optional.of(new Strike(from, until, elements, later, true));
    }

    /** Whether a fault is of those that set t_f. */
    boolean setBy(InjectedFault fault) {
        return fault.asked() <= from + TOGETHER;
    }

    /** Everything that any fault of the run hit. */
    Set<String> everStruck() {
        var all = new TreeSet<>(elements);
        all.addAll(later);
        return all;
    }
}
