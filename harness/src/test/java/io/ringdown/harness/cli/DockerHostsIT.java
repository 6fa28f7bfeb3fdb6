package io.ringdown.harness.cli;

import io.ringdown.harness.hosts.docker.Dockerd;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Runs whose clusters stand in containers of a real {@code dockerd}. */
@Tag("long")
class DockerHostsIT extends DockerRuns {
    @Override
    Path start() throws Exception {
        Dockerd dockerd = Dockerd.start(Files.createDirectory(folder.resolve("engine")));
        engines.put("", dockerd);
        return dockerd.inventory(LEASE);
    }
}
