package io.ringdown.harness.cli;

import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.run.Foretelling;
import io.ringdown.harness.run.Resolution;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown plan}: what {@code run} would do, without doing it. */
final class PlanCommand implements Command {
    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String arguments() {
        return "PLAN";
    }

    @Override
    public String summary() {
        return "show what a run would do: schedule, targets, commands, seed";
    }

    @Override
    public Options options() {
        return PlanArguments.options();
    }

    @Override
    public int run(CommandLine line, List<String> arguments) {
        List<Resolution> resolutions = PlanArguments.resolve(line, arguments);
        Installation installation = Installation.locate();
        for (Resolution resolution : resolutions) {
            System.out.print(Foretelling.of(resolution, installation));
        }
        return Exit.PASS;
    }
}
