package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One fault as a plan orders it, its targets resolved.
 *
 * @param domain the failure domain struck
 * @param kind what is done to it
 * @param targets names of elements, machines or racks, according to the domain
 * @param elements every element that the fault hits
 * @param after when it strikes, counted from the first fault, which strikes when the population is complete
 * @param repairAfter when what failed is started again, counted from the fault; null: never
 * @param terms what the kind leaves open; null where it leaves nothing
 * @param overlap whether it may strike what another fault, under which processes live on, has struck and still holds
 * @param busiest whether the run itself chooses the target: whoever owns most calls before the first fault. Until then it is one that might be
 */
public record FaultOrder(
        Domain domain,
        Kind kind,
        List<String> targets,
        List<String> elements,
        Duration after,
        Duration repairAfter,
        @JsonInclude(JsonInclude.Include.NON_NULL) Terms terms,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean overlap,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean busiest) {
    public FaultOrder {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(after, "after");
        targets = List.copyOf(targets);
        elements = List.copyOf(elements);
    }

    /** A fault that overlaps no other. */
    public FaultOrder(
            Domain domain,
            Kind kind,
            List<String> targets,
            List<String> elements,
            Duration after,
            Duration repairAfter,
            Terms terms) {
        this(domain, kind, targets, elements, after, repairAfter, terms, false, false);
    }

    /** A fault whose kind leaves nothing open. */
    public FaultOrder(
            Domain domain,
            Kind kind,
            List<String> targets,
            List<String> elements,
            Duration after,
            Duration repairAfter) {
        this(domain, kind, targets, elements, after, repairAfter, null);
    }

    /** The same at another time. */
    public FaultOrder at(Duration instant) {
        return new FaultOrder(domain, kind, targets, elements, instant, repairAfter, terms, overlap, busiest);
    }

    /** The same on other targets. */
    public FaultOrder on(List<String> others, List<String> theirs) {
        return new FaultOrder(domain, kind, others, theirs, after, repairAfter, terms, overlap, busiest);
    }

    /**
     * What a fault is besides its kind: whose messages one of the network strikes, and how much of it there is.
     *
     * @param from machines whose messages with the targets are struck; empty: everybody's
     * @param direction seen from the targets
     * @param amount of LOSS, DUPLICATE and REORDER the share of packets; of DELAY seconds; of RATE bits a second; of CPU how
     *     many are kept busy; of MEMORY the share of the machine's limit that is to be in use; of CLOCK whole seconds
     *     forward, or less than 0: back; else 0
     */
    public record Terms(List<String> from, Direction direction, double amount) {
        public Terms {
            from = List.copyOf(from);
        }

        /** So much of it, where nobody's messages are meant. */
        public static Terms of(double amount) {
            return new Terms(List.of(), Direction.BOTH, amount);
        }
    }

    /** Which messages of a target's. */
    public enum Direction {
        BOTH,
        /** What comes to it. */
        IN,
        /** What it sends. */
        OUT
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
        STOP,
        /** Cut off by the network; the processes live on. */
        ISOLATE,
        /** A share of the packets is lost. */
        LOSS,
        /** Packets come later. */
        DELAY,
        /** A share of the packets comes twice. */
        DUPLICATE,
        /** A share of the packets overtakes the others, which come 10 ms later. */
        REORDER,
        /** No more than so many bits a second get through. */
        RATE,
        /** Asked to stop (SIGTERM), and started again at once. */
        RESTART,
        /** App processors taken out of service as an operator would, by their admin ports. */
        DRAIN,
        /** A machine's processors kept busy by others. */
        CPU,
        /** A machine's memory taken by others. */
        MEMORY,
        /** A machine's own file system full. */
        DISK,
        /** The wall clock of processes put forward or back. */
        CLOCK,
        /** A machine's power cut, by a command that its owner has for it. */
        POWER_OFF;

        /** As plans and topology files write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The kind of a word that is one's. */
        public static Kind of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        }

        /** Whether it keeps packets waiting, rather than that it drops them. */
        public boolean queues() {
            return ofNetwork() && this != ISOLATE && this != LOSS;
        }

        /** Whether its victims take the time that they need, so that several are not struck at once. */
        public boolean gradual() {
            return this == STOP || this == RESTART || this == DRAIN || this == CLOCK || this == POWER_OFF || exhausts();
        }

        /** Whether the processes live on, and all is as before once it is undone. */
        public boolean lasts() {
            return ofNetwork() || this == DRAIN || this == CLOCK || exhausts();
        }

        /** Whether it uses up what a machine has. */
        public boolean exhausts() {
            return compareTo(CPU) >= 0 && compareTo(DISK) <= 0;
        }

        /** Whether it strikes what is said between processes, rather than the processes. */
        public boolean ofNetwork() {
            return compareTo(ISOLATE) >= 0 && compareTo(RATE) <= 0;
        }
    }
}
