package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.docker.Containers;
import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.ssh.SshTarget;
import java.nio.file.Path;
import java.time.Duration;
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
        assertThat(InventoryReader.read(FILE, ALPHA).targets())
                .containsExactly(new SshTarget(
                        "alpha",
                        "192.0.2.1",
                        22,
                        "tester",
                        Path.of("/lab/keys/alpha"),
                        Path.of("/etc/ssh/ssh_known_hosts"),
                        false,
                        "java"));
    }

    @Test
    void readsRacksAndTheLease() {
        Inventory read = InventoryReader.read(FILE, "lease: 3s\nfolder: /srv/ringdown\n" + ALPHA + "    rack: left\n");
        assertThat(read.lease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(read.folder()).isEqualTo("/srv/ringdown");
        assertThat(read.hosts()).extracting(Inventory.Entry::rack).containsExactly("left");
        assertThat(InventoryReader.read(FILE, ALPHA).lease()).isEqualTo(Duration.ofSeconds(10));
        String beta = ALPHA.substring("hosts:\n".length()).replace("alpha", "beta");
        refused(ALPHA + beta + "    rack: left\n", "hosts[1].rack: either all hosts have one, or none");
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

    @Test
    void readsDockerEngines() {
        Containers one = InventoryReader.read(FILE, "docker: {image: base, cpus: 0.5, memory: 2g}")
                .docker();
        assertThat(one.memory()).isEqualTo(2L << 30);
        assertThat(one.engines()).extracting(DockerEngine::name).containsExactly("");
        String two = """
            docker:
              root: /
              engines:
                - {name: left, engine: 'tcp://192.0.2.1:2376', tls: certs/left}
                - {name: right, engine: 'tcp://192.0.2.2:2376'}
            """;
        assertThat(InventoryReader.read(FILE, two).docker().engines())
                .extracting(DockerEngine::name)
                .containsExactly("left", "right");
        refused(two.replace("right,", "left,"), "docker.engines[1].name: 'left' has a / in it, or is another engine's");
        refused(two + "  engine: unix:///x\n", "docker.engine: expected either one engine or engines");
        refused("docker: {cpus: 1}", "docker.image: expected either image, which has Java in it, or root");
        refused("docker: {root: /, memory: much}", "docker.memory: 'much' is not an amount of memory such as 512m");
        refused("docker: {root: /, cpu: 1}", "docker.cpu: unknown key; did you mean 'cpus'?");
    }

    private static void refused(String yaml, String why) {
        assertThatThrownBy(() -> InventoryReader.read(FILE, yaml))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(why);
    }
}
