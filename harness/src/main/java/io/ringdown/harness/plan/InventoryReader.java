package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.Containers;
import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.remote.Inventory.Entry;
import io.ringdown.harness.hosts.ssh.Jump;
import io.ringdown.harness.hosts.ssh.SshServer;
import io.ringdown.harness.hosts.ssh.SshTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an inventory: the hosts that Ringdown may use. */
public final class InventoryReader {
    private static final int SSH_PORT = 22;
    private static final int LAST_PORT = 65_535;
    private static final double MOST_CPUS = 1_024;
    private static final int MOST_ENGINES = 8;
    private static final Pattern MEMORY = Pattern.compile("([1-9]\\d{0,8})([bkmg])");
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
        var reader = new InventoryReader(file.toAbsolutePath().getParent());
        YamlSection root = PlanReader.document(file.toString(), yaml, "an inventory needs hosts");
        List<YamlSection> hosts = root.sections("hosts");
        Map<String, Jump> jumps = reader.jumps(root);
        String folder = root.text("folder").orElse(".ringdown");
        Duration lease = root.duration("lease", Duration.ofSeconds(2), Duration.ofMinutes(10))
                .orElse(LEASE);
        Optional<Containers> docker = root.section("docker").map(reader::docker);
        root.refuseOthers();
        if (docker.isPresent()) {
            for (String key : List.of("hosts", "jumps", "folder")) {
                if (root.has(key)) {
                    throw root.wrong(
                            key, "containers stand in for hosts, in a folder of their own; give docker or " + key);
                }
            }
            return new Inventory(file, Containers.FOLDER, lease, List.of(), docker.get());
        }
        if (hosts.isEmpty()) {
            throw root.wrong("hosts", "missing; an inventory names one host at least");
        }
        var entries = new ArrayList<Entry>();
        for (YamlSection host : hosts) {
            Entry entry = reader.entry(host, jumps);
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

    private Containers docker(YamlSection at) {
        Optional<String> image = at.text("image");
        Optional<Path> root = at.file("root");
        if (image.isPresent() == root.isPresent()) {
            throw at.wrong(
                    "image", "expected either image, which has Java in it, or root, of this machine's file system");
        }
        var containers = new Containers(
                engines(at),
                image.orElse(""),
                root.orElse(Path.of("/")),
                at.text("java").orElse("java"),
                at.positive("cpus", MOST_CPUS).orElse(0.0),
                at.text("memory").map(text -> bytes(at, text)).orElse(0L));
        at.refuseOthers();
        return containers;
    }

    private List<DockerEngine> engines(YamlSection at) {
        var engines = new ArrayList<DockerEngine>();
        for (YamlSection one : at.sections("engines")) {
            String name = needed(one, "name");
            if (name.contains("/")
                    || engines.stream().anyMatch(other -> other.name().equals(name))) {
                throw one.wrong("name", "'" + name + "' has a / in it, or is another engine's already");
            }
            needed(one, "engine");
            engines.add(EngineReader.read(one, name, folder));
            one.refuseOthers();
        }
        if (engines.isEmpty()) {
            engines.add(EngineReader.read(at, "", folder));
        } else if (at.has("engine") || at.has("tls")) {
            throw at.wrong("engine", "expected either one engine or engines, of which each has its own tls");
        }
        if (engines.size() > MOST_ENGINES) {
            throw at.wrong(
                    "engines", "no more than " + MOST_ENGINES + ", whose containers have addresses of one network");
        }
        return engines;
    }

    /** In Docker's words: a number, and a unit of bytes. */
    private static long bytes(YamlSection at, String text) {
        Matcher matcher = MEMORY.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw at.wrong("memory", "'" + text + "' is not an amount of memory such as 512m or 2g");
        }
        return Long.parseLong(matcher.group(1)) << 10 * ("bkmg".indexOf(matcher.group(2)));
    }

    private Map<String, Jump> jumps(YamlSection root) {
        var jumps = new LinkedHashMap<String, Jump>();
        for (YamlSection at : root.sections("jumps")) {
            SshServer server = server(at, jumps);
            at.refuseOthers();
            if (jumps.put(server.name(), new Jump(server)) != null) {
                throw at.wrong("name", "another jump is called '" + server.name() + "' already");
            }
        }
        return jumps;
    }

    /** @param jumps by which it may be reached */
    private SshServer server(YamlSection at, Map<String, Jump> jumps) {
        String address = needed(at, "address");
        return new SshServer(
                at.text("name").orElse(address),
                address,
                at.whole("port", 1, LAST_PORT).orElse(SSH_PORT),
                needed(at, "user"),
                at.has("key") ? file(at, "key") : null,
                at.has("agent") ? file(at, "agent") : null,
                file(at, "known-hosts"),
                at.text("jump").map(name -> jump(at, name, jumps)).orElse(null));
    }

    private static Jump jump(YamlSection at, String name, Map<String, Jump> jumps) {
        if (jumps.isEmpty()) {
            throw at.wrong("jump", "'" + name + "' stands nowhere: 'jumps' lists them, each after those that it needs");
        }
        if (!jumps.containsKey(name)) {
            throw at.wrong("jump", "'" + name + "' is not valid here; " + Nearest.hint(name, jumps.keySet()));
        }
        return jumps.get(name);
    }

    private Entry entry(YamlSection host, Map<String, Jump> jumps) {
        SshServer server = server(host, jumps);
        for (Jump jump : jumps.values()) {
            if (jump.server().address().equals(server.address())) {
                throw host.wrong(
                        "address", "is a jump's as well, and a fault there would cut others off from Ringdown");
            }
        }
        var target = new SshTarget(
                server,
                host.word("sudo", List.of("true", "false")).orElse("false").equals("true"),
                host.text("java").orElse("java"));
        String rack = host.text("rack").orElse("");
        host.refuseOthers();
        return new Entry(target, rack);
    }

    private Path file(YamlSection host, String key) {
        needed(host, key);
        return folder.resolve(host.file(key).orElseThrow());
    }

    private static String needed(YamlSection host, String key) {
        return host.text(key).filter(text -> !text.isBlank()).orElseThrow(() -> host.wrong(key, "missing"));
    }
}
