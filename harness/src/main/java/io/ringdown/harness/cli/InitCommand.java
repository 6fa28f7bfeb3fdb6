package io.ringdown.harness.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown init}: a topology with remarks, to be changed into that of a cluster of the user's, and a plan beside it. */
final class InitCommand implements Command {
    private static final String FILE = "my-cluster.yaml";

    @Override
    public String name() {
        return "init";
    }

    @Override
    public String arguments() {
        return "[FILE]";
    }

    @Override
    public String summary() {
        return "write a topology file for a cluster of yours, and a plan beside it";
    }

    @Override
    public Options options() {
        return new Options();
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException {
        Path topology = Path.of(arguments.isEmpty() ? FILE : arguments.get(0));
        if (arguments.size() > 1 || topology.getFileName() == null) {
            throw new UsageException("expected one file to write (default: " + FILE + ")");
        }
        Path folder = topology.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + ": no such directory");
        }
        String file = topology.getFileName().toString();
        String stem = file.replaceFirst("\\.ya?ml$", "");
        Path plan = topology.resolveSibling(stem + "-plan.yaml");
        for (Path each : List.of(topology, plan)) {
            if (Files.exists(each)) {
                throw new UsageException(each + ": is there already, and is not overwritten");
            }
        }
        write(topology, template("topology.yaml"));
        write(
                plan,
                template("plan.yaml")
                        .replace("NAME", planName(stem))
                        .replace("TOPOLOGY", "'" + file.replace("'", "''") + "'"));
        System.out.println("wrote " + topology + " and " + plan + "; change them, then: ringdown plan " + plan);
        return Exit.PASS;
    }

    /** Names of plans become names of folders. */
    private static String planName(String stem) {
        String name = stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        return name.isEmpty() ? "my-cluster" : name;
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    }

    private static String template(String name) throws IOException {
        try (InputStream text = InitCommand.class.getResourceAsStream(name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
