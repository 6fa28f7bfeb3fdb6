package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A machine, as far as processes make one: a real {@code sshd} is the first process of a PID namespace, and with it goes all that was started by way of it, at
 * once. Its commands for power are programs that anybody can run. It has the kernel, and the addresses, of this machine.
 */
public final class SwitchedMachine implements AutoCloseable {
    private static final String SCRIPT = """
            cd "$(dirname "$0")" || exit 9
            lives() { test -s power && grep -q . "/proc/$(cat power)/cmdline" 2>/dev/null; }
            all() {
                first=$(cat "/proc/$(cat power)/task/$(cat power)/children")
                space=$(readlink "/proc/${first% }/ns/pid")
                for each in /proc/[0-9]*; do
                    test "$(readlink "$each/ns/pid" 2>/dev/null)" = "$space" && echo "${each#/proc/}"
                done
            }
            case $1 in
            on)
                lives && exit 0
                unshare --pid --fork --kill-child --mount-proc /usr/sbin/sshd -D -e -f "$PWD/sshd_config" >>sshd.log 2>&1 </dev/null &
                echo $! > power;;
            off)
                lives && kill -KILL "$(cat power)"
                while lives; do sleep 0.01; done;;
            # Some may have ended since they were found.
            suspend) kill -STOP $(all) 2>/dev/null; true;;
            resume) kill -CONT $(all) 2>/dev/null; true;;
            esac
            """;

    private final Path folder;
    private final String entry;

    private SwitchedMachine(Path folder, String entry) {
        this.folder = folder;
        this.entry = entry;
    }

    /** Puts on machines, one an address, with a folder each; skips the test where nobody can make such. */
    public static Map<String, SwitchedMachine> all(Path folder, List<String> addresses) throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        assertThat(root || !"1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")))
                .as("root")
                .isTrue();
        assumeTrue(root, "wants root, for namespaces");
        var machines = new java.util.TreeMap<String, SwitchedMachine>();
        for (String address : addresses) {
            Path own = Files.createDirectories(folder.resolve(address));
            try (Sshd configured = Sshd.start(own, address)) {
                machines.put(address, new SwitchedMachine(own, configured.entry()));
            }
            // JVMs of two such machines may have one pid, and would complain of each other's file.
            Files.write(
                    own.resolve("sshd_config"),
                    List.of("Match all", Sshd.environment("JDK_JAVA_OPTIONS=-XX:-UsePerfData")),
                    StandardOpenOption.APPEND);
            Files.writeString(own.resolve("switch"), SCRIPT);
            machines.get(address).now("on");
        }
        return machines;
    }

    /** The program that switches it, with one of {@code on}, {@code off}, {@code suspend} and {@code resume}. */
    public List<String> command(String what) {
        return List.of("sh", folder.resolve("switch").toString(), what);
    }

    /** Does it now. */
    public void now(String what) throws IOException {
        Process switching = new ProcessBuilder(command(what)).inheritIO().start();
        assertThat(switching.onExit().join().exitValue()).isZero();
    }

    /** Whether it is on. One that nobody has waited for yet is off. */
    public boolean isOn() throws IOException {
        Path process =
                Path.of("/proc", Files.readString(folder.resolve("power")).strip());
        try {
            return !Files.readString(process.resolve("cmdline")).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes an inventory of machines. */
    public static Path inventory(Iterable<SwitchedMachine> machines, Path file, Path there, String lease)
            throws IOException {
        var lines = new ArrayList<>(List.of("lease: " + lease, "folder: " + there, "hosts:"));
        machines.forEach(machine -> lines.add(machine.entry));
        return Files.write(file, lines);
    }

    @Override
    public void close() throws IOException {
        now("off");
        Awaitility.await().until(() -> !isOn());
    }
}
