package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.DockerEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads which of its owner's containers a machine of a topology file is. */
final class ContainerReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private ContainerReader() {}

    /** The engine that has all of them. */
    static DockerEngine engine(YamlSection at, Path file) {
        DockerEngine engine = EngineReader.read(at, "", file.toAbsolutePath().getParent());
        at.refuseOthers();
        return engine;
    }

    /**
     * The container that a machine is; empty: none.
     *
     * @param others that are machines already, by the machine's name
     */
    static Optional<String> container(YamlSection machine, Map<String, String> others) {
        Optional<String> container = machine.text("container");
        if (container.isEmpty()) {
            return container;
        }
        if (!NAME.matcher(container.get()).matches()) {
            throw machine.wrong("container", "'" + container.get() + "' is no name of a container");
        }
        for (String key : List.of("host", "folder", "power")) {
            if (machine.has(key)) {
                throw machine.wrong(key, "is not for a machine that is a container");
            }
        }
        others.forEach((other, its) -> {
            if (its.equals(container.get())) {
                throw machine.wrong("container", "'" + its + "' is machine " + other + " already");
            }
        });
        return container;
    }

    /** Its owner starts it, the engine stops it and has its logs, and its folders are unknown here. */
    static void refuseForeign(YamlSection element) {
        for (String key : List.of("start", "pid-file", "stop", "logs")) {
            if (element.has(key)) {
                throw element.wrong(
                        key, "is not for an element in a container, which runs already and is its engine's");
            }
        }
        for (String key : List.of("health", "owned", "copies", "load")) {
            for (String word : element.words(key).orElse(List.of())) {
                if (word.contains("{here}") || word.contains("{work}")) {
                    throw element.wrong(
                            key, "'" + word + "': it is run in the container, which has neither {here} nor {work}");
                }
            }
        }
    }
}
