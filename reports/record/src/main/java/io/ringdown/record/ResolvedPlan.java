package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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
 * @param capacity the capacity search, if that is what the plan is for; else null
 */
public record ResolvedPlan(
        String name,
        String description,
        long seed,
        Map<String, String> cluster,
        Workload workload,
        List<FaultOrder> faults,
        Criteria criteria,
        Capacity capacity) {
    public ResolvedPlan {
        Objects.requireNonNull(workload, "workload");
        Objects.requireNonNull(criteria, "criteria");
        Objects.requireNonNull(name, "name");
        cluster = Map.copyOf(cluster);
        faults = List.copyOf(faults);
    }

    /** A plan that strikes a cluster, or watches it unstruck. */
    public ResolvedPlan(
            String name,
            String description,
            long seed,
            Map<String, String> cluster,
            Workload workload,
            List<FaultOrder> faults,
            Criteria criteria) {
        this(name, description, seed, cluster, workload, faults, criteria, null);
    }

    /**
     * The calls of a run.
     *
     * @param t1 RFC 3261 timer T1, on both sides; every time limit of the criteria scales with it (they are given for 500 ms)
     * @param phases phases to populate
     * @param callsPerPhase calls held in each of them at the fault
     * @param fillRate set-ups a second while the population is filled
     * @param setupProbesPerSecond short calls made all the while, at the least
     * @param detectionProbesPerSecond OPTIONS sent once each around the fault; 0: none
     * @param baseline time of steady load before the fault, at least
     * @param tail time observed after the last fault at least, at most until every call has ended
     * @param arrivals when the short calls are made; null: at equal distances
     * @param caller how the generator speaks
     * @param sipp how SIPp drives them; null, and left out of the plan's record: the built-in generator does
     * @param callee whom a cluster that relays them calls; null, and left out of the plan's record: the cluster answers by itself
     * @param bursts further calls for a time
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
            Arrivals arrivals,
            Caller caller,
            @JsonInclude(JsonInclude.Include.NON_NULL) Sipp sipp,
            @JsonInclude(JsonInclude.Include.NON_NULL) Callee callee,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Burst> bursts) {
        public Workload {
            Objects.requireNonNull(t1, "t1");
            Objects.requireNonNull(baseline, "baseline");
            Objects.requireNonNull(tail, "tail");
            phases = List.copyOf(phases);
            bursts = bursts == null ? List.of() : List.copyOf(bursts);
            arrivals = arrivals == null ? new Arrivals.Constant(setupProbesPerSecond) : arrivals;
        }

        /** Short calls at equal distances, by UDP from one address of the built-in generator's. */
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
                    null,
                    Caller.PLAIN,
                    null);
        }

        /** Calls that the cluster answers by itself. */
        public Workload(
                Duration t1,
                List<Phase> phases,
                int callsPerPhase,
                int fillRate,
                int setupProbesPerSecond,
                int detectionProbesPerSecond,
                Duration baseline,
                Duration tail,
                Arrivals arrivals,
                Caller caller,
                Sipp sipp) {
            this(
                    t1,
                    phases,
                    callsPerPhase,
                    fillRate,
                    setupProbesPerSecond,
                    detectionProbesPerSecond,
                    baseline,
                    tail,
                    arrivals,
                    caller,
                    sipp,
                    null,
                    List.of());
        }

        /** The same calls by SIPp. */
        public Workload by(Sipp sipp) {
            return with(caller, sipp, callee, bursts);
        }

        /** The same calls by another caller. */
        public Workload by(Caller caller) {
            return with(caller, sipp, callee, bursts);
        }

        /** The same calls to a callee. */
        public Workload to(Callee callee) {
            return with(caller, sipp, callee, bursts);
        }

        /** The same calls, and bursts. */
        public Workload and(List<Burst> more) {
            return with(caller, sipp, callee, more);
        }

        private Workload with(Caller by, Sipp driver, Callee to, List<Burst> more) {
            return new Workload(
                    t1,
                    phases,
                    callsPerPhase,
                    fillRate,
                    setupProbesPerSecond,
                    detectionProbesPerSecond,
                    baseline,
                    tail,
                    arrivals,
                    by,
                    driver,
                    to,
                    more);
        }

        /** A time limit that the criteria give for T1 = 500 ms, in nanoseconds at this workload's T1. */
        public long scaledNanos(Duration atRfcT1) {
            return Math.round(atRfcT1.toNanos() * (t1.toNanos() / 500e6));
        }
    }

    /**
     * Short calls beside all others, for a time: more than a cluster may be able to carry.
     *
     * @param after when it begins, counted from the first fault; before it if negative
     * @param lasts for how long
     * @param perSecond how many calls a second, at equal distances
     */
    public record Burst(Duration after, Duration lasts, int perSecond) {
        /** How many calls it is. */
        public int calls() {
            return (int) (lasts.toNanos() / 1_000 * perSecond / 1_000_000);
        }

        /** The same at another time. */
        public Burst at(Duration instant) {
            return new Burst(instant, lasts, perSecond);
        }
    }

    /** What a session of a capacity search does. */
    public enum CallType {
        /** Is set up and released at once. */
        INVITE_BYE,
        /** Is set up, held for a time, and released. */
        INVITE_HOLD_BYE,
        /** Is no session: a user who was not registered registers (section 6.7). */
        REGISTER,
        /** Is no session: a user who is registered refreshes the binding (section 6.8). */
        RE_REGISTER;

        /** Its name in a plan. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether it is a REGISTER, rather than a session. */
        public boolean registers() {
            return this == REGISTER || this == RE_REGISTER;
        }

        /** What RFC 7502 section 5 counts one as. */
        public String unit() {
            return registers() ? "registration" : "session";
        }

        /** What RFC 7502 section 5 calls the rate that is searched for. */
        public String benchmark() {
            return switch (this) {
                case INVITE_BYE, INVITE_HOLD_BYE -> "session establishment rate";
                case REGISTER -> "registration rate";
                case RE_REGISTER -> "re-registration rate";
            };
        }
    }

    /**
     * A search for the session establishment rate, or for that of registrations, which take the place of sessions then (RFC 7502 section 4.10).
     *
     * @param sessions sessions offered in a trial, at least (the RFC's N)
     * @param startRate sessions a second in the first one (its r)
     * @param hold how long an established session is held (RFC 7501: session duration)
     * @param threshold how long after its intended instant a session may take to be established (RFC 7501: establishment threshold time)
     * @param warmUp how long half the start rate is offered before the first trial
     * @param rest time between two trials, at least
     * @param required sessions a second that the cluster must carry, or null
     */
    public record Capacity(
            CallType callType,
            int sessions,
            int startRate,
            Duration hold,
            Duration threshold,
            Duration warmUp,
            Duration rest,
            Integer required) {
        /** An overload by a tenth, the search's step, makes a session late by a tenth of the time that it has lasted. */
        private static final int THRESHOLDS = 10;

        /**
         * Sessions in a trial at a rate: N, or as many more as it takes to tell. A trial that is over before anybody can have waited for as long
         * as the threshold would be carried by the queues of any cluster.
         */
        public int sessionsAt(int rate) {
            double telling = Math.ceil(rate * (THRESHOLDS * threshold.toNanos() / 1e9));
            return (int) Math.min(Integer.MAX_VALUE / 2, Math.max(sessions, telling));
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
     * Whom a cluster that relays calls.
     *
     * @param address where, {@code address:port}
     * @param operates share of the idle calls in which it sends a re-INVITE, an INFO and the BYE of its own, 0 to 1
     * @param registers the Expires of the binding that it keeps with the cluster, or null: it does not register
     * @param sipp whether SIPp answers, which does neither; left out of the plan's record where the built-in callee does
     */
    public record Callee(
            String address,
            double operates,
            Duration registers,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean sipp) {
        /** The built-in one. */
        public Callee(String address, double operates, Duration registers) {
            this(address, operates, registers, false);
        }
    }

    /**
     * What the plan demands of the cluster.
     *
     * @param demand {@code REQUIRE}: at least the level; {@code EXPECT}: exactly the level; {@code NONE}: every call must be transparent (null run)
     * @param level the level demanded; null with {@code NONE}
     * @param phases phases that the level must be decided over
     * @param bound T0: largest share of bad calls that "zero" may still hide, for example 0.01
     * @param guard how far the run may go; null, and left out of the plan's record: as far as any may
     */
    public record Criteria(
            Demand demand,
            AvailabilityLevel level,
            List<Phase> phases,
            double bound,
            @JsonInclude(JsonInclude.Include.NON_NULL) Guard guard) {
        public Criteria {
            Objects.requireNonNull(demand, "demand");
            phases = List.copyOf(phases);
        }

        /** Criteria of a run that may go as far as any. */
        public Criteria(Demand demand, AvailabilityLevel level, List<Phase> phases, double bound) {
            this(demand, level, phases, bound, null);
        }
    }

    /**
     * How far a run may go.
     *
     * @param abortAfter ends it once no set-up has succeeded for so long; null: never
     * @param maxDown machines that may be struck at one time; null: as many as the largest rack has
     */
    public record Guard(Duration abortAfter, Integer maxDown) {}

    /** How the level is demanded. */
    public enum Demand {
        REQUIRE,
        EXPECT,
        NONE
    }
}
