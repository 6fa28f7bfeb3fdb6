package io.ringdown.harness.run;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.TargetChoice;
import io.ringdown.faults.UnknownTargetException;
import io.ringdown.harness.cluster.ClusterLayout;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.remote.Placement;
import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.DescribedCluster.Away;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.harness.plan.Plan;
import io.ringdown.harness.plan.Plan.FaultChoice;
import io.ringdown.harness.plan.Plan.Scenario;
import io.ringdown.harness.plan.Plan.Series;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Burst;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A scenario with every choice made. The same plan and seed give the same one, without a cluster, so that a run can be foretold and
 * repeated.
 *
 * @param topology of the cluster as it is started
 * @param withSpares the same with machines that are configured but not started
 * @param placement on hosts that are other machines; null: all is on this one
 * @param described what a topology file says of the cluster; null: it is a reference cluster
 * @param calling which hosts calls are made from
 */
public record Resolution(
        ResolvedPlan plan,
        Topology topology,
        Topology withSpares,
        Placement placement,
        DescribedCluster described,
        Calling calling) {
    /**
     * Makes the choices.
     *
     * @throws InvalidPlanException if a fault names a target that the cluster has not got, or one that is down already
     */
    public static Resolution of(Plan plan, Scenario scenario, long seed) {
        Calling calling = Calling.of(scenario);
        Scenario rest = calling.without(scenario);
        Resolution resolution = scenario.cluster() instanceof DescribedCluster described
                ? of(plan, rest, seed, described, calling)
                : of(plan, rest, seed, scenario.reference(), calling);
        calling.check(resolution.withSpares());
        return resolution;
    }

    private static Resolution of(Plan plan, Scenario scenario, long seed, ClusterSettings cluster, Calling calling) {
        Placement placement = placed(scenario, cluster);
        Topology topology = on(placement, ClusterLayout.of(cluster));
        return new Resolution(
                resolved(
                        plan,
                        scenario,
                        seed,
                        topology,
                        BlastRadius.of(topology, scenario.criteria().guard())),
                topology,
                on(placement, ClusterLayout.withSpares(cluster)),
                placement,
                null,
                calling);
    }

    private static Resolution of(Plan plan, Scenario scenario, long seed, DescribedCluster cluster, Calling calling) {
        Placement placement = placed(scenario, cluster);
        scenario.faults().stream()
                .filter(fault -> fault.choice().contains(TargetChoice.BUSIEST))
                .filter(fault -> !cluster.tellsOwners() && !cluster.tellsLoads())
                .findFirst()
                .ifPresent(fault -> {
                    throw new InvalidPlanException(fault.line() + "'busiest' cannot be told: no element of "
                            + cluster.file() + " has 'owned' or 'load'");
                });
        Topology topology = cluster.topology();
        BlastRadius radius =
                BlastRadius.of(topology, scenario.criteria().guard()).with(cluster.consent());
        return new Resolution(
                resolved(plan, scenario, seed, topology, radius), topology, topology, placement, cluster, calling);
    }

    private static ResolvedPlan resolved(
            Plan plan, Scenario scenario, long seed, Topology topology, BlastRadius radius) {
        var faults = new ArrayList<FaultOrder>();
        var taken = new HashSet<String>();
        refuseWhatOnlyTheRunKnows(scenario.faults());
        for (FaultChoice choice : scenario.faults()) {
            FaultOrder order = order(topology, choice, seed, faults.size(), taken);
            faults.addAll(series(topology, order, choice.series()));
            taken.addAll(order.elements());
        }
        Workload workload = fromTheFirst(faults, scenario.workload());
        refuseTooMuch(plan, topology, scenario, workload, faults, radius);
        String name = scenario.name().isEmpty() ? plan.name() : plan.name() + "-" + scenario.name();
        return new ResolvedPlan(
                name,
                plan.description(),
                seed,
                scenario.cluster().flat(),
                workload,
                faults,
                scenario.criteria(),
                scenario.capacity());
    }

    private static Placement placed(Scenario scenario, ClusterSettings cluster) {
        if (scenario.hosts() == null) {
            return null;
        }
        try {
            Placement placement = Placement.of(scenario.hosts(), ClusterLayout.withSpares(cluster), cluster.network());
            if (scenario.workload().callee() != null && !placement.onLoopback()) {
                throw new InvalidPlanException(scenario.hosts().file()
                        + ": a cluster that relays calls a callee on a loopback address of this machine, so that its hosts"
                        + " must have such addresses, too; cluster.service: answer can stand elsewhere");
            }
            return placement;
        } catch (IllegalArgumentException e) {
            throw new InvalidPlanException(e.getMessage());
        }
    }

    /** Its machines say themselves which hosts they are. */
    private static Placement placed(Scenario scenario, DescribedCluster cluster) {
        Inventory inventory = scenario.hosts();
        var hosts = new TreeMap<String, String>();
        for (Topology.Machine machine : cluster.topology().machines()) {
            Away away = cluster.away().get(machine.name());
            if (away == null) {
                continue;
            }
            if (inventory == null) {
                throw new InvalidPlanException(away.line() + "nothing tells where host '" + away.host()
                        + "' is: 'hosts: {inventory: FILE}' in the plan, or --hosts FILE");
            }
            if (inventory.docker() != null) {
                throw new InvalidPlanException(away.line() + inventory.file()
                        + " has containers that are made for a run, which have none of your cluster's programs");
            }
            List<String> names = inventory.targets().stream().map(Target::name).toList();
            if (!names.contains(away.host())) {
                throw new InvalidPlanException(away.line() + "'" + away.host() + "' is no host of " + inventory.file()
                        + "; " + Nearest.hint(away.host(), names));
            }
            hosts.put(machine.name(), away.host());
        }
        if (inventory == null) {
            return null;
        }
        if (hosts.isEmpty()) {
            throw new InvalidPlanException(cluster.file() + ": there are hosts, " + inventory.file()
                    + ", and no machine says which it is: 'host' and 'folder' of a machine");
        }
        try {
            return Placement.named(inventory, cluster.topology(), hosts);
        } catch (IllegalArgumentException e) {
            throw new InvalidPlanException(e.getMessage());
        }
    }

    private static Topology on(Placement placement, Topology topology) {
        try {
            return placement == null ? topology : placement.on(topology);
        } catch (IllegalArgumentException e) {
            throw new InvalidPlanException(e.getMessage());
        }
    }

    /** The busiest is chosen once the calls are there, so that nothing else can depend on who it is. */
    private static void refuseWhatOnlyTheRunKnows(List<FaultChoice> faults) {
        List<FaultChoice> busiest = faults.stream()
                .filter(fault -> fault.choice().contains(TargetChoice.BUSIEST))
                .toList();
        if (busiest.isEmpty()) {
            return;
        }
        String line = busiest.get(busiest.size() - 1).line();
        if (busiest.size() > 1 || busiest.get(0).choice().size() > 1) {
            throw new InvalidPlanException(line + "'busiest' is one target, of one fault of a plan");
        }
        Terms terms = busiest.get(0).terms();
        boolean from = terms != null && !terms.from().isEmpty();
        if (from || faults.stream().anyMatch(fault -> fault.choice().contains("peer"))) {
            throw new InvalidPlanException(
                    line
                            + "'busiest' is chosen in the run, so that neither its peer nor from whom it is cut off can be before");
        }
    }

    /** One after the other, and again and again, as the plan wants it. */
    private static List<FaultOrder> series(Topology topology, FaultOrder all, Series series) {
        var orders = new ArrayList<FaultOrder>();
        List<FaultOrder> parts = series.apart() == null ? List.of(all) : parts(topology, all, series.apart());
        for (int time = 0; time < series.times(); time++) {
            for (FaultOrder part : parts) {
                orders.add(part.at(part.after().plus(series.every().multipliedBy(time))));
            }
        }
        return orders;
    }

    private static List<FaultOrder> parts(Topology topology, FaultOrder all, Duration apart) {
        var parts = new ArrayList<FaultOrder>();
        for (String target : all.targets()) {
            TargetChoice one = TargetChoice.of(topology, all.domain(), List.of(target), 0, 0, List.of());
            parts.add(new FaultOrder(
                    all.domain(),
                    all.kind(),
                    one.targets(),
                    one.elements(),
                    all.after().plus(apart.multipliedBy(parts.size())),
                    all.repairAfter(),
                    all.terms(),
                    all.overlap(),
                    all.busiest()));
        }
        return parts;
    }

    /** All scenarios of a plan, in order. */
    public static List<Resolution> all(Plan plan, long seed) {
        return plan.scenarios().stream()
                .map(scenario -> of(plan, scenario, seed))
                .toList();
    }

    /** Calls are held for a few seconds only: the population is aimed at the first fault, however long the plan waits with it. */
    private static Workload fromTheFirst(List<FaultOrder> faults, Workload workload) {
        Duration first =
                faults.stream().map(FaultOrder::after).min(Duration::compareTo).orElse(Duration.ZERO);
        faults.replaceAll(order -> order.at(order.after().minus(first)));
        return workload.and(workload.bursts().stream()
                .map(burst -> burst.at(burst.after().minus(first)))
                .toList());
    }

    private static void refuseTooMuch(
            Plan plan,
            Topology topology,
            Scenario scenario,
            Workload workload,
            List<FaultOrder> faults,
            BlastRadius radius) {
        try {
            radius.check(faults);
            refuseWhatMachinesHaveNot(scenario, faults);
            refuseWhatHasNoSwitch(scenario, topology, faults);
            Driving.check(workload);
            for (Burst burst : workload.bursts()) {
                if (burst.after().toNanos() < -Driving.timeToFill(workload)) {
                    throw new IllegalArgumentException("faults: a burst would begin "
                            + burst.after().negated().toMillis()
                            + " ms before the first fault, and calls are made only "
                            + Driving.timeToFill(workload) / 1_000_000 + " ms before it: workload.baseline");
                }
            }
            if (workload.caller().failOver() && topology.serviceAddresses().size() == 1) {
                throw new IllegalArgumentException(
                        "workload.fail-over: there is one service address; cluster.dispatchers: active-active gives two");
            }
        } catch (FaultRefusedException | IllegalArgumentException e) {
            throw new InvalidPlanException(plan.name() + ": " + e.getMessage());
        }
    }

    /** Machines of this host share all that they have unless the plan gives each of them its share; elsewhere their hosts know. */
    private static void refuseWhatMachinesHaveNot(Scenario scenario, List<FaultOrder> faults) {
        var keys = Map.of(
                Kind.CPU, ClusterSettings.QUOTA, Kind.MEMORY, ClusterSettings.MEMORY, Kind.DISK, ClusterSettings.DISK);
        for (FaultOrder order : faults) {
            String key = keys.get(order.kind());
            if (key != null
                    && scenario.hosts() == null
                    && !scenario.cluster().flat().containsKey(key)) {
                throw new IllegalArgumentException(
                        "faults: kind " + order.kind().word()
                                + " uses up what a machine has for itself, and this cluster's have nothing of the kind: cluster."
                                + key + " gives it to them");
            }
        }
    }

    private static void refuseWhatHasNoSwitch(Scenario scenario, Topology topology, List<FaultOrder> faults) {
        var switches =
                scenario.cluster() instanceof DescribedCluster described ? described.power() : Map.<String, Object>of();
        for (FaultOrder order : faults) {
            for (String element : order.kind() == Kind.POWER_OFF ? order.elements() : List.<String>of()) {
                String machine = topology.machineOf(element).orElseThrow().name();
                if (!switches.containsKey(machine)) {
                    throw new IllegalArgumentException(
                            "faults: kind power-off: nothing is known that cuts the power of " + machine
                                    + "; 'power' of a machine in a topology file tells it");
                }
            }
        }
    }

    /** Whom they are struck from, by name. */
    private static Terms terms(
            Topology topology, Terms terms, TargetChoice chosen, long seed, int index, Collection<String> taken) {
        if (terms == null || terms.from().isEmpty()) {
            return terms;
        }
        var others = new HashSet<>(taken);
        others.addAll(chosen.elements());
        List<String> from = TargetChoice.of(topology, Domain.MACHINE, terms.from(), seed, index, others)
                .targets();
        return new Terms(from, terms.direction(), terms.amount());
    }

    private static FaultOrder order(
            Topology topology, FaultChoice choice, long seed, int index, Collection<String> taken) {
        Domain domain = Domain.valueOf(choice.domain().toUpperCase(Locale.ROOT));
        try {
            TargetChoice chosen = TargetChoice.of(topology, domain, choice.choice(), seed, index, taken);
            return new FaultOrder(
                    domain,
                    Kind.of(choice.kind()),
                    chosen.targets(),
                    chosen.elements(),
                    choice.after(),
                    choice.repairAfter(),
                    terms(topology, choice.terms(), chosen, seed, index, taken),
                    choice.overlap(),
                    choice.choice().contains(TargetChoice.BUSIEST));
        } catch (UnknownTargetException e) {
            throw new InvalidPlanException(
                    choice.line() + "'" + e.name() + "' is no target here; " + Nearest.hint(e.name(), e.valid()));
        }
    }
}
