package io.ringdown.harness.cli;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Complaint;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown check}: judges a run again, from its folder alone. */
final class CheckCommand implements Command {
    @Override
    public String name() {
        return "check";
    }

    @Override
    public String arguments() {
        return "RUN";
    }

    @Override
    public String summary() {
        return "judge a run folder again and rewrite its reports";
    }

    @Override
    public Options options() {
        return new Options().addOption(Flag.of("json", "print the verdict as JSON"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException {
        if (arguments.size() != 1) {
            throw new UsageException("expected one run folder");
        }
        RunFolder folder = RunFolders.open(arguments.get(0));
        Verdict verdict = judged(folder);
        Judgement.print(verdict, folder, line.hasOption("json"));
        return Exit.of(verdict.conclusion());
    }

    /** Whoever asks has given a folder that cannot be judged: what cannot be written is no failure of judging. */
    private static Verdict judged(RunFolder folder) {
        try {
            return Judgement.pass(folder);
        } catch (IOException | UncheckedIOException e) {
            throw new UsageException(Complaint.of(e));
        } catch (IllegalStateException e) {
            throw new UsageException(folder.path() + ": " + Complaint.of(e));
        }
    }
}
