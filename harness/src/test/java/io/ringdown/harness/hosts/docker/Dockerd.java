package io.ringdown.harness.hosts.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.github.dockerjava.api.model.Network;
import io.ringdown.harness.hosts.Doctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real {@code dockerd} of its own, which touches no firewall and makes no bridge that it was not asked for. */
public final class Dockerd implements AutoCloseable {
    private static final Duration DONE = Duration.ofSeconds(20);

    private final Path folder;
    private final Process process;
    private final DockerEngine engine;

    private Dockerd(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        engine = new DockerEngine("", address(), null);
    }

    /** Skips the test where there is none, or it does not start, unless real components are required. */
    public static Dockerd start(Path folder) throws IOException, InterruptedException {
        if (Doctor.program("dockerd").isEmpty()) {
            skip("no dockerd: apt-get install docker.io");
        }
        List<String> command = List.of(
                "dockerd",
                "--iptables=false",
                "--bridge=none",
                "--storage-driver=vfs",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + folder.resolve("docker.sock"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("dockerd.log").toFile())
                .start();
        var dockerd = new Dockerd(folder, process);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || dockerd.answers());
        } finally {
            if (!process.isAlive()) {
                List<String> said = Files.readAllLines(folder.resolve("dockerd.log"));
                skip("dockerd does not start: " + (said.isEmpty() ? "it says nothing" : said.get(said.size() - 1)));
            }
        }
        return dockerd;
    }

    private static void skip(String reason) {
        assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(reason).isNotEqualTo("1");
        abort(reason);
    }

    String address() {
        return "unix://" + folder.resolve("docker.sock");
    }

    /** Writes an inventory whose containers see this machine's programs. */
    public Path inventory(String lease) throws IOException {
        return Files.write(
                folder.resolve("docker.yaml"),
                List.of("lease: " + lease, "docker: {engine: '" + address() + "', root: /, cpus: 1, memory: 512m}"));
    }

    private boolean answers() {
        try {
            return engine.ask("ping", DONE, client -> client.pingCmd().exec() == null);
        } catch (IOException e) {
            return false;
        }
    }

    /** What containers there are, running or not. */
    public List<String> containers() throws IOException {
        return engine
                .ask(
                        "list",
                        DONE,
                        client -> client.listContainersCmd().withShowAll(true).exec())
                .stream()
                .map(container -> container.getNames()[0].substring(1))
                .toList();
    }

    /** Of what runs in containers, the commands that have a word in them. */
    public List<String> processes(String word) throws IOException {
        var found = new ArrayList<String>();
        for (String container : containers()) {
            for (String[] process : engine.ask(
                            "top",
                            DONE,
                            client -> client.topContainerCmd(container).exec())
                    .getProcesses()) {
                String line = String.join(" ", process);
                if (line.contains(word)) {
                    found.add(line);
                }
            }
        }
        return found;
    }

    /** As its machine's power would be cut. */
    public void kill(String container) throws IOException {
        engine.ask("kill", DONE, client -> client.killContainerCmd(container).exec());
    }

    /** The networks that were made for containers. */
    public List<String> networks() throws IOException {
        return engine.ask("list", DONE, client -> client.listNetworksCmd().exec()).stream()
                .map(Network::getName)
                .filter(name -> name.startsWith("ringdown-"))
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
