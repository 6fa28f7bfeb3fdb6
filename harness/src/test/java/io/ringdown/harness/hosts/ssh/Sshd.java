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
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real {@code sshd} on loopback addresses, one a host, with keys of its own. */
public final class Sshd implements AutoCloseable {
    /** What hosts are given that carry clusters or load hosts, and that do what every host does; see {@link #kept}. */
    public static final String OF_RUNS = "hosts-of-runs";

    public static final String OF_CONTRACT = "hosts-of-the-contract";

    private static final Path PROGRAM = Path.of("/usr/sbin/sshd");

    private final Path folder;
    private final List<String> addresses;
    private final int port;
    /** What it is started by. */
    private final List<String> by;

    private Process process;

    private Sshd(Path folder, List<String> addresses, int port, List<String> by) throws IOException {
        this.folder = folder;
        this.by = by;
        this.addresses = addresses;
        this.port = port;
        restart();
    }

    /** Starts it, or starts it again with the configuration that there is now. */
    public void restart() throws IOException {
        if (process != null) {
            cut();
            process.destroyForcibly();
            Awaitility.await().until(() -> !process.isAlive());
        }
        var command = new ArrayList<>(by);
        command.addAll(List.of(
                PROGRAM.toString(),
                "-D",
                "-e",
                "-f",
                folder.resolve("sshd_config").toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("sshd.log").toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::answers);
    }

    /**
     * The line of its configuration for what commands find in their environment, a setting at least: else bash reads its user's own start-up
     * files for each, and who knows what these do, and for how long.
     */
    public static String environment(String more) {
        return "SetEnv SHLVL=2 " + more;
    }

    /** Adds lines to its configuration, and begins anew. */
    public void configure(String... lines) throws IOException {
        Files.write(folder.resolve("sshd_config"), List.of(lines), StandardOpenOption.APPEND);
        restart();
    }

    /** It has another host key from now on, and whoever knew it does not know that. */
    public void changeKey() throws IOException, InterruptedException {
        Files.delete(folder.resolve("host"));
        Files.delete(folder.resolve("host.pub"));
        key(folder.resolve("host"));
        restart();
    }

    /** Neither it nor its connections say anything until they are told to go on; connections can be made, since the kernel takes them. */
    public void fallSilent(boolean silent) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", silent ? "-STOP" : "-CONT", Long.toString(process.pid())));
        process.descendants().filter(Sshd::isSession).forEach(each -> command.add(Long.toString(each.pid())));
        // One that has ended meanwhile is silent, too.
        new ProcessBuilder(command).start().waitFor();
    }

    /** Skips the test where there is no {@code sshd}, unless real components are required. */
    public static Sshd start(Path folder, String... addresses) throws IOException, InterruptedException {
        return start(folder, List.of(), addresses);
    }

    /** One on whose hosts the monotonic clock is ahead of this machine's, where root can make it so. */
    public static Sshd ahead(Path folder, int seconds, String... addresses) throws IOException, InterruptedException {
        boolean root = System.getProperty("user.name").equals("root");
        return start(
                folder,
                root ? List.of("unshare", "--time", "--monotonic", Integer.toString(seconds)) : List.of(),
                addresses);
    }

    /** One on whose hosts a folder of this machine's is empty. Wants root. */
    public static Sshd without(Path hidden, Path folder, String... addresses) throws IOException, InterruptedException {
        String hide = "mount -t tmpfs none \"$0\" && exec \"$@\"";
        return start(
                folder,
                List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", hide, hidden.toString()),
                addresses);
    }

    private static Sshd start(Path folder, List<String> by, String... addresses)
            throws IOException, InterruptedException {
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
        int port = freePort(addresses[0]);
        Path configuration = folder.resolve("sshd_config");
        var lines = new ArrayList<String>();
        for (String address : addresses) {
            lines.add("ListenAddress " + address + ":" + port);
        }
        lines.addAll(List.of(
                "HostKey " + folder.resolve("host"),
                "AuthorizedKeysFile " + folder.resolve("authorized"),
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "MaxStartups 100",
                "PasswordAuthentication no",
                environment("")));
        Files.write(configuration, lines);
        var sshd = new Sshd(folder, List.of(addresses), port, by);
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
        Files.write(
                folder.resolve("known_hosts"),
                addresses.stream()
                        .map(address -> "[" + address + "]:" + port + " " + words[0] + " " + words[1].strip())
                        .toList());
    }

    /**
     * Writes an inventory of all hosts into its folder.
     *
     * @param there what the hosts are given
     */
    public Path inventory(Path there, String lease) throws IOException {
        return inventory(folder.resolve("inventory.yaml"), there, lease, this);
    }

    /** Writes an inventory of the hosts of several. */
    public static Path inventory(Path file, Path there, String lease, Sshd... all) throws IOException {
        var lines = new ArrayList<>(List.of("lease: " + lease, "folder: " + there, "hosts:"));
        for (Sshd each : all) {
            each.addresses.forEach(address -> lines.add(each.entry(address)));
        }
        return Files.write(file, lines);
    }

    /** A host of an inventory that stands anywhere. */
    private String entry(String address) {
        return "  - {address: " + address + ", port: " + port + ", user: " + System.getProperty("user.name") + ", key: "
                + folder.resolve("user") + ", known-hosts: " + folder.resolve("known_hosts") + "}";
    }

    /** The first of its hosts, in a line of an inventory. */
    String entry() {
        return entry(addresses.get(0));
    }

    /** Processes that work on hosts which are given what they need in a folder: agents, what keeps for them, elements and load hosts. */
    public static List<String> workingFrom(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.contains(folder.toString())))
                .map(process -> process.info().commandLine().orElse("?"))
                .toList();
    }

    /**
     * A folder for what hosts are given, where nothing has to be put and no archive made by a test after the first one. Those that
     * use the same must not run at one time.
     *
     * @param name its name, and of the lock that those hold who use it
     */
    public static Path kept(String name) throws IOException {
        Path kept = Files.createDirectories(Path.of("target", name, "runs"))
                .toAbsolutePath()
                .getParent();
        // Of a test that failed.
        try (Stream<Path> left = Files.walk(kept.resolve("runs"))) {
            for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        return kept;
    }

    /** Ends the connections that there are now; further ones are taken. */
    public void cut() {
        process.descendants()
                .filter(child -> child.info().arguments().isEmpty() || isSession(child))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isSession(ProcessHandle child) {
        return child.info().command().map(command -> command.endsWith("sshd")).orElse(false);
    }

    SshTarget target() {
        return new SshTarget(server(), false, "java");
    }

    SshServer server() {
        return server("alpha", null);
    }

    /** @param jump by which it is reached; null: by none */
    SshServer server(String name, Jump jump) {
        return new SshServer(
                name,
                addresses.get(0),
                port,
                System.getProperty("user.name"),
                folder.resolve("user"),
                null,
                folder.resolve("known_hosts"),
                jump);
    }

    /** How often somebody has logged in. */
    long logins() throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve("sshd.log"))) {
            return lines.filter(line -> line.contains("Accepted publickey")).count();
        }
    }

    /** Whether somebody is logged in. */
    boolean serves() {
        return process.children().findAny().isPresent();
    }

    /** As an inventory has it, with its keys in a folder beside. */
    public String jump(String name, String beside) {
        return "  - {name: " + name + ", address: " + addresses.get(0) + ", port: " + port + ", user: "
                + System.getProperty("user.name") + ", key: " + beside + "/user, known-hosts: " + beside
                + "/known_hosts}";
    }

    private boolean answers() {
        assertThat(process.isAlive()).as("sshd runs").isTrue();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(addresses.get(0), port), 1_000);
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
        Awaitility.await().until(() -> !process.isAlive());
    }
}
