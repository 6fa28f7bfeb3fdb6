package io.ringdown.harness.run;

import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.cluster.OthersCluster;
import io.ringdown.harness.cluster.ReferenceCluster;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.record.Caller;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Burst;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says what a run will do: the dry run's text. */
public final class Foretelling {
    private Foretelling() {}

    /** A run's schedule, targets, commands and seed. */
    public static String of(Resolution resolution, Installation installation) {
        ResolvedPlan plan = resolution.plan();
        var text = new StringBuilder();
        text.append(plan.name()).append(": ").append(plan.description()).append('\n');
        text.append("  seed      ").append(plan.seed()).append('\n');
        text.append("  demands   ").append(demand(plan)).append('\n');
        topology(text, resolution.topology(), plan);
        caller(text, plan.workload().caller());
        loadHosts(text, resolution);
        if (plan.workload().callee() != null) {
            text.append("  callee    at ")
                    .append(plan.workload().callee().address())
                    .append(plan.workload().callee().sipp() ? ", SIPp" : "")
                    .append('\n');
        }
        schedule(text, plan);
        text.append("  commands\n");
        for (Topology.Element element : resolution.topology().elements()) {
            if (resolution.described() != null && resolution.described().stands(element.name())) {
                continue;
            }
            List<String> command = resolution.described() == null
                    ? ReferenceCluster.started(
                            plan,
                            Path.of("RUN/elements"),
                            element.name(),
                            installation.command(Path.of("RUN/elements/cluster.properties"), element.name(), false))
                    : OthersCluster.start(resolution.described(), element.name(), Path.of("RUN/elements"));
            text.append("    ").append(String.join(" ", command)).append('\n');
        }
        if (resolution.described() != null) {
            stopping(text, resolution);
            switches(text, resolution.described());
            hosts(text, resolution);
            containers(text, resolution);
            consent(text, resolution);
        }
        return text.append('\n').toString();
    }

    private static void switches(StringBuilder text, DescribedCluster described) {
        for (PowerSwitch power : OthersCluster.switches(described)) {
            text.append("    to cut the power of ").append(power.machine()).append(": ");
            text.append(String.join(" ", power.off())).append("; to put it on: ");
            text.append(String.join(" ", power.on()));
            if (power.backMillis() > 0) {
                text.append("; on this machine, and it is reached again within ")
                        .append(power.back().toSeconds())
                        .append(" s");
            }
            text.append('\n');
        }
    }

    /** Where commands work that are not run on this machine. */
    private static void hosts(StringBuilder text, Resolution resolution) {
        var away = resolution.described().away();
        if (away.isEmpty()) {
            return;
        }
        text.append("  hosts     of ")
                .append(resolution.placement().inventory().file())
                .append("; RUN/elements stands for a folder of the run on each\n");
        for (Topology.Machine machine : resolution.topology().machines()) {
            text.append("    ").append(machine.name()).append(": ");
            text.append(resolution.placement().hosts().get(machine.name()));
            text.append(", in ").append(resolution.described().folder(machine)).append('\n');
        }
    }

    /** What is neither started nor stopped. */
    private static void containers(StringBuilder text, Resolution resolution) {
        DescribedCluster described = resolution.described();
        if (described.contained().isEmpty()) {
            return;
        }
        text.append("  stand     in ").append(described.engine()).append(", and run on afterwards\n");
        for (Topology.Machine machine : resolution.topology().machines()) {
            if (described.contained().containsKey(machine.name())) {
                text.append("    ").append(machine.name()).append(": container ");
                text.append(described.contained().get(machine.name())).append('\n');
            }
        }
    }

    private static void stopping(StringBuilder text, Resolution resolution) {
        for (Topology.Element element : resolution.topology().elements()) {
            List<String> command = OthersCluster.stop(resolution.described(), element.name(), Path.of("RUN/elements"));
            if (!command.isEmpty()) {
                text.append("    to stop ").append(element.name()).append(": ");
                text.append(String.join(" ", command)).append('\n');
            }
        }
    }

    private static void consent(StringBuilder text, Resolution resolution) {
        text.append("  may be done\n");
        var consent = resolution.described().consent();
        for (Topology.Element element : resolution.topology().elements()) {
            String kinds = consent.get(element.name()).stream()
                    .map(FaultOrder.Kind::word)
                    .sorted()
                    .collect(Collectors.joining(", "));
            text.append("    ")
                    .append(element.name())
                    .append(": ")
                    .append(kinds.isEmpty() ? "nothing" : kinds)
                    .append('\n');
        }
    }

    /** What a plan demands, in words. */
    static String demand(ResolvedPlan plan) {
        ResolvedPlan.Criteria criteria = plan.criteria();
        if (plan.capacity() != null) {
            return plan.capacity().required() == null
                    ? "that a " + plan.capacity().callType().benchmark() + " is found"
                    : "a " + plan.capacity().callType().benchmark() + " of at least "
                            + plan.capacity().required() + "/s";
        }
        String over = criteria.phases().stream().map(Enum::name).collect(Collectors.joining(", "));
        String level = switch (criteria.demand()) {
            case REQUIRE -> "at least " + criteria.level();
            case EXPECT -> "exactly " + criteria.level();
            case NONE -> "that every call is transparent";
        };
        return level + " over " + over + ", bad calls bounded below "
                + String.format(Locale.ROOT, "%.4g %%", criteria.bound() * 100);
    }

    private static void topology(StringBuilder text, Topology topology, ResolvedPlan plan) {
        text.append("  cluster   ")
                .append(topology.arrangement())
                .append(" at ")
                .append(topology.serviceAddress());
        plan.cluster().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .filter(entry -> !entry.getKey().equals("arrangement"))
                .forEach(entry ->
                        text.append(", ").append(entry.getKey()).append(' ').append(entry.getValue()));
        text.append('\n');
        for (Topology.Rack rack : topology.racks()) {
            for (Topology.Machine machine : rack.machines()) {
                text.append(String.format(
                        Locale.ROOT,
                        "    %-4s %-6s %-12s %s%n",
                        rack.name(),
                        machine.name(),
                        machine.address(),
                        machine.elements().stream()
                                .map(element -> element.role()
                                        + (element.partition() < 0
                                                ? ""
                                                : " (" + element.group() + " " + element.partition() + ")"))
                                .collect(Collectors.joining(", "))));
            }
        }
    }

    private static void caller(StringBuilder text, Caller caller) {
        text.append("  calls     by ").append(caller.transport()).append(" from ");
        text.append(
                caller.sourceAddresses().isEmpty()
                        ? caller.sources() + (caller.sources() == 1 ? " address" : " addresses")
                        : String.join(", ", caller.sourceAddresses()));
        text.append(caller.failOver() ? ", failing over between the service addresses" : "")
                .append('\n');
    }

    /** Where the calls are made, if not by the harness. */
    private static void loadHosts(StringBuilder text, Resolution resolution) {
        Workload workload = resolution.plan().workload();
        if (workload.caller().alone()) {
            return;
        }
        List<Target> hosts = resolution.calling().hosts();
        List<String> names = Driving.loadHosts(workload);
        if (hosts.isEmpty()) {
            text.append("  made by   ").append(String.join(", ", names)).append(", on this machine\n");
            return;
        }
        text.append("  made by   hosts of ")
                .append(resolution.calling().inventory().file())
                .append('\n');
        for (int i = 0; i < names.size(); i++) {
            text.append("    ").append(names.get(i)).append(": ");
            text.append(hosts.get(i)).append('\n');
        }
    }

    private static void schedule(StringBuilder text, ResolvedPlan plan) {
        if (plan.capacity() != null) {
            search(text, plan.capacity());
            return;
        }
        Workload workload = plan.workload();
        Duration fill = Duration.ofNanos(Driving.timeToFill(workload));
        text.append("  schedule\n");
        at(
                text,
                fill.negated(),
                "fill: " + Driving.calls(workload) + "; set-up probes throughout, "
                        + workload.arrivals().words());
        if (workload.detectionProbesPerSecond() > 0) {
            at(text, Duration.ofSeconds(-1), workload.detectionProbesPerSecond() + " detection probes/s for 6 s");
        }
        for (Burst burst : workload.bursts()) {
            at(
                    text,
                    burst.after(),
                    String.format(
                            Locale.ROOT,
                            "burst: %d more calls, %d/s for %.1f s",
                            burst.calls(),
                            burst.perSecond(),
                            burst.lasts().toNanos() / 1e9));
        }
        if (plan.faults().isEmpty()) {
            at(text, Duration.ZERO, "no fault");
        }
        for (Due due : Due.schedule(0, plan.faults())) {
            FaultOrder order = plan.faults().get(due.index());
            String what = due.repair() ? "repair" : order.kind().word() + terms(order) + " of";
            at(
                    text,
                    Duration.ofNanos(due.at()),
                    order.busiest()
                            ? what + " the busiest " + order.domain().name().toLowerCase(Locale.ROOT)
                                    + ": chosen in the run, as who has most calls, or load, before the first fault"
                            : what + " " + order.domain().name().toLowerCase(Locale.ROOT) + " "
                                    + String.join(", ", order.targets()) + ": " + List.copyOf(order.elements()));
        }
        at(text, workload.tail(), "final probe begins when set-ups succeed again, not earlier than this");
    }

    /** What the kind leaves open, in brackets: a share, seconds or bits a second, from whom, in which direction. */
    private static String terms(FaultOrder order) {
        FaultOrder.Terms terms = order.terms();
        if (terms == null) {
            return "";
        }
        if (!order.kind().ofNetwork()) {
            return String.format(Locale.ROOT, " (%.6g)", terms.amount());
        }
        String amount = terms.amount() == 0 ? "" : String.format(Locale.ROOT, "%.6g, ", terms.amount());
        return " (" + amount
                + (terms.from().isEmpty() ? "from everybody" : "from " + String.join(", ", terms.from()))
                + ", " + terms.direction().name().toLowerCase(Locale.ROOT) + ")";
    }

    private static void search(StringBuilder text, Capacity search) {
        text.append("  search    ")
                .append(search.callType().word())
                .append(", ")
                .append(search.sessions())
                .append(' ')
                .append(search.callType().unit())
                .append("s a trial at the least, from ")
                .append(search.startRate())
                .append("/s on (RFC 7502 section 4.10); established within ")
                .append(search.threshold().toMillis())
                .append(
                        search.callType().registers()
                                ? ""
                                : " ms, held for " + search.hold().toMillis())
                .append(" ms; warm-up ")
                .append(search.warmUp().toMillis())
                .append(" ms, rest ")
                .append(search.rest().toMillis())
                .append(" ms and until the cluster is idle\n");
    }

    private static void at(StringBuilder text, Duration when, String what) {
        text.append(String.format(Locale.ROOT, "    %+8.1f s  %s%n", when.toNanos() / 1e9, what));
    }
}
