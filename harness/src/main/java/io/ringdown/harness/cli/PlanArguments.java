package io.ringdown.harness.cli;

import io.ringdown.harness.plan.BuiltInPlans;
import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.harness.plan.Plan;
import io.ringdown.harness.plan.Plan.Scenario;
import io.ringdown.harness.plan.PlanReader;
import io.ringdown.harness.run.Resolution;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** The plan that the user names, as {@code run} and {@code plan} both take it. */
final class PlanArguments {
    private PlanArguments() {}

    static Options options() {
        return new Options()
                .addOption(Flag.of("seed", "N", "draw random choices from N instead of the plan's own seed"))
                .addOption(Flag.of("scenario", "NAME", "only this scenario of the plan"))
                .addOption(Flag.of("hosts", "FILE", "run the cluster on the hosts of this inventory"));
    }

    static List<Resolution> resolve(CommandLine line, List<String> arguments) {
        if (arguments.size() != 1) {
            throw new UsageException("expected one plan: a file or a built-in's name (see 'ringdown plans')");
        }
        Plan named = BuiltInPlans.find(arguments.get(0));
        Plan plan =
                line.hasOption("hosts") ? named.on(InventoryReader.read(Path.of(line.getOptionValue("hosts")))) : named;
        long seed = line.hasOption("seed") ? seed(line.getOptionValue("seed")) : plan.seed();
        return line.hasOption("scenario")
                ? List.of(Resolution.of(plan, scenario(plan, line.getOptionValue("scenario")), seed))
                : Resolution.all(plan, seed);
    }

    private static Scenario scenario(Plan plan, String wanted) {
        List<String> names = plan.scenarios().stream().map(Scenario::name).toList();
        if (names.equals(List.of(""))) {
            throw new UsageException("--scenario: " + plan.name() + " has none; leave it out");
        }
        return plan.scenarios().stream()
                .filter(scenario -> scenario.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidPlanException(
                        plan.name() + ": no scenario '" + wanted + "'; " + Nearest.hint(wanted, names)));
    }

    /** A cluster of an arrangement, as it is where a plan says nothing else. */
    static Resolution usual(String arrangement) {
        if (!ClusterSettings.ARRANGEMENTS.contains(arrangement)) {
            throw new UsageException(
                    "no arrangement '" + arrangement + "'; " + Nearest.hint(arrangement, ClusterSettings.ARRANGEMENTS));
        }
        Plan plan = PlanReader.read(arrangement, "name: cluster\ncluster: {arrangement: " + arrangement + "}\n");
        return Resolution.of(plan, plan.scenarios().get(0), plan.seed());
    }

    /** A plan's scenario of the name, or its first one (null), by the plan's own seed. */
    static Resolution one(String nameOrFile, String scenario) {
        Plan plan = BuiltInPlans.find(nameOrFile);
        return Resolution.of(plan, scenario == null ? plan.scenarios().get(0) : scenario(plan, scenario), plan.seed());
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("--seed: expected a whole number, not '" + text + "'");
        }
    }
}
