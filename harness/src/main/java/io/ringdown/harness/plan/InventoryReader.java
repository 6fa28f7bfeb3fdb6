package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.remote.Inventory.Entry;
import io.ringdown.harness.hosts.ssh.SshTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads an inventory: the hosts that Ringdown may use. */
public final class InventoryReader {
    private static final int SSH_PORT = 22;
    private static final int LAST_PORT = 65_535;
    private static final double MOST_CPUS = 1_024;
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final Path folder;

    private InventoryReader(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads an inventory. Files that it names are looked for beside it.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    public static Inventory read(Path file, String yaml) {
        YamlSection root = PlanReader.document(file.toString(), yaml, "an inventory needs hosts");
        List<YamlSection> hosts = root.has("docker") ? List.of() : root.sections("hosts");
        String folder = root.text("folder").orElse(".ringdown");
        Duration lease = root.duration("lease", Duration.ofSeconds(2), Duration.ofMinutes(10))
                .orElse(LEASE);
        Optional<DockerEngine> docker = root.section("docker").map(InventoryReader::docker);
        root.refuseOthers();
        if (docker.isPresent()) {
            return new Inventory(file, DockerEngine.FOLDER, lease, List.of(), docker.get());
        }
        if (hosts.isEmpty()) {
            throw root.wrong("hosts", "missing; an inventory names one host at least");
        }
        var reader = new InventoryReader(file.toAbsolutePath().getParent());
        var entries = new ArrayList<Entry>();
        for (YamlSection host : hosts) {
            Entry entry = reader.entry(host);
            if (entries.stream()
                    .anyMatch(
                            other -> other.target().name().equals(entry.target().name()))) {
                throw host.wrong(
                        "name", "another host is called '" + entry.target().name() + "' already");
            }
            if (!entries.isEmpty()
                    && entry.rack().isEmpty() != entries.get(0).rack().isEmpty()) {
                throw host.wrong("rack", "either all hosts have one, or none");
            }
            entries.add(entry);
        }
        return new Inventory(file, folder, lease, entries, null);
    }

    /**
     * Reads the inventory of a file.
     *
     * @throws InvalidPlanException with one line, also if it cannot be read
     */
    public static Inventory read(Path file) {
        try {
            return read(file, Files.readString(file));
        } catch (IOException e) {
            throw new InvalidPlanException(file + ": no such file, or not readable");
        }
    }

    private static DockerEngine docker(YamlSection at) {
        Optional<String> image = at.text("image");
        Optional<String> root = at.text("root");
        if (image.isPresent() == root.isPresent()) {
            throw at.wrong(
                    "image", "expected either image, which has Java in it, or root, of this machine's file system");
        }
        var engine = new DockerEngine(
                at.text("engine").orElse(""),
                image.orElse(""),
                Path.of(root.orElse("/")),
                at.text("java").orElse("java"),
                at.positive("cpus", MOST_CPUS).orElse(0.0),
                at.text("memory").orElse(""));
        at.refuseOthers();
        return engine;
    }

    private Entry entry(YamlSection host) {
        String address = needed(host, "address");
        var target = new SshTarget(
                host.text("name").orElse(address),
                address,
                host.whole("port", 1, LAST_PORT).orElse(SSH_PORT),
                needed(host, "user"),
                folder.resolve(needed(host, "key")),
                folder.resolve(needed(host, "known-hosts")),
                host.word("sudo", List.of("true", "false")).orElse("false").equals("true"),
                host.text("java").orElse("java"));
        String rack = host.text("rack").orElse("");
        host.refuseOthers();
        return new Entry(target, rack);
    }

    private static String needed(YamlSection host, String key) {
        return host.text(key).filter(text -> !text.isBlank()).orElseThrow(() -> host.wrong(key, "missing"));
    }
}
