package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container that is made for a run and removed after it.
 *
 * @param container its name, unique on its engine
 * @param subnet the engine's network of the run; null: the container is made already
 * @param address in it
 */
record DockerTarget(Containers containers, DockerEngine engine, String container, Subnet subnet, String address)
        implements Target {
    private static final Duration DONE = Duration.ofSeconds(60);
    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return engine.name().isEmpty() ? container : engine.name() + "/" + container;
    }

    @Override
    public String java() {
        return containers.java();
    }

    @Override
    public List<String> asRoot() {
        return List.of();
    }

    @Override
    public String installing(String command) {
        return containers.installing(command);
    }

    /** Its image has the parts already. */
    @Override
    public void make(Map<String, Path> parts, List<String> preparing) throws IOException {
        String image = image().with(parts, preparing);
        // For faults of the network, which are rules of the container's own network stack.
        HostConfig terms = HostConfig.newHostConfig()
                .withNetworkMode(subnet.on(engine))
                .withCapAdd(Capability.NET_ADMIN)
                .withBinds(containers.binds());
        if (containers.cpus() > 0) {
            terms.withNanoCPUs(Math.round(containers.cpus() * NANOS));
        }
        if (containers.memory() > 0) {
            terms.withMemory(containers.memory()).withMemorySwap(containers.memory());
        }
        engine.ask(this + ": making it", DONE, client -> {
            client.createContainerCmd(image)
                    .withName(container)
                    .withHostName(container)
                    .withLabels(Map.of(Containers.LABEL, ""))
                    .withIpv4Address(address)
                    .withHostConfig(terms)
                    .withCmd("sleep", "infinity")
                    .exec();
            return client.startContainerCmd(container).exec();
        });
    }

    private ClusterImage image() {
        return new ClusterImage(containers, engine, container + "-image");
    }

    /** One that does not run has nothing left in it to undo. */
    @Override
    public boolean exists() throws IOException {
        return made().filter(seen -> seen.getState().getRunning()).isPresent();
    }

    private Optional<InspectContainerResponse> made() throws IOException {
        return engine.find(
                this + ": looking at it",
                DONE,
                client -> client.inspectContainerCmd(container).exec());
    }

    /** Nothing of it is left, nor of its network if no other is in it. */
    @Override
    public void remove() throws IOException {
        Collection<String> networks = networks();
        engine.find(
                this + ": removing it",
                DONE,
                client -> client.removeContainerCmd(container)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
        image().clear();
        for (String network : networks) {
            try {
                engine.find(
                        this + ": removing " + network,
                        DONE,
                        client -> client.removeNetworkCmd(network).exec());
            } catch (IOException e) {
                if (!(e.getCause() instanceof DockerException)) {
                    throw e;
                }
                // others are in it
            }
        }
    }

    /** Its own; where it is gone already, all that were made for containers. */
    private Collection<String> networks() throws IOException {
        Optional<InspectContainerResponse> made = made();
        if (made.isPresent()) {
            return made.get().getNetworkSettings().getNetworks().keySet();
        }
        return engine
                .ask(
                        this + ": listing networks",
                        DONE,
                        client -> client.listNetworksCmd()
                                .withFilter("label", List.of(Containers.LABEL))
                                .exec())
                .stream()
                .map(Network::getName)
                .toList();
    }

    @Override
    public Reach reach(Duration patience) {
        return new ContainerReach(engine, container, toString(), patience);
    }

    @Override
    public String toString() {
        return "container " + name();
    }
}
