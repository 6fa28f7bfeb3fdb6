package io.ringdown.harness.cli;

import io.ringdown.harness.plan.BuiltInPlans;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown plans}. */
final class PlansCommand implements Command {
    @Override
    public String name() {
        return "plans";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public String summary() {
        return "list the built-in plans";
    }

    @Override
    public Options options() {
        return new Options();
    }

    @Override
    public int run(CommandLine line, List<String> arguments) {
        UsageException.refuse(arguments);
        for (String name : BuiltInPlans.NAMES) {
            System.out.printf(
                    Locale.ROOT, "%-18s %s%n", name, BuiltInPlans.find(name).description());
        }
        return Exit.PASS;
    }
}
