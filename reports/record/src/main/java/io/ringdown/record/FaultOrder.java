package io.ringdown.record;

import java.time.Duration;
import java.util.List;

/**
 * One fault as a plan orders it, its targets resolved.
 *
 * @param domain the failure domain struck
 * @param kind what is done to it
 * @param targets names of elements, machines or racks, according to the domain
 * @param elements every element that the fault hits
 * @param after when it strikes, counted from the first fault, which strikes when the population is complete
 * @param repairAfter when what failed is started again, counted from the fault; null: never
 */
public record FaultOrder(
        Domain domain, Kind kind, List<String> targets, List<String> elements, Duration after, Duration repairAfter) {
    public FaultOrder {
        targets = List.copyOf(targets);
        elements = List.copyOf(elements);
    }

    /** Failure domains, smallest first (paper section 2.1). */
    public enum Domain {
        PROCESS,
        MACHINE,
        RACK
    }

    /** What a fault does. */
    public enum Kind {
        /** All processes frozen together, then killed: peers see connections close. */
        CRASH,
        /** All processes frozen together and killed only at healing: no FIN, as a power cut. */
        SILENT,
        /** Frozen, and resumed at repair. */
        HANG,
        /** Asked to stop (SIGTERM). */
        STOP
    }
}
