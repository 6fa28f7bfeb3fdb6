package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.remote.HostsDoctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that a real {@code ssh-agent} holds, and agents that are of no use. */
@Tag("beside")
class SshAgentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Sshd sshd;
    private SshAgent agent;
    private Path key;

    @BeforeEach
    void start() throws Exception {
        sshd = Sshd.start(folder, "127.80.2.1");
        agent = SshAgent.start(folder);
        key = folder.resolve("user");
    }

    @AfterEach
    void stop() {
        if (agent != null) {
            agent.close();
        }
        if (sshd != null) {
            sshd.close();
        }
    }

    @Test
    void itsKeysAreTakenAndItIsForwardedToNobody() throws Exception {
        agent.add(key);
        Files.delete(key);
        assertThat(said(null, "sh", "-c", "echo in, ${SSH_AUTH_SOCK:-without an agent}"))
                .isEqualTo("in, without an agent\n");
    }

    @Test
    void aKeyWithAPassphraseIsTheAgentsToSignWith() throws Exception {
        Path unlocked = Files.copy(key, folder.resolve("unlocked"), StandardCopyOption.COPY_ATTRIBUTES);
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-p", "-N", "secret", "-f", key.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keygen.waitFor()).isZero();
        Files.delete(folder.resolve("user.pub"));
        assertThat(trouble(key)).endsWith("tells of no such key: ssh-add " + key);
        agent.add(unlocked);
        assertThat(said(key, "echo", "in")).isEqualTo("in\n");
    }

    @Test
    void ofManyKeysTheOneIsNamedByItsPublicHalf() throws Exception {
        for (int other = 0; other < 7; other++) {
            Path unknown = folder.resolve("other" + other);
            Sshd.key(unknown);
            agent.add(unknown);
        }
        assertThat(trouble(null))
                .contains("none of the SSH agent's keys (7) is taken: ssh-add the one that is, or ssh-copy-id -p ")
                .endsWith(", or say by 'key' which of so many is the one");
        assertThat(trouble(folder.resolve("user.pub"))).endsWith("tells of no such key: ssh-add " + key);
        agent.add(key);
        assertThat(said(folder.resolve("user.pub"), "echo", "in")).isEqualTo("in\n");
        assertThat(trouble(folder.resolve("other3.pub"))).contains("other3.pub is refused: ssh-copy-id -i ");
    }

    @Test
    void anAgentThatIsNotThereOrSaysNothingIsTold() throws Exception {
        assertThat(trouble(null))
                .contains("no key is given, and the agent at ")
                .endsWith("tells of no such key: ssh-add");
        agent.fallSilent();
        try (var hasty = new SshConnection(server(null), Duration.ofMillis(300))) {
            assertThatThrownBy(() -> hasty.run(List.of("true"), PATIENCE)).hasMessageEndingWith("key: ssh-add");
        }
        agent.close();
        Files.delete(agent.socket());
        assertThat(HostsDoctor.examine(new SshTarget(server(null), false, "java"), PATIENCE))
                .singleElement()
                .matches(found -> !found.good() && found.seen().endsWith(") with a key of the SSH agent"))
                .extracting(Finding::remedy)
                .isEqualTo("no key is given, and no agent answers at " + agent.socket()
                        + ": eval $(ssh-agent) && ssh-add");
        Files.writeString(key, "not a key\n");
        assertThat(trouble(key)).endsWith(key + " is neither a private key nor a public one");
    }

    private SshServer server(Path given) {
        SshServer known = sshd.server();
        return new SshServer(
                known.name(),
                known.address(),
                known.port(),
                known.user(),
                given,
                agent.socket(),
                known.knownHosts(),
                null);
    }

    private String said(Path given, String... command) throws IOException {
        try (var connection = new SshConnection(server(given), PATIENCE)) {
            return connection.run(List.of(command), PATIENCE).output();
        }
    }

    private String trouble(Path given) {
        try (var connection = new SshConnection(server(given), PATIENCE)) {
            connection.run(List.of("true"), PATIENCE);
            return "none";
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("alpha (").message().hasLineCount(1);
            return e.getMessage();
        }
    }
}
