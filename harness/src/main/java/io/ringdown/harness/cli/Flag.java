package io.ringdown.harness.cli;

import org.apache.commons.cli.Option;

/** Options by their long names; there are no short ones to remember. */
final class Flag {
    private Flag() {}

    static Option of(String name, String description) {
        return Option.builder().longOpt(name).desc(description).get();
    }

    static Option of(String name, String argument, String description) {
        return Option.builder()
                .longOpt(name)
                .hasArg()
                .argName(argument)
                .desc(description)
                .get();
    }
}
