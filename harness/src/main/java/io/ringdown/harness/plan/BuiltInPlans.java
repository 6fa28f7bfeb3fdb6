package io.ringdown.harness.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The plans that come with Ringdown, and how a plan is found by what the user typed. */
public final class BuiltInPlans {
    /** Their names, in the order in which a newcomer would try them. */
    public static final List<String> NAMES = List.of(
            "machine-failure",
            "machine-crash",
            "process-failure",
            "rack-failure",
            "isolation",
            "clock-jump",
            "two-machines",
            "was",
            "mss",
            "relayed",
            "single-node",
            "no-fault",
            "capacity");

    private BuiltInPlans() {}

    /** Finds a plan by a built-in's name or a file's path. */
    public static Plan find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return read(nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        if (!Files.isRegularFile(file)) {
            throw new InvalidPlanException(
                    nameOrFile + ": no such plan file, nor a built-in plan; " + Nearest.hint(nameOrFile, NAMES));
        }
        try {
            return PlanReader.read(nameOrFile, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new InvalidPlanException(nameOrFile + ": not a text in UTF-8");
        } catch (AccessDeniedException e) {
            throw new InvalidPlanException(nameOrFile + ": permission denied");
        } catch (IOException e) {
            throw new InvalidPlanException(nameOrFile + ": cannot be read: " + e.getMessage());
        }
    }

    private static Plan read(String name) {
        try (InputStream yaml = BuiltInPlans.class.getResourceAsStream(name + ".yaml")) {
            return PlanReader.read(name + ".yaml", new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
