package io.ringdown.harness.cluster;

import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The share that a plan gives every machine of its cluster, the dispatchers' too, or none. */
public final class MachineQuotas {
    /** What it takes to start a machine's elements within the patience there is without quotas. */
    private static final double AT_EASE = 0.5;

    private final double processors;
    private final Quotas.Share share;
    private final Quotas host;

    /** @param settings the plan's settings of the cluster, {@link io.ringdown.record.ResolvedPlan#cluster} */
    public MachineQuotas(Map<String, String> settings, Quotas host) {
        this.processors = Double.parseDouble(settings.getOrDefault(ClusterSettings.QUOTA, "0"));
        share = new Quotas.Share(
                processors,
                Integer.parseInt(settings.getOrDefault(ClusterSettings.MEMORY, "0")),
                Integer.parseInt(settings.getOrDefault(ClusterSettings.DISK, "0")));
        this.host = host;
    }

    /**
     * Limits all machines, before anything is started on them.
     *
     * @throws IOException if the host cannot, or has not got what the machines are given together: then they would lend each other theirs
     *     after all; one line
     */
    public void limit(Topology topology) throws IOException {
        if (share.nothing()) {
            return;
        }
        var rooms = topology.machines().stream()
                .collect(Collectors.groupingBy(machine -> host.room(machine.name()), Collectors.counting()));
        for (var room : rooms.entrySet()) {
            double needed = room.getValue() * processors;
            if (needed > room.getKey().processors()) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "cluster.quota: %d machines of %s processors need %.2f; %s has %d",
                        room.getValue(),
                        processors,
                        needed,
                        room.getKey().host(),
                        room.getKey().processors()));
            }
        }
        for (Machine machine : topology.machines()) {
            limit(machine);
        }
    }

    /** Limits a machine, or takes it up again in another process than the one that limited it. */
    public void limit(Machine machine) throws IOException {
        if (!share.nothing()) {
            host.limit(
                    machine.name(),
                    machine.elements().stream().map(Element::name).toList(),
                    share);
        }
    }

    /** What the host says; empty if there are no quotas. */
    List<Quotas.Reading> read() {
        return processors == 0 ? List.of() : host.read();
    }

    /** @throws IOException naming a machine that is not held to its quota; one line */
    void requireHeld() throws IOException {
        for (Quotas.Reading reading :
                processors == 0 && share.memory() == 0 ? List.<Quotas.Reading>of() : host.read()) {
            if (!reading.held()) {
                throw new IOException(reading.machine() + " is not held to its quota: " + reading.evidence());
            }
        }
    }

    /** How long to wait for what takes a given time without quotas: a small one makes a start slow. */
    public Duration longer(Duration patience) {
        return processors == 0 || processors >= AT_EASE
                ? patience
                : Duration.ofMillis(Math.round(patience.toMillis() * AT_EASE / processors));
    }
}
