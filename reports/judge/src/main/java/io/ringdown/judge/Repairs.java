package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.InjectedFault;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import java.util.List;
import java.util.Set;

/**
 * What was started again, and from when on it served (criteria, section 3, AL1: any restart is a repair). It serves some time between being asked to
 * and saying that it is synced; in between only the name in an answer tells.
 */
final class Repairs {
    private final RecordedRun run;
    private final List<Repair> repairs;
    /** Elements that name themselves in what they answer. */
    private final Set<String> engines;

    /** @param serving when the first of its elements said that it serves; {@link Long#MAX_VALUE}: none did */
    private record Repair(long asked, long serving, Set<String> elements) {}

    /** Whether service returned because something had been repaired. */
    enum Returned {
        BEFORE,
        AFTER,
        UNKNOWN
    }

    Repairs(RecordedRun run) {
        this.run = run;
        repairs = run.faults().stream()
                .filter(fault -> fault.repairAsked() != NONE)
                .map(fault -> repair(run, fault))
                .toList();
        engines = run.topology().nodeHeader().isEmpty()
                ? Set.of()
                : run.topology().elements().stream()
                        .filter(Topology.Element::processes)
                        .map(Topology.Element::name)
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    private static Repair repair(RecordedRun run, InjectedFault fault) {
        Set<String> elements = Set.copyOf(fault.order().elements());
        long serving = run.events().stream()
                .filter(event -> event instanceof RunEvent.Serving serves
                        && serves.at() >= fault.repairAsked()
                        && elements.contains(serves.element()))
                .mapToLong(RunEvent::at)
                .min()
                .orElse(Long.MAX_VALUE);
        return new Repair(fault.repairAsked(), serving, elements);
    }

    /** When the first repair was asked for that had not been completed by a strike; {@link Long#MAX_VALUE}: never. */
    long firstAfter(Strike strike) {
        return repairs.stream()
                .filter(repair -> repair.serving() > strike.from())
                .mapToLong(Repair::asked)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Whether service returned before or after anything that had failed served again. Whoever saw the one may have another clock than who saw the other.
     *
     * @param end when the first success was answered
     * @param by who answered it
     */
    Returned returned(Strike strike, long end, String by) {
        long margin = run.clockMargin(end);
        List<Repair> begun = repairs.stream()
                .filter(repair -> repair.serving() > strike.from() && repair.asked() - margin <= end)
                .toList();
        if (begun.isEmpty()) {
            return Returned.BEFORE;
        }
        if (begun.stream()
                .anyMatch(repair -> repair.serving() <= end - margin
                        || repair.asked() <= end - margin && repair.elements().contains(by))) {
            return Returned.AFTER;
        }
        if (begun.stream()
                .anyMatch(repair -> repair.serving() <= end + margin
                        || repair.asked() > end - margin && repair.elements().contains(by))) {
            return Returned.UNKNOWN;
        }
        // A store or a dispatcher may serve before it says that it is in step; an engine would have said who it is.
        boolean wouldTell = begun.stream().allMatch(repair -> engines.containsAll(repair.elements()));
        return wouldTell && engines.contains(by) ? Returned.BEFORE : Returned.UNKNOWN;
    }
}
