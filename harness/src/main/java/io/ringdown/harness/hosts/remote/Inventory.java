package io.ringdown.harness.hosts.remote;

import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.docker.Containers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The hosts that Ringdown may use; no other is touched.
 *
 * @param file where it stands
 * @param folder on every host, for what Ringdown puts there; not absolute: in the user's own
 * @param docker where a host is made for every machine of a cluster, instead of {@code hosts}; null: they are there
 * @param lease how long a host that hears nothing leaves a run in peace, before it heals by itself
 */
public record Inventory(Path file, String folder, Duration lease, List<Entry> hosts, Containers docker) {
    public Inventory {
        hosts = List.copyOf(hosts);
    }

    /**
     * A host.
     *
     * @param rack where it stands; empty: not told
     */
    public record Entry(Target target, String rack) {}

    /** The host of a name that a run's ledger tells. */
    Optional<Target> named(String name) {
        if (docker != null) {
            return docker.named(name);
        }
        return targets().stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .or(() -> Optional.of(name).filter(ThisMachine.NAME::equals).map(here -> new ThisMachine("127.0.0.1")));
    }

    /** All hosts, in order. */
    public List<Target> targets() {
        return hosts.stream().map(Entry::target).toList();
    }
}
