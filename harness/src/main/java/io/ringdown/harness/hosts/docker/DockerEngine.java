package io.ringdown.harness.hosts.docker;

import io.ringdown.harness.hosts.Doctor.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A Docker engine, and what the containers of a cluster are made of there.
 *
 * @param address of the engine, such as {@code unix:///run/docker.sock}; empty: where the program {@code docker} looks by itself
 * @param image with Java in it; empty: none, but the system below {@code root}
 * @param root of the file system whose programs and libraries a container without an image sees, and cannot change
 * @param java the program that runs Java there
 * @param cpus of how many processors each container may use the time; 0: of all
 * @param memory how much each container may use, in Docker's words; empty: all
 */
public record DockerEngine(String address, String image, Path root, String java, double cpus, String memory) {
    /** In every container, for what Ringdown puts there; what is needed in all of them is put into one volume of the engine, once. */
    public static final String FOLDER = "/.ringdown";

    static final String SHARED = "ringdown-lib:" + FOLDER + "/lib";
    static final String LABEL = "io.ringdown";
    static final List<String> SYSTEM = List.of("usr", "bin", "sbin", "lib", "lib64", "etc");
    private static final Duration DONE = Duration.ofSeconds(60);
    private static final String NETWORK = "ringdown-";

    DockerCommand command() {
        return new DockerCommand(address);
    }

    /** A container of a run, for a machine; {@code network} 0 to 9 as a plan says it. */
    public DockerTarget container(String run, String machine, int network, int number) {
        return new DockerTarget(this, NETWORK + run + "-" + machine, "198.18." + network + "." + (number + 10));
    }

    /** One of which nothing but the name is known. */
    public DockerTarget container(String name) {
        return new DockerTarget(this, name, "");
    }

    /** Looks whether the engine can be used. Changes nothing. */
    public Finding examine() {
        String remedy = "apt-get install docker.io, start it, and be allowed to use it";
        try {
            String version = command().done(List.of("version", "--format", "{{.Server.Version}}"), null, DONE);
            return new Finding("Docker's engine", true, true, version, "");
        } catch (IOException e) {
            return new Finding("Docker's engine", false, true, e.getMessage(), remedy);
        }
    }

    /** Makes sure that the network of an address is there; its name. */
    String network(String address) throws IOException {
        String block = address.substring(0, address.lastIndexOf('.'));
        String name = NETWORK + block;
        synchronized (DockerEngine.class) {
            if (command().run(List.of("network", "inspect", name), null, DONE).status() != 0) {
                command()
                        .done(
                                List.of("network", "create", "--label", LABEL, "--subnet", block + ".0/24", name),
                                null,
                                DONE);
            }
        }
        return name;
    }

    /** Removes networks without containers; one that is in use stays. */
    void removeNetworks() throws IOException {
        String names = command()
                .done(List.of("network", "ls", "--filter", "label=" + LABEL, "--format", "{{.Name}}"), null, DONE);
        for (String name : names.lines().toList()) {
            command().run(List.of("network", "rm", name), null, DONE);
        }
    }
}
