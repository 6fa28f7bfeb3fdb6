package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A real {@code sshd} on a loopback address, with keys of its own. */
final class Sshd implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/sshd");

    private final Path folder;
    private final String address;
    private final int port;
    private final Process process;

    private Sshd(Path folder, String address, int port, Process process) {
        this.folder = folder;
        this.address = address;
        this.port = port;
        this.process = process;
    }

    /** Skips the test where there is no {@code sshd}, unless real components are required. */
    static Sshd start(Path folder, String address) throws IOException, InterruptedException {
        if (!Files.isExecutable(PROGRAM)) {
            String reason = "no " + PROGRAM + ": apt-get install openssh-server";
            assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(reason).isNotEqualTo("1");
            abort(reason);
        }
        // Where it has never run as a service, nobody has made it.
        if (Files.isWritable(Path.of("/run"))) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        key(folder.resolve("host"));
        key(folder.resolve("user"));
        Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
        int port = freePort(address);
        Path configuration = folder.resolve("sshd_config");
        Files.write(
                configuration,
                List.of(
                        "ListenAddress " + address + ":" + port,
                        "HostKey " + folder.resolve("host"),
                        "AuthorizedKeysFile " + folder.resolve("authorized"),
                        "PidFile none",
                        "StrictModes no",
                        "UsePAM no",
                        "PasswordAuthentication no"));
        Process process = new ProcessBuilder(PROGRAM.toString(), "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        var sshd = new Sshd(folder, address, port, process);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(sshd::answers);
        sshd.know(folder.resolve("host.pub"));
        return sshd;
    }

    /** A pair of keys, {@code FILE} and {@code FILE.pub}. */
    static void key(Path file) throws IOException, InterruptedException {
        Process keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keygen.waitFor()).isZero();
    }

    /** Writes into {@code known_hosts} that this host has a key, true or not. */
    void know(Path publicKey) throws IOException {
        String[] words = Files.readString(publicKey).split(" ");
        Files.writeString(
                folder.resolve("known_hosts"),
                "[" + address + "]:" + port + " " + words[0] + " " + words[1].strip() + "\n");
    }

    SshTarget target() {
        return new SshTarget(
                "alpha",
                address,
                port,
                System.getProperty("user.name"),
                folder.resolve("user"),
                folder.resolve("known_hosts"),
                false,
                "java");
    }

    private boolean answers() {
        assertThat(process.isAlive()).as("sshd runs").isTrue();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
