package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Workload;
import java.time.Duration;
import java.util.List;

/**
 * A plan as written: what to do to which cluster, before any random choice is made.
 *
 * @param seed what random choices are drawn from
 * @param scenarios one or more variants, each a run of its own
 */
public record Plan(String name, String description, long seed, List<Scenario> scenarios) {
    public Plan {
        scenarios = List.copyOf(scenarios);
    }

    /** The same plan on the hosts of an inventory, whatever it says itself. */
    public Plan on(Inventory hosts) {
        List<Scenario> moved =
                scenarios.stream().map(scenario -> scenario.on(hosts)).toList();
        return new Plan(name, description, seed, moved);
    }

    /**
     * One run of a plan.
     *
     * @param name empty if the plan has just one
     * @param capacity the search, in a plan of kind capacity; else null
     * @param hosts where the cluster runs, and those load hosts that have names; null: on this machine
     * @param loadHostsLine where the load hosts' names stand in their file, for complaints
     */
    public record Scenario(
            String name,
            PlannedCluster cluster,
            Workload workload,
            List<FaultChoice> faults,
            Criteria criteria,
            Capacity capacity,
            Inventory hosts,
            String loadHostsLine) {
        public Scenario {
            faults = List.copyOf(faults);
        }

        /** The same on other hosts. */
        public Scenario on(Inventory others) {
            return new Scenario(name, cluster, workload, faults, criteria, capacity, others, loadHostsLine);
        }

        /** The reference cluster that it is about. */
        public ClusterSettings reference() {
            return (ClusterSettings) cluster;
        }
    }

    /**
     * A fault before its targets are chosen.
     *
     * @param kind {@code crash}, {@code silent}, {@code hang}, {@code stop}, {@code isolate}, {@code loss} and so on
     * @param domain {@code process}, {@code machine} or {@code rack}
     * @param choice names, a role, {@code active-dispatcher}, {@code any}, {@code two-of-a-partition} or {@code two-of-different-partitions}
     * @param terms of a fault of the network, with words for machines; else null
     * @param series how often, and how
     * @param overlap whether it may strike what another fault holds
     * @param line where it stands in its file, for complaints about its targets
     */
    public record FaultChoice(
            String kind,
            String domain,
            List<String> choice,
            Duration after,
            Duration repairAfter,
            Terms terms,
            Series series,
            boolean overlap,
            String line) {
        public FaultChoice {
            choice = List.copyOf(choice);
        }
    }

    /**
     * A fault that is several.
     *
     * @param times how often the same targets are struck
     * @param every from one time to the next
     * @param apart from one target to the next; null: all at once
     */
    public record Series(int times, Duration every, Duration apart) {
        /** Once, and all at once. */
        public static final Series ONCE = new Series(1, Duration.ZERO, null);
    }
}
