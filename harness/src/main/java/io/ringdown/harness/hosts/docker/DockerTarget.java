package io.ringdown.harness.hosts.docker;

import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A container that is made for a run and removed after it.
 *
 * @param name the container's
 * @param address in the engine's network of the run
 */
public record DockerTarget(DockerEngine engine, String name, String address) implements Target {
    private static final Duration MADE = Duration.ofSeconds(60);
    /** A host that nothing is known of but its name is removed, not made. */
    private static final String NO_IMAGE = "ringdown-empty:1";

    private static final int EMPTY_ARCHIVE = 10_240;

    @Override
    public String java() {
        return engine.java();
    }

    @Override
    public List<String> asRoot() {
        return List.of();
    }

    @Override
    public void make() throws IOException {
        var command = new ArrayList<>(List.of("run", "--detach", "--name", name, "--hostname", name));
        command.addAll(List.of("--label", DockerEngine.LABEL, "--network", engine.network(address), "--ip", address));
        command.addAll(List.of("--volume", DockerEngine.SHARED));
        if (engine.cpus() > 0) {
            command.addAll(List.of("--cpus", Double.toString(engine.cpus())));
        }
        if (!engine.memory().isEmpty()) {
            command.addAll(List.of("--memory", engine.memory()));
        }
        String image = engine.image();
        if (image.isEmpty()) {
            image = NO_IMAGE;
            empty();
            for (String part : DockerEngine.SYSTEM) {
                Path here = engine.root().resolve(part);
                if (Files.isDirectory(here)) {
                    command.addAll(List.of("--volume", here + ":/" + part + ":ro"));
                }
            }
        }
        command.addAll(List.of(image, "sleep", "infinity"));
        try {
            engine.command().done(command, null, MADE);
        } catch (IOException e) {
            throw new IOException(this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean exists() throws IOException {
        Reach.Outcome found = engine.command().run(List.of("container", "inspect", name), null, MADE);
        if (found.status() != 0 && !found.trouble().contains("No such container")) {
            throw new IOException(this + ": "
                    + found.trouble().lines().findFirst().orElse("docker inspect: status " + found.status()));
        }
        return found.status() == 0;
    }

    /** Nothing of it is left, nor of the network if it was the last. */
    @Override
    public void remove() throws IOException {
        Reach.Outcome removed = engine.command().run(List.of("rm", "--force", "--volumes", name), null, MADE);
        if (removed.status() != 0 && !removed.trouble().contains("No such container")) {
            throw new IOException(this + ": "
                    + removed.trouble().lines().findFirst().orElse("docker rm: status " + removed.status()));
        }
        engine.removeNetworks();
    }

    private void empty() throws IOException {
        if (engine.command()
                        .run(List.of("image", "inspect", NO_IMAGE), null, MADE)
                        .status()
                == 0) {
            return;
        }
        Path archive = Files.createTempFile("ringdown-empty", ".tar");
        try {
            Files.write(archive, new byte[EMPTY_ARCHIVE]);
            engine.command().done(List.of("import", "-", NO_IMAGE), archive, MADE);
        } finally {
            Files.delete(archive);
        }
    }

    @Override
    public Reach reach(Duration patience) {
        return new Reach() {
            @Override
            public Outcome run(List<String> command, Path input, Duration deadline) throws IOException {
                try {
                    return engine.command().run(in(command), input, deadline);
                } catch (IOException e) {
                    throw new IOException(this + ": " + e.getMessage(), e);
                }
            }

            @Override
            public Talk talk(List<String> command) throws IOException {
                return engine.command().talk(in(command));
            }

            @Override
            public void close() {
                // every command is a connection of its own
            }

            @Override
            public String toString() {
                return DockerTarget.this.toString();
            }
        };
    }

    private List<String> in(List<String> command) {
        var whole = new ArrayList<>(List.of("exec", "--interactive", name));
        whole.addAll(command);
        return whole;
    }

    @Override
    public String toString() {
        return "container " + name;
    }
}
