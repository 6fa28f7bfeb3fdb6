package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation.State;
import io.ringdown.harness.hosts.Host;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every host does, whatever it is: real processes on two machines of a rack. */
abstract class HostContract {
    static final List<String> ADDRESSES = List.of("127.38.1.1", "127.38.2.1");
    static final Topology RACK = new Topology(
            "single", "127.138.0.1:5060", "", List.of(new Rack("r1", List.of(machine(1, "a", "b"), machine(2, "c")))));
    private static final int ATTEMPTS = 8;
    /** Ends with its standard input, as an element does. */
    static final List<String> TALKS = List.of("sh", "-c", "echo hello; exec cat");

    @TempDir
    Path folder;

    final RunClock clock = RunClock.startingNow();
    Path logs;
    Ledger ledger;
    Host host;

    private static Machine machine(int number, String... elements) {
        return new Machine(
                "r1m" + number,
                ADDRESSES.get(number - 1),
                List.of(elements).stream()
                        .map(name -> new Element(name, "engine", -1, "", ""))
                        .toList());
    }

    /** Opens the host under test. */
    abstract Host open(Path logs, Ledger ledger) throws Exception;

    @BeforeEach
    void begin() throws Exception {
        logs = Files.createDirectories(folder.resolve("run"));
        ledger = Ledger.create(logs.resolve("ledger.jsonl"));
        host = open(logs, ledger);
        for (Element element : RACK.elements()) {
            host.start(element.name(), TALKS);
        }
    }

    @AfterEach
    void end() throws IOException {
        if (host != null) {
            host.close();
        }
        if (ledger != null) {
            assertThat(ledger.open()).as("left to undo").isEmpty();
            ledger.close();
        }
    }

    @Test
    void aRackIsStruckAtOneInstantAndComesBack() throws Exception {
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        int index = 0;
        long at;
        InjectedFault hang;
        while (true) {
            at = clock.nanos() + host.lead().toNanos();
            hang = injecting.inject(index++, order(Kind.HANG), at);
            assertThat(hang.proof())
                    .filteredOn(line -> line.contains("state T"))
                    .hasSize(3);
            // Where others take the processors, even one machine's may not freeze within 50 ms.
            if (hang.proven() || index == ATTEMPTS) {
                break;
            }
            injecting.repair(hang);
        }
        assertThat(hang.proven()).as(hang.proof().toString()).isTrue();
        // Less what the clocks may be off by.
        assertThat(hang.asked()).isBetween(at - 25_000_000, at + 25_000_000);
        assertThat(hang.confirmed()).isGreaterThan(at).isLessThanOrEqualTo(hang.asked() + 50_000_000);
        assertThat(host.running()).isEmpty();
        assertThat(injecting.confirmStill(hang).proven()).isTrue();
        assertThat(injecting.repair(hang).repairAsked()).isGreaterThan(hang.asked());
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");

        InjectedFault crash = injecting.inject(index, order(Kind.CRASH), clock.nanos());
        assertThat(crash.proof()).filteredOn(line -> line.contains("state T")).hasSize(3);
        assertThat(host.observe("c").state()).isEqualTo(State.GONE);
        injecting.repair(crash);
        await().until(() -> host.running().size() == 3);
    }

    @Test
    void stopsAllAndBringsWhatTheyWrote() throws Exception {
        await().until(() -> {
            host.fetch();
            return written("a").equals("hello\n") && written("c").equals("hello\n");
        });
        assertThat(host.stopAll().complete()).isTrue();
        assertThat(host.running()).isEmpty();
        host.fetch();
        assertThat(written("a")).isEqualTo("hello\n");
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    private String written(String element) throws IOException {
        Path log = logs.resolve(element + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    static FaultOrder order(Kind kind) {
        return new FaultOrder(
                Domain.RACK, kind, List.of("r1"), List.of("a", "b", "c"), Duration.ZERO, Duration.ofSeconds(1));
    }
}
