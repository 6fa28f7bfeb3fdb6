package io.ringdown.harness.hosts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.AdminPage;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.cluster.ClusterConfiguration;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An element of the reference cluster that is all of its cluster: for faults that are proven by what an element says. */
public final class LoneEngine {
    private LoneEngine() {}

    /** Such an element, of a machine with this address. */
    public static Element at(String name, String address) {
        return new Element(name, "engine", -1, address + ":5060", address + ":8060");
    }

    /**
     * Starts it where it belongs, so that its wall clock can be set, and waits until it serves.
     *
     * @param element as the topology of its host has it
     * @param logs the host's folder for what elements print
     */
    public static void start(Host host, Topology topology, Element element, Path logs) throws IOException {
        Machine machine = topology.machineOf(element.name()).orElseThrow();
        Machine alone = new Machine(machine.name(), machine.address(), List.of(element));
        Path configuration = logs.resolve(element.name() + ".properties");
        ClusterConfiguration.write(
                configuration,
                Path.of("."),
                new Topology("single", element.sip(), "", List.of(new Rack("r1", List.of(alone)))),
                Map.of(),
                Duration.ofMillis(100));
        host.put(configuration);
        Path files = host.premises(element.name()).map(Premises::folder).orElse(logs.toAbsolutePath());
        Installation installation = host.premises(element.name())
                .map(there -> new Installation(there.java(), there.jar(), there.archive()))
                .orElseGet(Installation::locate);
        host.start(
                element.name(),
                SettableClock.command(
                        host.clockLibrary(element.name()),
                        files.resolve(element.name() + ".clock"),
                        installation.command(files.resolve(configuration.getFileName()), element.name(), false)));
        await().atMost(60, SECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> AdminPage.get(element.admin(), "/health").date() != 0);
    }
}
