package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.ssh.SshTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads an inventory: the hosts that Ringdown may reach by SSH. */
public final class InventoryReader {
    private static final int SSH_PORT = 22;
    private static final int LAST_PORT = 65_535;

    private final Path folder;

    private InventoryReader(Path folder) {
        this.folder = folder;
    }

    /**
     * Reads an inventory. Files that it names are looked for beside it.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    public static List<SshTarget> read(Path file, String yaml) {
        YamlSection root = PlanReader.document(file.toString(), yaml, "an inventory needs hosts");
        List<YamlSection> hosts = root.sections("hosts");
        root.refuseOthers();
        if (hosts.isEmpty()) {
            throw root.wrong("hosts", "missing; an inventory names one host at least");
        }
        var reader = new InventoryReader(file.toAbsolutePath().getParent());
        var targets = new ArrayList<SshTarget>();
        for (YamlSection host : hosts) {
            SshTarget target = reader.target(host);
            if (targets.stream().anyMatch(other -> other.name().equals(target.name()))) {
                throw host.wrong("name", "another host is called '" + target.name() + "' already");
            }
            targets.add(target);
        }
        return targets;
    }

    private SshTarget target(YamlSection host) {
        String address = needed(host, "address");
        var target = new SshTarget(
                host.text("name").orElse(address),
                address,
                host.whole("port", 1, LAST_PORT).orElse(SSH_PORT),
                needed(host, "user"),
                folder.resolve(needed(host, "key")),
                folder.resolve(needed(host, "known-hosts")),
                host.word("sudo", List.of("true", "false")).orElse("false").equals("true"));
        host.refuseOthers();
        return target;
    }

    private static String needed(YamlSection host, String key) {
        return host.text(key).filter(text -> !text.isBlank()).orElseThrow(() -> host.wrong(key, "missing"));
    }
}
