package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.model.HostConfig;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.Doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Whether wall clocks of processes can be set in the containers that an engine would make; looked at while there is none. */
record ContainedClocks(Containers containers, DockerEngine engine) {
    private static final Duration DONE = Duration.ofSeconds(20);
    private static final List<String> LIBRARIES = List.of("usr/lib", "usr/lib64", "usr/local/lib");

    Finding examine() {
        if (containers.base().isEmpty()) {
            return Doctor.clocks(isBelow(containers.root()) ? "" : containers.installing(SettableClock.REMEDY));
        }
        try {
            return inImage(containers.base());
        } catch (IOException e) {
            return new Finding(
                    "wall clocks", false, false, e.getMessage(), containers.installing(SettableClock.REMEDY));
        }
    }

    /** Whether a file system has the library, by itself or for one of several kinds of processors. */
    static boolean isBelow(Path root) {
        Path library = Path.of("faketime", SettableClock.LIBRARY);
        return LIBRARIES.stream().map(root::resolve).anyMatch(folder -> {
            try (Stream<Path> within = Files.list(folder)) {
                return Stream.concat(Stream.of(folder), within)
                        .anyMatch(each -> Files.isReadable(each.resolve(library)));
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Tried in a container that is gone with the attempt. */
    private Finding inImage(String image) throws IOException {
        if (engine.find(
                        "image " + image,
                        DONE,
                        client -> client.inspectImageCmd(image).exec())
                .isEmpty()) {
            String seen = "cannot be told before image " + image + " is there";
            return new Finding("wall clocks", false, false, seen, "docker pull " + image);
        }
        String name = Containers.PREFIX + UUID.randomUUID().toString().substring(0, 8) + "-doctor";
        var container = new DockerTarget(containers, engine, name, null, "");
        try {
            engine.ask(container + ": making it", DONE, client -> {
                client.createContainerCmd(image)
                        .withName(name)
                        .withLabels(Map.of(Containers.LABEL, ""))
                        .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                        .withCmd("sleep", "infinity")
                        .exec();
                return client.startContainerCmd(name).exec();
            });
            return Doctor.clocks(container, container.reach(DONE), DONE);
        } finally {
            engine.find(
                    container + ": removing it",
                    DONE,
                    client -> client.removeContainerCmd(name).withForce(true).exec());
        }
    }
}
