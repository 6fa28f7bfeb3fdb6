package io.ringdown.harness.cli;

import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Option;

/** What {@code --help} shows. */
final class Usage {
    private Usage() {}

    static String all(List<Command> commands) {
        var text = new StringBuilder("Strikes a SIP cluster and tells, with evidence, which calls survived.\n\n");
        for (Command command : commands) {
            text.append(String.format(
                    Locale.ROOT,
                    "  ringdown %-34s %s%n",
                    command.name() + " " + command.arguments(),
                    command.summary()));
        }
        return text.append(
                        "\nExit status: 0 pass, 1 fail, 2 inconclusive, 64 usage, 70 harness failed, 130 interrupted.\n")
                .append("'ringdown COMMAND --help' tells a command's options.\n")
                .toString();
    }

    static String of(Command command) {
        var text = new StringBuilder(
                "usage: ringdown " + command.name() + " " + command.arguments() + "\n" + command.summary() + "\n");
        for (Option option : command.options().getOptions()) {
            String name = "--" + option.getLongOpt() + (option.hasArg() ? " " + option.getArgName() : "");
            text.append(String.format(Locale.ROOT, "  %-22s %s%n", name, option.getDescription()));
        }
        return text.toString();
    }
}
