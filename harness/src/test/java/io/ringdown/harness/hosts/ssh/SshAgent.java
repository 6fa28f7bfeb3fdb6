package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.ringdown.harness.hosts.Doctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;

/** A real {@code ssh-agent}. */
final class SshAgent implements AutoCloseable {
    private final Path socket;
    private final Process process;

    private SshAgent(Path socket, Process process) {
        this.socket = socket;
        this.process = process;
    }

    /** Skips the test where there is no {@code ssh-agent}, unless real components are required. */
    static SshAgent start(Path folder) throws IOException {
        if (Doctor.program("ssh-agent").isEmpty()) {
            String reason = "no ssh-agent: apt-get install openssh-client";
            assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(reason).isNotEqualTo("1");
            abort(reason);
        }
        Path socket = folder.resolve("agent.sock");
        Process process = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await().until(() -> Files.exists(socket));
        return new SshAgent(socket, process);
    }

    Path socket() {
        return socket;
    }

    /** Gives it a private key. */
    void add(Path key) throws IOException, InterruptedException {
        var add = new ProcessBuilder("ssh-add", "-q", key.toString());
        add.environment().put("SSH_AUTH_SOCK", socket.toString());
        assertThat(add.inheritIO().start().waitFor()).isZero();
    }

    /** It answers nothing any more; connections can be made, since the kernel takes them. */
    void fallSilent() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
