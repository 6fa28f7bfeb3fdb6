package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wall clocks of real processes, which tell what these say. */
class ClockJumpIT {
    private static final String ADDRESS = "127.65.6.1";

    @TempDir
    private Path folder;

    private final RealVictims victims = new RealVictims();
    private final RunClock clock = RunClock.startingNow();
    private Path file;
    private String admin;
    private Ledger ledger;
    private FaultInjector injector;

    @BeforeEach
    void open() throws IOException {
        String refusal = SettableClock.refusal();
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            admin = ADDRESS + ":" + socket.getLocalPort();
        }
        file = folder.resolve("a-server.clock");
        var element = new Element("a-server", "server", 0, "", admin);
        var topology = new Topology(
                "own",
                "127.65.0.1:5060",
                "",
                List.of(new Rack("r1", List.of(new Machine("a", ADDRESS, List.of(element))))));
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        injector =
                new FaultInjector(victims, ledger, new BlastRadius(topology, 1), Pace.of(clock), Duration.ofSeconds(3));
    }

    @AfterEach
    void close() throws IOException {
        if (ledger == null) {
            return;
        }
        ledger.close();
        victims.close();
        // What the library leaves of a process that is killed.
        long pid = victims.identity("a-server").pid();
        for (String name : List.of("faketime_shm_", "sem.faketime_sem_")) {
            Files.deleteIfExists(Path.of("/dev/shm", name + pid));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3_600, -10})
    void jumpsAndIsSetRightAgain(int seconds) throws Exception {
        start(SettableClock.command(SettableClock.library().orElseThrow(), file, teller()));

        InjectedFault fault = injector.inject(0, order(seconds), clock.nanos());

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(fault.proof())
                .containsExactly("the wall clock of a-server is "
                        + (seconds > 0 ? seconds + " s ahead" : -seconds + " s behind"));
        assertThat(ledger.open().values()).containsExactly(new Undo.SetClockRight("a-server", file.toString()));
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        InjectedFault repaired = injector.repair(fault);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(repaired.proof()).last().isEqualTo("repaired: the wall clock of a-server is right");
        assertThat(file).doesNotExist();
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void healingByTheLedgerSetsItRightAndTakesNobodyElsesFileAway() throws Exception {
        start(SettableClock.command(SettableClock.library().orElseThrow(), file, teller()));
        InjectedFault fault = injector.inject(0, order(3_600), clock.nanos());
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        String ours = Files.readString(file);
        Files.writeString(file, "+1h\n");

        assertThat(ledger.heal(Undoing.onThisMachine()).failed()).hasSize(1);

        assertThat(file).exists();
        Files.writeString(file, ours);
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        assertThat(file).doesNotExist();
        awaitTime(() -> Math.abs(AdminPage.get(admin, "/").date() - System.currentTimeMillis()) < 3_000);
    }

    @Test
    void whoWasNotStartedSoIsNotStruck() throws Exception {
        start(teller());

        assertThatThrownBy(() -> injector.inject(0, order(60), clock.nanos()))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageMatching("a-server \\(pid .*\\) was not started so that its wall clock can be set");
        assertThat(ledger.open()).isEmpty();
    }

    @Test
    void whoHasNotFoundTheLibraryIsNotStruck() throws Exception {
        List<String> without = SettableClock.command(SettableClock.library().orElseThrow(), file, teller()).stream()
                .map(word -> word.startsWith("LD_PRELOAD=") ? "LD_PRELOAD=" : word)
                .toList();
        start(without);

        assertThatThrownBy(() -> injector.inject(0, order(60), clock.nanos()))
                .isInstanceOf(FaultRefusedException.class)
                .hasMessageEndingWith(
                        "has not found the library by which its wall clock can be set: " + SettableClock.REMEDY);
    }

    /** A clock that does not go by the file any more is one without effect. */
    @Test
    void whatHasNoEffectIsNotProven() throws Exception {
        List<String> deaf = SettableClock.command(SettableClock.library().orElseThrow(), file, teller()).stream()
                .map(word -> word.startsWith("FAKETIME_NO_CACHE=") ? "FAKETIME_CACHE_DURATION=3000" : word)
                .toList();
        start(deaf);

        InjectedFault fault = injector.inject(0, order(60), clock.nanos());

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).containsExactly("no effect within 3000 ms: the wall clock of a-server is right");
    }

    private void start(List<String> command) throws Exception {
        victims.start("a-server", command);
        awaitTime(() -> AdminPage.get(admin, "/").status() == 200);
    }

    private static void awaitTime(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(condition);
    }

    private List<String> teller() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TimeTeller.class.getName(),
                ADDRESS,
                admin.substring(admin.indexOf(':') + 1));
    }

    private static FaultOrder order(int seconds) {
        return new FaultOrder(
                Domain.MACHINE, Kind.CLOCK, List.of("a"), List.of("a-server"), Duration.ZERO, null, Terms.of(seconds));
    }
}
