package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.docker.Containers;
import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.hosts.ssh.Jump;
import io.ringdown.harness.hosts.ssh.SshServer;
import io.ringdown.harness.hosts.ssh.SshTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                        new SshServer(
                                "alpha",
                                "192.0.2.1",
                                22,
                                "tester",
                                Path.of("/lab/keys/alpha"),
                                null,
                                Path.of("/etc/ssh/ssh_known_hosts"),
                                null),
                        false,
                        "java"));
    }

    @Test
    void readsHostsOfAnSshAgent() {
        String keyless = ALPHA.replace("    key: keys/alpha\n", "");
        assertThat(server(keyless).key()).isNull();
        assertThat(server(keyless).agent()).isNull();
        assertThat(server(keyless + "    agent: /run/agent\n").agent()).isEqualTo(Path.of("/run/agent"));
        refused(ALPHA.replace("keys/alpha", "''"), ":5: hosts[0].key: missing");
    }

    @Test
    void readsJumpsThatHostsShareAndThatMayNeedEachOther() {
        String jumps = """
            jumps:
              - {name: gate, address: 203.0.113.1, user: guest, known-hosts: known_hosts}
              - {name: inner, address: 203.0.113.2, user: guest, known-hosts: known_hosts, jump: gate}
            """;
        String beta =
                ALPHA.substring("hosts:\n".length()).replace("alpha", "beta").replace("192.0.2.1", "192.0.2.2");
        String through = "    jump: inner\n";
        List<Target> targets = InventoryReader.read(FILE, ALPHA + through + beta + through + jumps)
                .targets();
        Jump inner = ((SshTarget) targets.get(0)).server().jump();
        assertThat(((SshTarget) targets.get(1)).server().jump()).isSameAs(inner);
        assertThat(targets.get(0).way())
                .isEqualTo("alpha (tester@192.0.2.1:22), through inner (guest@203.0.113.2:22) with a key of the SSH"
                        + " agent, through gate (guest@203.0.113.1:22) with a key of the SSH agent");

        refused(
                ALPHA + "    jump: iner\n" + jumps,
                ":7: hosts[0].jump: 'iner' is not valid here; did you mean 'inner'?");
        refused(ALPHA + through, ":7: hosts[0].jump: 'inner' stands nowhere: 'jumps' lists them");
        refused(
                ALPHA + jumps.replace("jump: gate", "jump: inner"),
                "jumps[1].jump: 'inner' is not valid here; valid: gate");
        refused(
                ALPHA + jumps.replace("name: inner", "name: gate"),
                "jumps[1].name: another jump is called 'gate' already");
        refused(ALPHA + jumps.replace("user: guest", "rack: left"), "jumps[0].user: missing");
        refused(ALPHA + jumps.replace("user: guest", "user: guest, sudo: true"), "jumps[0].sudo: unknown key");
        refused(
                ALPHA + jumps.replace("203.0.113.2", "192.0.2.1"),
                ":3: hosts[0].address: is a jump's as well, and a fault there would cut others off");
        refused(jumps + "docker: {root: /}\n", "jumps: containers stand in for hosts");
    }

    private static SshServer server(String yaml) {
        return ((SshTarget) InventoryReader.read(FILE, yaml).targets().get(0)).server();
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
        refused("- alpha", "inventory.yaml:1: expected keys and values");
        refused(ALPHA.replace("keys/alpha", "\"a\\0b\""), ":5: hosts[0].key: 'a?b' is no name of a file");
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
        refused(
                "docker: {root: /, engine: /x}",
                "docker.engine: '/x' is not an engine's address such as unix:///run/docker.sock or tcp");
        refused(two.replace(":2376", ""), "docker.engines[0].engine: 'tcp://192.0.2.1' is not an engine's address");
        refused("docker: {cpus: 1}", "docker.image: expected either image, which has Java in it, or root");
        refused("docker: {root: /, memory: much}", "docker.memory: 'much' is not an amount of memory such as 512m");
        refused(ALPHA + "docker: {root: /}", ":2: hosts: containers stand in for hosts");
        refused("folder: /srv\ndocker: {root: /}", ":1: folder: containers stand in for hosts");
        refused("docker: {root: /, cpu: 1}", "docker.cpu: unknown key; did you mean 'cpus'?");
    }

    private static void refused(String yaml, String why) {
        assertThatThrownBy(() -> InventoryReader.read(FILE, yaml))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(why);
    }
}
