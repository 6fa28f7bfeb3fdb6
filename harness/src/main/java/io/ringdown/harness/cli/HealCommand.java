package io.ringdown.harness.cli;

import io.ringdown.harness.hosts.Healer;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown heal}: undoes what a run that was killed has left behind. */
final class HealCommand implements Command {
    @Override
    public String name() {
        return "heal";
    }

    @Override
    public String arguments() {
        return "[RUN]";
    }

    @Override
    public String summary() {
        return "undo what a killed run left behind (default: all below runs)";
    }

    @Override
    public Options options() {
        return new Options().addOption(Flag.of("runs", "DIR", "where run folders are (default: runs)"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException {
        if (arguments.size() > 1) {
            throw new UsageException("expected at most one run folder");
        }
        List<RunFolder> folders = arguments.isEmpty()
                ? RunFolders.below(Path.of(line.getOptionValue("runs", "runs")))
                : List.of(RunFolders.open(arguments.get(0)));
        boolean complete = true;
        for (RunFolder folder : folders) {
            Healer.Report healed = Healer.heal(folder.ledger());
            healed.lines().forEach(done -> System.out.println(folder.path() + ": " + done));
            complete &= healed.complete();
        }
        System.out.println(complete ? "Nothing is left behind." : "Not everything could be healed.");
        return complete ? Exit.PASS : Exit.HARNESS_FAILED;
    }
}
