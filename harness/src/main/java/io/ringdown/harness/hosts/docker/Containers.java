package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Target;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The containers that a cluster's machines are: where they are made, and of what.
 *
 * @param engines one, or one a rack, or one a machine
 * @param base image with Java in it; empty: none, but the system below {@code root}
 * @param root of the file system, on the engines' machines, whose programs and libraries a container without a base sees and cannot change
 * @param java the program that runs Java there
 * @param cpus of how many processors each container may use the time; 0: of all
 * @param memory how many bytes each container may use; 0: all
 */
public record Containers(List<DockerEngine> engines, String base, Path root, String java, double cpus, long memory) {
    /** In every container, for what Ringdown puts there. */
    public static final String FOLDER = "/.ringdown";

    static final String LABEL = "io.ringdown";
    static final String PREFIX = "ringdown-";
    private static final List<String> SYSTEM = List.of("usr", "bin", "sbin", "lib", "lib64", "etc");
    private static final Duration DONE = Duration.ofSeconds(60);
    /** The engine's own address comes first. */
    private static final int FIRST_ADDRESS = 2;

    public Containers {
        engines = List.copyOf(engines);
    }

    /**
     * A container for each machine, named after the run.
     *
     * @param network 0 to 9, as a plan says it
     * @return by the machine's name
     * @throws IllegalArgumentException if the engines are neither one, nor one a rack, nor one a machine, or have no room; one line
     */
    public Map<String, Target> of(Topology topology, int network) {
        String run = UUID.randomUUID().toString().substring(0, 8);
        var made = new LinkedHashMap<String, Target>();
        var taken = new int[engines.size()];
        for (int rack = 0; rack < topology.racks().size(); rack++) {
            for (Machine machine : topology.racks().get(rack).machines()) {
                int number = engine(topology, rack, made.size());
                var subnet = new Subnet(network, number, engines.size());
                if (FIRST_ADDRESS + taken[number] >= subnet.size() - 1) {
                    throw new IllegalArgumentException(engines.get(number) + ": no more than "
                            + (subnet.size() - FIRST_ADDRESS - 1) + " containers stand in its network " + subnet);
                }
                String address = subnet.address(FIRST_ADDRESS + taken[number]++);
                String name = PREFIX + run + "-" + machine.name();
                made.put(machine.name(), new DockerTarget(this, engines.get(number), name, subnet, address));
            }
        }
        return made;
    }

    private int engine(Topology topology, int rack, int machine) {
        int racks = topology.racks().size();
        int machines = topology.machines().size();
        if (engines.size() != 1 && engines.size() != racks && engines.size() != machines) {
            throw new IllegalArgumentException("docker.engines: the cluster has " + racks + " racks and " + machines
                    + " machines, which take one engine, or one a rack, or one a machine; there are "
                    + engines.size());
        }
        return engines.size() == racks ? rack : Math.min(machine, engines.size() - 1);
    }

    /** A container of which nothing but the name is known. */
    public Optional<Target> named(String name) {
        String engine = name.substring(0, Math.max(0, name.indexOf('/')));
        String container = name.substring(name.indexOf('/') + 1);
        return engines.stream()
                .filter(one -> one.name().equals(engine))
                .map(one -> (Target) new DockerTarget(this, one, container, null, ""))
                .findFirst();
    }

    /** Looks whether the engines can be used, and what can be done in their containers. Changes nothing. */
    public List<Finding> examine() {
        return engines.stream().flatMap(this::examined).toList();
    }

    private Stream<Finding> examined(DockerEngine engine) {
        Finding found = examine(engine);
        return found.good() ? Stream.of(found, new ContainedClocks(this, engine).examine()) : Stream.of(found);
    }

    /** Where a command that installs something has to be run for containers to have it. */
    String installing(String command) {
        if (!base.isEmpty()) {
            return "RUN " + command + " in a Dockerfile FROM " + base;
        }
        return (root.equals(Path.of("/")) ? command : "chroot " + root + " " + command) + " on the engine's machine";
    }

    static Finding examine(DockerEngine engine) {
        try {
            String version = engine.ask(
                    "version", DONE, client -> client.versionCmd().exec().getVersion());
            return new Finding(engine.toString(), true, true, version, "");
        } catch (IOException e) {
            String remedy = "apt-get install docker.io, start it, and be allowed to use it";
            String seen = e.getMessage().replace("version: " + engine, "").strip();
            return new Finding(engine.toString(), false, true, seen, remedy);
        }
    }

    /** What a container without a base sees of the root. */
    Bind[] binds() {
        Stream<String> seen = base.isEmpty() ? SYSTEM.stream() : Stream.of();
        return seen.filter(part -> Files.isDirectory(root.resolve(part)))
                .map(part -> new Bind(root.resolve(part).toString(), new Volume("/" + part), AccessMode.ro))
                .toArray(Bind[]::new);
    }
}
