package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import io.ringdown.harness.hosts.Doctor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A real {@code dockerd} of its own, which touches no firewall and makes no bridge that it was not asked for. */
public final class Dockerd implements AutoCloseable {
    private static final Duration DONE = Duration.ofSeconds(20);

    /** What containers of all inventories are. */
    private static final String CONTAINERS = "root: /, cpus: 1, memory: 512m";

    private final Path folder;
    /** Where inventories say that it is. */
    private final String address;
    /** What they say that it is shown; null: no TLS. */
    private final Path certificates;

    private final List<String> command;
    /** By its socket, whatever inventories say. */
    private final DockerEngine engine;

    private final List<String> made = new ArrayList<>();
    private Process process;
    private boolean hasDied;

    private Dockerd(Path folder, String address, Path certificates, List<String> listening) {
        this.folder = folder;
        this.address = address;
        this.certificates = certificates;
        var words = new ArrayList<>(List.of(
                "dockerd",
                "--iptables=false",
                "--bridge=none",
                "--storage-driver=vfs",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=" + socket(folder)));
        words.addAll(listening);
        command = List.copyOf(words);
        engine = new DockerEngine("", socket(folder), null);
    }

    /** Skips the test where there is none, or it does not start, unless real components are required. */
    public static Dockerd start(Path folder) throws IOException, InterruptedException {
        var dockerd = new Dockerd(folder, socket(folder), null, List.of());
        dockerd.start();
        return dockerd;
    }

    /**
     * One that inventories reach by TCP with TLS.
     *
     * @param address an IP address of this machine
     * @param authority who signs what the engine and those that ask it show each other
     */
    public static Dockerd listening(Path folder, String address, Authority authority)
            throws IOException, InterruptedException {
        String tcp = "tcp://" + address + ":" + freePort(address);
        Path own = authority.sign(folder.resolve("own"), address);
        Path asking = authority.sign(folder.resolve("asking"), "");
        var dockerd = new Dockerd(
                folder,
                tcp,
                asking,
                List.of(
                        "--host=" + tcp,
                        "--tlsverify",
                        "--tlscacert=" + own.resolve("ca.pem"),
                        "--tlscert=" + own.resolve("cert.pem"),
                        "--tlskey=" + own.resolve("key.pem")));
        dockerd.start();
        return dockerd;
    }

    /** Starts it, or starts it again upon what it has kept. */
    public void start() throws IOException {
        if (Doctor.program("dockerd").isEmpty()) {
            Authority.skip("no dockerd: apt-get install docker.io");
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("dockerd.log").toFile()))
                .start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || answers());
        } finally {
            if (!process.isAlive()) {
                List<String> said = Files.readAllLines(folder.resolve("dockerd.log"));
                Authority.skip(
                        "dockerd does not start: " + (said.isEmpty() ? "it says nothing" : said.get(said.size() - 1)));
            }
        }
    }

    /** It ends as by the kernel's hand; its containers go on. */
    public void die() throws InterruptedException {
        hasDied = true;
        process.destroyForcibly().waitFor();
    }

    /** It says nothing more until it is told to go on; connections can be made, since the kernel takes them. */
    public void fallSilent(boolean silent) throws IOException, InterruptedException {
        new ProcessBuilder("kill", silent ? "-STOP" : "-CONT", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** As an inventory has it. */
    DockerEngine asked() {
        return asked(certificates);
    }

    /** As somebody asks it who has other certificates; null: none. */
    DockerEngine asked(Path others) {
        return new DockerEngine("", address, others);
    }

    private static String socket(Path folder) {
        return "unix://" + folder.resolve("docker.sock");
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    /** Writes an inventory whose containers see this machine's programs. */
    public Path inventory(String lease) throws IOException {
        return Files.write(
                folder.resolve("docker.yaml"),
                List.of("lease: " + lease, "docker: {" + way() + ", " + CONTAINERS + "}"));
    }

    /**
     * Writes such an inventory of several.
     *
     * @param engines by their names, in order
     */
    public static Path inventory(Path file, String lease, Map<String, Dockerd> engines) throws IOException {
        String all = engines.entrySet().stream()
                .map(each -> "{name: " + each.getKey() + ", " + each.getValue().way() + "}")
                .collect(Collectors.joining(", "));
        return Files.write(file, List.of("lease: " + lease, "docker: {engines: [" + all + "], " + CONTAINERS + "}"));
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

    /**
     * How the owner of a cluster runs a container of it.
     *
     * @param network that it is in: one that {@link #network} has made, {@code host} or {@code none}
     * @param address there; empty: none of its own
     * @param policy when the engine starts it again, in Docker's words
     * @param kept false: it is removed once it has ended
     * @param signal that stops it
     * @param folder of this machine that it sees at the same place; null: none
     */
    public record Terms(String network, String address, String policy, boolean kept, String signal, Path folder) {
        public static final Terms ALONE = new Terms("none", "", "no", true, "SIGTERM", null);

        public Terms with(String otherPolicy) {
            return new Terms(network, address, otherPolicy, kept, signal, folder);
        }
    }

    /** Makes and starts a container as its owner would, of this machine's programs. */
    public void stand(String name, Terms terms, String... command) throws IOException {
        standChecked(name, terms, List.of("NONE"), command);
    }

    /**
     * The same, where the engine looks every second how it is.
     *
     * @param check as after HEALTHCHECK
     */
    void standChecked(String name, Terms terms, List<String> check, String... command) throws IOException {
        var binds = new ArrayList<>(List.of(new Containers(List.of(engine), "", Path.of("/"), "java", 0, 0).binds()));
        if (terms.folder() != null) {
            binds.add(new Bind(
                    terms.folder().toString(), new Volume(terms.folder().toString())));
        }
        String image = bare();
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(terms.network())
                .withAutoRemove(!terms.kept())
                .withBinds(binds);
        if (terms.kept()) {
            host.withRestartPolicy(RestartPolicy.parse(terms.policy()));
        }
        engine.ask("stand", DONE, client -> {
            var made = client.createContainerCmd(image)
                    .withName(name)
                    .withStopSignal(terms.signal())
                    .withHostConfig(host)
                    .withHealthcheck(new HealthCheck().withTest(check).withInterval(1_000_000_000L))
                    .withCmd(command);
            if (!terms.address().isEmpty()) {
                made.withIpv4Address(terms.address());
            }
            made.exec();
            return client.startContainerCmd(name).exec();
        });
    }

    /** An image with nothing in it but places to write to. */
    private String bare() throws IOException {
        Path context = Files.createDirectories(folder.resolve("bare"));
        Files.writeString(context.resolve("empty"), "");
        Files.write(
                context.resolve("Dockerfile"), List.of("FROM scratch", "COPY empty /", "WORKDIR /tmp", "WORKDIR /"));
        return engine.ask(
                "bare image",
                DONE,
                client -> client.buildImageCmd(context.toFile())
                        .exec(new BuildImageResultCallback())
                        .awaitImageId());
    }

    /** Makes a network, whose first address is this machine's; it is gone with the engine. */
    public void network(String name, String subnet) throws IOException {
        made.add(name);
        engine.ask(
                "network",
                DONE,
                client -> client.createNetworkCmd()
                        .withName(name)
                        .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(subnet)))
                        .exec());
    }

    /** How containers are found by an inventory, or by a topology. */
    public String way() {
        return "engine: '" + address + "'" + (certificates == null ? "" : ", tls: '" + certificates + "'");
    }

    /** Something that the owner of containers does to one. */
    public enum Deed {
        START,
        STOP,
        PAUSE,
        UNPAUSE,
        REMOVE
    }

    /** Does it. */
    public void does(Deed deed, String container) throws IOException {
        engine.ask("owner", DONE, client -> switch (deed) {
            case START -> client.startContainerCmd(container).exec();
            case STOP -> client.stopContainerCmd(container).withTimeout(1).exec();
            case PAUSE -> client.pauseContainerCmd(container).exec();
            case UNPAUSE -> client.unpauseContainerCmd(container).exec();
            case REMOVE -> client.removeContainerCmd(container).withForce(true).exec();
        });
    }

    /** What the engine says of a container: {@code running}, {@code paused}, {@code exited} and so on. */
    public String state(String container) throws IOException {
        return inspected(container).getState().getStatus();
    }

    /** When it was started last. */
    public String startedAt(String container) throws IOException {
        return inspected(container).getState().getStartedAt();
    }

    /** Its id. */
    public String id(String container) throws IOException {
        return inspected(container).getId();
    }

    /** Its first process, on this machine. */
    public long pid(String container) throws IOException {
        return inspected(container).getState().getPidLong();
    }

    private InspectContainerResponse inspected(String container) throws IOException {
        return engine.ask(
                "inspect", DONE, client -> client.inspectContainerCmd(container).exec());
    }

    /** The networks that were made for containers. */
    public List<String> networks() throws IOException {
        return engine.ask("list", DONE, client -> client.listNetworksCmd().exec()).stream()
                .map(Network::getName)
                .filter(name -> name.startsWith("ringdown-"))
                .toList();
    }

    /** One that has died is started again, so that it ends what it has left. */
    @Override
    public void close() {
        try {
            if (!process.isAlive()) {
                start();
            }
            // An engine that ends leaves their bridges behind.
            for (String network : made) {
                engine.find(
                        "network",
                        DONE,
                        client -> client.removeNetworkCmd(network).exec());
            }
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            if (hasDied) {
                // What a dead one has mounted, the next one takes for somebody else's.
                new ProcessBuilder("umount", folder.resolve("data").toString())
                        .start()
                        .waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
