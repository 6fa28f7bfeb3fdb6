package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.DockerEngine;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads how a Docker engine is reached: {@code engine} and {@code tls} of a section. */
final class EngineReader {
    private static final Pattern ADDRESS = Pattern.compile("unix:///.+|tcp://[^/]+:\\d{1,5}");

    private EngineReader() {}

    /**
     * Reads it.
     *
     * @param name what it is called; empty: it is the only one
     * @param folder where files are looked for
     */
    static DockerEngine read(YamlSection at, String name, Path folder) {
        String address = at.text("engine").orElse("");
        if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
            throw at.wrong(
                    "engine",
                    "'" + address
                            + "' is not an engine's address such as unix:///run/docker.sock or tcp://192.0.2.1:2376");
        }
        return new DockerEngine(
                name, address, at.file("tls").map(folder::resolve).orElse(null));
    }
}
