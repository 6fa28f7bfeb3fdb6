package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxNetwork;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.HostState;
import io.ringdown.harness.hosts.MidFault;
import io.ringdown.harness.hosts.SmallDisk;
import io.ringdown.harness.hosts.StruckHarness;
import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.harness.hosts.remote.Placement;
import io.ringdown.harness.hosts.remote.RemoteHost;
import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Faults of all kinds are in force on other hosts, or in containers, when the harness is killed: all that they have touched becomes as it was before. */
class KilledInMidFaultElsewhereIT {
    private static final int NETWORK = 8;
    /** As many as {@link MidFault} takes at the most, those of the network being for themselves. */
    private static final int HOSTS = 6;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Path run;
    private Path inventory;
    private StruckHarness harness;
    private final List<AutoCloseable> ends = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : ends) {
            each.close();
        }
    }

    @Test
    void hostsHealWhenTheirLeasesEnd() throws Exception {
        Path there = hosts("5s");
        List<String> before = strikeHosts(there);

        harness.kill();

        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(HostState.withoutRoom(HostState.of(there)))
                        .isEqualTo(HostState.withoutRoom(before)));
        heal();
        await().untilAsserted(() -> assertThat(HostState.of(there)).isEqualTo(before));
    }

    @Tag("long")
    @Test
    void hostsAreHealedBeforeTheirLeasesEnd() throws Exception {
        Path there = hosts("120s");
        List<String> before = strikeHosts(there);

        harness.kill();

        heal();
        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(HostState.of(there)).isEqualTo(before));
    }

    @Tag("long")
    @Test
    void containersHealWhenTheirLeasesEnd() throws Exception {
        Dockerd dockerd = engine("8s");
        List<String> before = strikeContainers(dockerd);

        harness.kill();

        await().atMost(30, SECONDS)
                .until(() -> dockerd.processes("").stream().allMatch(line -> line.endsWith("sleep infinity")));
        assertThat(rules(dockerd)).isEmpty();
        assertThat(state(dockerd)).noneMatch(line -> line.startsWith("clock: "));
        heal();
        assertThat(state(dockerd)).isEqualTo(before);
    }

    @Tag("long")
    @Test
    void containersAreHealedBeforeTheirLeasesEnd() throws Exception {
        Dockerd dockerd = engine("120s");
        List<String> before = strikeContainers(dockerd);

        harness.kill();

        heal();
        assertThat(state(dockerd)).isEqualTo(before);
    }

    /** Hosts on a small disk, which has what is put there once. */
    private Path hosts(String lease) throws Exception {
        Path there = folder.resolve("there");
        ends.add(0, SmallDisk.mount(there, 256));
        Sshd sshd = Sshd.start(
                folder, IntStream.range(0, HOSTS).mapToObj(MidFault::address).toArray(String[]::new));
        ends.add(0, sshd);
        prepare(sshd.inventory(there, lease));
        await().until(() -> HostState.of(there).stream().noneMatch(line -> line.startsWith("process: ")));
        return there;
    }

    private List<String> strikeHosts(Path there) throws Exception {
        List<String> before = HostState.of(there);
        // What this kernel cannot, hosts that are this machine refuse as well.
        List<Kind> refused = Stream.of(Kind.DELAY, Kind.DUPLICATE, Kind.REORDER)
                .filter(kind -> !new LinuxNetwork().refusal(kind).isEmpty())
                .limit(1)
                .toList();
        strike(Stream.concat(StruckHarness.kinds(Kind.RATE).stream(), refused.stream())
                .toList());
        assertThat(harness.refused()).isEqualTo(refused);
        for (Kind kind : refused) {
            assertThat(harness.saidOf(kind)).contains(new LinuxNetwork().refusal(kind));
        }
        assertThat(HostState.of(there).toString())
                .contains(
                        "rule: -A RINGDOWN-",
                        "qdisc htb 7",
                        "kill -0",
                        "dd if=/dev/zero",
                        "used.disk tmpfs",
                        "clock-engine.clock",
                        "sleep");
        return before;
    }

    private Dockerd engine(String lease) throws Exception {
        Dockerd dockerd = Dockerd.start(Files.createDirectories(folder.resolve("engine")));
        ends.add(0, dockerd);
        prepare(dockerd.inventory(lease));
        return dockerd;
    }

    private List<String> strikeContainers(Dockerd dockerd) throws Exception {
        List<String> before = state(dockerd);
        // Their devices have no queues of Ringdown's, and their machines no disks of their own.
        strike(StruckHarness.CATALOGUE.stream()
                .filter(kind -> !kind.queues() || kind == Kind.RATE)
                .toList());
        assertThat(harness.refused()).containsExactly(Kind.RATE, Kind.DISK);
        assertThat(harness.saidOf(Kind.RATE)).contains("this kernel has no tbf and htb");
        assertThat(harness.saidOf(Kind.DISK)).contains("used has no file system of its own");
        assertThat(rules(dockerd)).isNotEmpty();
        assertThat(state(dockerd)).anyMatch(line -> line.endsWith("clock-engine.clock"));
        return before;
    }

    /** Puts there, or makes, what stays when a run has ended. */
    private void prepare(Path inventory) throws Exception {
        this.inventory = inventory;
        Path logs = Files.createDirectories(folder.resolve("before"));
        Topology one = MidFault.topology(List.of());
        try (Ledger ledger = Ledger.create(logs.resolve("ledger.jsonl"))) {
            RemoteHost.opening(
                            Placement.of(InventoryReader.read(inventory), one, NETWORK),
                            one,
                            Installation.locate().jar(),
                            Installation.OPTIONS)
                    .open(logs, ledger)
                    .close();
        }
    }

    private void strike(List<Kind> kinds) throws Exception {
        run = Files.createDirectories(folder.resolve("run"));
        harness = StruckHarness.start(run, inventory, kinds);
        ends.add(0, () -> Ringdown.run(List.of("heal", "--runs", run.toString())));
        ends.add(0, harness::kill);
        harness.awaitStruck();
    }

    /** With nothing left to do the second time. */
    private void heal() {
        assertThat(Ringdown.run(List.of("heal", "--runs", run.toString()))).isEqualTo(Exit.PASS);
        assertThat(Ringdown.run(List.of("heal", "--runs", run.toString()))).isEqualTo(Exit.PASS);
    }

    /** Of this machine and the engine, containers' file systems included. */
    private List<String> state(Dockerd dockerd) throws Exception {
        var state = new ArrayList<>(HostState.of(folder.resolve("engine")));
        // Of the engine itself, and what looks after its containers.
        state.removeIf(line -> line.startsWith("process: "));
        state.addAll(dockerd.containers());
        state.addAll(dockerd.networks());
        for (String kept : List.of("vfs/dir", "containers", "volumes")) {
            Path place = folder.resolve("engine/data").resolve(kept);
            if (Files.isDirectory(place)) {
                try (Stream<Path> all = Files.list(place)) {
                    all.sorted().forEach(path -> state.add("room: " + path));
                }
            }
        }
        return state;
    }

    /** Those of containers' own network stacks. */
    private static List<String> rules(Dockerd dockerd) throws Exception {
        var rules = new ArrayList<String>();
        for (String process : dockerd.processes("sleep infinity")) {
            String pid = process.trim().split("\\s+")[1];
            rules.addAll(HostState.said("nsenter", "-t", pid, "-n", "iptables-save")
                    .lines()
                    .filter(line -> line.contains("RINGDOWN"))
                    .toList());
        }
        return rules;
    }
}
