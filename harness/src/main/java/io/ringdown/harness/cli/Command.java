package io.ringdown.harness.cli;

import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** One of Ringdown's commands. */
interface Command {
    /** What the user types. */
    String name();

    /** What comes after the name, as the usage line shows it. */
    String arguments();

    /** One line for the list of commands. */
    String summary();

    /** The command's own options. */
    Options options();

    /**
     * Does it.
     *
     * @return the exit status
     */
    int run(CommandLine line, List<String> arguments) throws Exception;
}
