package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation.State;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LoneEngine;
import io.ringdown.harness.hosts.Premises;
import io.ringdown.harness.hosts.TreeStart;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every host does, whatever it is: real processes on two machines of a rack. */
abstract class HostContract {
    static final List<String> ADDRESSES = List.of("127.38.1.1", "127.38.2.1");
    static final Topology RACK = rack(ADDRESSES);
    private static final int ATTEMPTS = 8;
    private static final long ON_TIME_NANOS = 25_000_000;
    /** Ends with its standard input, as an element does. */
    static final List<String> TALKS = List.of("sh", "-c", "echo hello; exec cat");

    @TempDir
    Path folder;

    final RunClock clock = RunClock.startingNow();
    Path logs;
    Ledger ledger;
    Host host;

    /** At two addresses. */
    static Topology rack(List<String> addresses) {
        List<Machine> machines = List.of(machine(1, addresses, "a", "b"), machine(2, addresses, "c"));
        return new Topology("single", "127.138.0.1:5060", "", List.of(new Rack("r1", machines)));
    }

    private static Machine machine(int number, List<String> addresses, String... elements) {
        return new Machine(
                "r1m" + number,
                addresses.get(number - 1),
                List.of(elements).stream()
                        .map(name -> new Element(name, "engine", -1, "", ""))
                        .toList());
    }

    /** The rack at the addresses that its machines have. */
    Topology placed() {
        return RACK;
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
            // Where others take the processors, even one machine's may not freeze within 50 ms, or not on time.
            if (hang.proven() && Math.abs(hang.asked() - at) < ON_TIME_NANOS || index == ATTEMPTS) {
                break;
            }
            injecting.repair(hang);
        }
        assertThat(hang.proven()).as(hang.proof().toString()).isTrue();
        // Less what the clocks may be off by.
        assertThat(hang.asked()).isBetween(at - ON_TIME_NANOS, at + ON_TIME_NANOS);
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

    /** What was restarted is not down any more for what is struck next. */
    @Test
    void machinesAreRestartedOneAfterTheOther() throws Exception {
        Injecting injecting = host.injecting(clock, new BlastRadius(RACK, 1));
        int index = 0;
        for (Machine machine : RACK.machines()) {
            List<String> elements =
                    machine.elements().stream().map(Element::name).toList();
            var order = new FaultOrder(
                    Domain.MACHINE, Kind.RESTART, List.of(machine.name()), elements, Duration.ZERO, null);
            InjectedFault restarted =
                    injecting.inject(index++, order, clock.nanos() + host.lead().toNanos());
            assertThat(restarted.proven()).as(restarted.proof().toString()).isTrue();
            await().until(() -> host.running().size() == 3);
        }
    }

    /** By what they tell themselves; one that somebody sets right meanwhile takes the proof away. */
    @Test
    void wallClocksJumpTogetherAndAreSetRight() throws Exception {
        Topology topology = withLoneEngines(placed(), "a", "c");
        host.terminate(List.of("a", "c"));
        await().until(() -> host.running().equals(Set.of("b")));
        for (Element element : topology.elements()) {
            if (!element.admin().isEmpty()) {
                LoneEngine.start(host, topology, element, logs);
            }
        }
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(topology));
        var order = new FaultOrder(
                Domain.PROCESS,
                Kind.CLOCK,
                List.of("a", "c"),
                List.of("a", "c"),
                Duration.ZERO,
                null,
                Terms.of(-3_600));
        long at = clock.nanos() + host.lead().toNanos();

        InjectedFault jump = injecting.inject(0, order, at);

        assertThat(jump.proven()).as(jump.proof().toString()).isTrue();
        assertThat(String.join("; ", jump.proof()))
                .isEqualTo("the wall clock of a is 3600 s behind; the wall clock of c is 3600 s behind");
        // Less what the clocks may be off by.
        assertThat(jump.asked()).isGreaterThan(at - ON_TIME_NANOS);
        assertThat(injecting.confirmStill(jump).proven()).isTrue();
        assertThat(asked(files(), "rm", "c.clock")).isPresent();
        InjectedFault repaired = injecting.repair(jump);
        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof())
                .anyMatch(line ->
                        line.startsWith("no longer in effect: ") && line.endsWith("the wall clock of c is right"))
                .anyMatch(line -> line.startsWith("repaired: ") && line.endsWith("the wall clock of c is right"));
        assertThat(asked(files(), "ls")).get(STRING).doesNotContain(".clock");
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    /** The same rack, of which some elements serve and tell the time. */
    private static Topology withLoneEngines(Topology rack, String... names) {
        List<Machine> machines = rack.machines().stream()
                .map(machine -> new Machine(
                        machine.name(),
                        machine.address(),
                        machine.elements().stream()
                                .map(element -> List.of(names).contains(element.name())
                                        ? LoneEngine.at(element.name(), machine.address())
                                        : element)
                                .toList()))
                .toList();
        return new Topology(rack.arrangement(), rack.serviceAddress(), "", List.of(new Rack("r1", machines)));
    }

    private Path files() {
        return host.premises("c").map(Premises::folder).orElse(logs).toAbsolutePath();
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

    @Test
    void elementsOfOtherMakersAreStartedAskedAndStoppedWhereTheyRun() throws Exception {
        Path own = files().resolve("c");
        // Leaves its session, its parent and its command behind.
        String start = "setsid sh -c 'echo $$ > pid; exec sleep 300' & while [ ! -s pid ]; do sleep 0.01; done";
        var how = new TreeStart(
                List.of("sh", "-c", start),
                own,
                own.resolve("pid"),
                List.of("sh", "-c", "echo asked; kill $(cat pid)"),
                List.of("pwd"));
        host.terminate(List.of("c"));
        await().until(() -> host.observe("c").state() == State.GONE);

        host.startTree("c", how);

        assertThat(host.has("c")).isTrue();
        assertThat(host.observe("c").state()).isEqualTo(State.RUNNING);
        assertThat(asked(own, "cat", "pid")).get(STRING).matches("\\d+\n");
        assertThat(asked(own, "false")).isEmpty();
        assertThat(asked(own, "sleep", "300")).isEmpty();
        assertThatThrownBy(() -> asked(own, "no-such-program-at-all"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-program-at-all")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> host.startTree("c", how)).hasMessageContaining("it is there already");
        Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        FaultOrder stop = new FaultOrder(
                Domain.PROCESS, Kind.STOP, List.of("c"), List.of("c"), Duration.ZERO, Duration.ofSeconds(1));
        InjectedFault stopped = injecting.inject(0, stop, clock.nanos());
        assertThat(stopped.proven()).as(stopped.proof().toString()).isTrue();
        assertThat(injecting.repair(stopped).proof()).noneMatch(line -> line.contains("could not be started"));
        assertThat(host.observe("c").state()).isEqualTo(State.RUNNING);

        assertThat(ledger.heal(host.undoing()).complete()).isTrue();

        assertThat(host.keepLogs()).isEmpty();
        assertThat(logs.resolve("c.logs")).hasContent(own.toString());
        assertThat(written("c")).contains("asked\n");
    }

    private Optional<String> asked(Path own, String... command) throws Exception {
        return host.ask(new ElementQuestion("c", "told", List.of(command), own, Duration.ofSeconds(2)));
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
