package io.ringdown.harness.cli;

import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.plan.Nearest;
import io.ringdown.record.Complaint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.slf4j.LoggerFactory;

/** The command line. */
public final class Ringdown {
    private static final List<Command> COMMANDS = List.of(
            new RunCommand(),
            new PlanCommand(),
            new PlansCommand(),
            new InitCommand(),
            new CheckCommand(),
            new HealCommand(),
            new ClusterCommand(),
            new DoctorCommand());

    private Ringdown() {}

    /** Runs a command and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    /** Runs a command. */
    static int run(List<String> arguments) {
        return run(COMMANDS, arguments);
    }

    static int run(List<Command> commands, List<String> arguments) {
        try {
            return dispatch(commands, arguments);
        } catch (UsageException | InvalidPlanException | ParseException e) {
            System.err.println("ringdown: " + e.getMessage());
            return Exit.USAGE;
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
            System.err.println("ringdown: " + Complaint.of(e));
            return Exit.USAGE;
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            LoggerFactory.getLogger(Ringdown.class).debug("failed", e);
            System.err.println("ringdown: " + Complaint.of(e));
            return Exit.HARNESS_FAILED;
        } catch (Exception e) {
            LoggerFactory.getLogger(Ringdown.class).error("this is a defect of Ringdown; please report it", e);
            return Exit.HARNESS_FAILED;
        } catch (OutOfMemoryError e) {
            System.err.println(
                    "ringdown: out of memory, of which there were "
                            + Runtime.getRuntime().maxMemory() / (1 << 20)
                            + " MiB; what a run recorded is in its folder, and 'ringdown check' judges it where there are more");
            return Exit.HARNESS_FAILED;
        } catch (Throwable e) {
            // A jar that was replaced meanwhile, say: whoever waits for the status must get one, and a logger
            // may fail too.
            System.err.println("ringdown: " + e);
            return Exit.HARNESS_FAILED;
        }
    }

    private static int dispatch(List<Command> commands, List<String> arguments) throws Exception {
        if (arguments.isEmpty() || List.of("help", "--help", "-h").contains(arguments.get(0))) {
            System.out.print(Usage.all(commands));
            return arguments.isEmpty() ? Exit.USAGE : Exit.PASS;
        }
        String name = arguments.get(0);
        List<String> names = commands.stream().map(Command::name).toList();
        Command command = commands.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("no command '" + name + "'; " + Nearest.hint(name, names)));
        String[] rest = arguments.subList(1, arguments.size()).toArray(String[]::new);
        if (Arrays.asList(rest).contains("--help") || Arrays.asList(rest).contains("-h")) {
            System.out.print(Usage.of(command));
            return Exit.PASS;
        }
        CommandLine line = parsed(command, rest);
        return command.run(line, line.getArgList());
    }

    private static CommandLine parsed(Command command, String[] arguments) throws ParseException {
        try {
            return new DefaultParser().parse(command.options(), arguments);
        } catch (UnrecognizedOptionException e) {
            List<String> valid = command.options().getOptions().stream()
                    .map(option -> "--" + option.getLongOpt())
                    .toList();
            throw new UsageException("'" + command.name() + "' has no option '" + e.getOption() + "'"
                    + (valid.isEmpty() ? "" : "; " + Nearest.hint(e.getOption(), valid)));
        }
    }
}
