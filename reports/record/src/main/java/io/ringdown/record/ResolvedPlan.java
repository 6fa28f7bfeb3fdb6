package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A plan with every choice made: what a run did, and all that is needed to do it again.
 *
 * @param name the plan's name
 * @param description one line for people
 * @param seed what every random choice was drawn from
 * @param cluster settings of the cluster under test by their names in its configuration
 * @param workload the calls
 * @param faults the faults, in order; empty for a null run
 * @param criteria what the plan demands
 */
public record ResolvedPlan(
        String name,
        String description,
        long seed,
        Map<String, String> cluster,
        Workload workload,
        List<FaultOrder> faults,
        Criteria criteria) {
    public ResolvedPlan {
        cluster = Map.copyOf(cluster);
        faults = List.copyOf(faults);
    }

    /**
     * The calls of a run.
     *
     * @param t1 RFC 3261 timer T1, on both sides; every time limit of the criteria scales with it (they are given for 500 ms)
     * @param phases phases to populate
     * @param callsPerPhase calls held in each of them at the fault
     * @param fillRate set-ups a second while the population is filled
     * @param setupProbesPerSecond short calls made all the while
     * @param detectionProbesPerSecond OPTIONS sent once each around the fault; 0: none
     * @param baseline time of steady load before the fault, at least
     * @param tail time observed after the last fault at least, at most until every call has ended
     * @param sipp how SIPp drives them; null, and left out of the plan's record: the built-in generator does
     */
    public record Workload(
            Duration t1,
            List<Phase> phases,
            int callsPerPhase,
            int fillRate,
            int setupProbesPerSecond,
            int detectionProbesPerSecond,
            Duration baseline,
            Duration tail,
            @JsonInclude(JsonInclude.Include.NON_NULL) Sipp sipp) {
        public Workload {
            phases = List.copyOf(phases);
        }

        /** Calls that the built-in generator drives. */
        public Workload(
                Duration t1,
                List<Phase> phases,
                int callsPerPhase,
                int fillRate,
                int setupProbesPerSecond,
                int detectionProbesPerSecond,
                Duration baseline,
                Duration tail) {
            this(
                    t1,
                    phases,
                    callsPerPhase,
                    fillRate,
                    setupProbesPerSecond,
                    detectionProbesPerSecond,
                    baseline,
                    tail,
                    null);
        }

        /** A time limit that the criteria give for T1 = 500 ms, in nanoseconds at this workload's T1. */
        public long scaledNanos(Duration atRfcT1) {
            return Math.round(atRfcT1.toNanos() * (t1.toNanos() / 500e6));
        }
    }

    /**
     * How SIPp drives the calls.
     *
     * @param processes SIPp processes that share each of the scenarios
     * @param scenario file of a caller's scenario of the user's own, run unchanged in the population's stead; empty: the standard workload
     * @param rate calls a second of that scenario, all processes together
     * @param calls how many of them, all processes together
     */
    public record Sipp(int processes, String scenario, double rate, int calls) {
        /** The standard workload. */
        public Sipp(int processes) {
            this(processes, "", 0, 0);
        }

        /** Whether the user's own scenario takes the population's place. */
        public boolean custom() {
            return !scenario.isEmpty();
        }
    }

    /**
     * What the plan demands of the cluster.
     *
     * @param demand {@code REQUIRE}: at least the level; {@code EXPECT}: exactly the level; {@code NONE}: every call must be transparent (null run)
     * @param level the level demanded; null with {@code NONE}
     * @param phases phases that the level must be decided over
     * @param bound T0: largest share of bad calls that "zero" may still hide, for example 0.01
     */
    public record Criteria(Demand demand, AvailabilityLevel level, List<Phase> phases, double bound) {
        public Criteria {
            phases = List.copyOf(phases);
        }
    }

    /** How the level is demanded. */
    public enum Demand {
        REQUIRE,
        EXPECT,
        NONE
    }
}
