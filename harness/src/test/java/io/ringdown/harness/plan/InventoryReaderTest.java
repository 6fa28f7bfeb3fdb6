package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.ssh.SshTarget;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Inventories, and what is said of wrong ones. */
class InventoryReaderTest {
    private static final Path FILE = Path.of("/lab/inventory.yaml");
    private static final String ALPHA = """
        hosts:
          - name: alpha
            address: 192.0.2.1
            user: tester
            key: keys/alpha
            known-hosts: /etc/ssh/ssh_known_hosts
        """;

    @Test
    void readsHosts() {
        assertThat(InventoryReader.read(FILE, ALPHA))
                .containsExactly(new SshTarget(
                        "alpha",
                        "192.0.2.1",
                        22,
                        "tester",
                        Path.of("/lab/keys/alpha"),
                        Path.of("/etc/ssh/ssh_known_hosts"),
                        false));
    }

    @Test
    void namesThePlaceOfWhatIsWrong() {
        refused(ALPHA + "    prot: 22\n", "inventory.yaml:7: hosts[0].prot: unknown key; did you mean 'port'?");
        refused(ALPHA + "    port: 70000\n", ":7: hosts[0].port: '70000' is not a whole number from 1 to 65535");
        refused(ALPHA.replace("    user: tester\n", ""), "hosts[0].user: missing");
        refused(ALPHA + ALPHA.substring("hosts:\n".length()), "hosts[1].name: another host is called 'alpha' already");
        refused("hosts: []", "hosts: missing");
        refused("", "inventory.yaml:1: empty; an inventory needs hosts");
    }

    private static void refused(String yaml, String why) {
        assertThatThrownBy(() -> InventoryReader.read(FILE, yaml))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(why);
    }
}
