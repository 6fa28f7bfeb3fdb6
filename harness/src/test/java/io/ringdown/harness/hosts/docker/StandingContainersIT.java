package io.ringdown.harness.hosts.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.harness.hosts.docker.Dockerd.Deed;
import io.ringdown.harness.hosts.docker.Dockerd.Terms;
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
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two containers of somebody else's, of a real {@code dockerd}, and a process beside them. */
class StandingContainersIT {
    /** Several processes, of which one has left the first one's session. */
    private static final String[] WORKS = {
        "sh", "-c", "echo begun; trap 'exit 0' USR1; setsid sleep 300 & while :; do sleep 0.05; done"
    };

    private static final Terms TERMS = new Terms("none", "", "always", true, "SIGUSR1", null);
    private static final int ATTEMPTS = 8;

    private static final Topology RACK = new Topology(
            "others",
            "127.8.0.1:5060",
            "",
            List.of(new Rack("r1", List.of(machine("m1", 1, "a"), machine("m2", 2, "b"), machine("m3", 3, "c")))));

    @TempDir
    private static Path folder;

    private static Dockerd dockerd;

    @TempDir
    private Path logs;

    private final RunClock clock = RunClock.startingNow();
    private Ledger ledger;
    private Host host;
    private Injecting injecting;

    private static Machine machine(String name, int number, String element) {
        return new Machine(name, "127.8.0." + number, List.of(new Element(element, "engine", -1, "", "")));
    }

    @BeforeAll
    static void start() throws Exception {
        dockerd = Dockerd.start(Files.createDirectory(folder.resolve("engine")));
    }

    @AfterAll
    static void end() {
        if (dockerd != null) {
            dockerd.close();
        }
    }

    @BeforeEach
    void stand() throws Exception {
        dockerd.stand("one", TERMS, WORKS);
        dockerd.stand("two", TERMS, WORKS);
    }

    @AfterEach
    void remove() throws Exception {
        if (host != null) {
            host.close();
            ledger.close();
        }
        for (String container : dockerd.containers()) {
            dockerd.does(Deed.REMOVE, container);
        }
    }

    private void open(boolean signals) throws Exception {
        ledger = Ledger.create(logs.resolve("ledger.jsonl"));
        host = StandingContainersHost.opening(containers(Map.of("a", "one", "b", "two")), signals)
                .open(logs, ledger);
        for (String element : List.of("a", "b")) {
            host.startTree(element, new TreeStart(List.of(), null));
        }
        host.startTree("c", new TreeStart(List.of("sleep", "300"), null));
        injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
    }

    private Set<ProcessIdentity> members(String element) {
        return ((StandingContainersHost) host).spent(element).keySet();
    }

    private static StandingContainers containers(Map<String, String> names) {
        return new StandingContainers(dockerd.asked(), names, Set.of("a", "b"));
    }

    @Test
    void aRackThatHangsFreezesTogetherAndRunsOn() throws Exception {
        open(true);
        String begun = dockerd.startedAt("one");

        InjectedFault hang = strikeUntilProven(rack(Kind.HANG));

        assertThat(hang.proven()).as(hang.proof().toString()).isTrue();
        assertThat(hang.confirmed() - hang.asked()).isLessThanOrEqualTo(50_000_000);
        assertThat(hang.proof())
                .filteredOn(line -> line.contains("state T"))
                .hasSize(3)
                .filteredOn(line -> line.endsWith("(container one)"))
                .hasSize(1);
        assertThat(host.running()).isEmpty();
        assertThat(injecting.confirmStill(hang).proven()).isTrue();
        injecting.repair(hang);
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(dockerd.startedAt("one")).isEqualTo(begun);
        assertThat(ledger.open()).as("but for the process beside them").hasSize(1);
    }

    @Test
    void aRackThatCrashesStaysDownWhateverTheEnginesPolicyAndIsStartedAgain() throws Exception {
        open(true);
        String begun = dockerd.startedAt("one");

        InjectedFault crash = strikeUntilProven(rack(Kind.CRASH));

        assertThat(crash.proven()).as(crash.proof().toString()).isTrue();
        assertThat(crash.proof()).anyMatch(line -> line.contains("ended, with status 137 (container two)"));
        assertThat(dockerd.state("one")).isEqualTo("exited");
        assertThat(injecting.confirmStill(crash).proven()).isTrue();
        InjectedFault repaired = injecting.repair(crash);
        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(dockerd.state("one")).isEqualTo("running");
        assertThat(dockerd.startedAt("one")).isNotEqualTo(begun);
        assertThat(host.running()).contains("a", "b");
        assertThat(host.failure()).isEmpty();
    }

    @Test
    void whereNobodyMaySignalThemTheEnginePausesThem() throws Exception {
        open(false);

        InjectedFault silent = strike(machine(Kind.SILENT, "m1", "a"));

        assertThat(silent.proven()).as(silent.proof().toString()).isTrue();
        assertThat(silent.proof()).anyMatch(line -> line.contains("paused (container one)"));
        assertThat(dockerd.state("one")).isEqualTo("paused");
        assertThat(injecting.confirmStill(silent).proven()).isTrue();
        String begun = dockerd.startedAt("one");
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
        assertThat(dockerd.state("one")).isEqualTo("running");
        assertThat(dockerd.startedAt("one"))
                .as("a power cut is forgotten by nobody")
                .isNotEqualTo(begun);
    }

    /** Whom {@code docker exec} has begun is no child of the first process, and would run on. */
    @Test
    void nobodyInAContainerEscapes() throws Exception {
        open(true);
        comeIn("one");

        InjectedFault hang = strike(machine(Kind.HANG, "m1", "a"));

        assertThat(hang.proof()).anyMatch(line -> line.contains("paused (container one)"));
        assertThat(dockerd.state("one")).isEqualTo("paused");
        injecting.repair(hang);
        assertThat(dockerd.state("one")).isEqualTo("running");
    }

    /** It runs on beside what stands still, and may do its work. */
    @Test
    void whoComesIntoAContainerThatIsFrozenTakesTheProofAway() throws Exception {
        open(true);
        InjectedFault hang = strike(machine(Kind.HANG, "m1", "a"));
        assertThat(hang.proof()).anyMatch(line -> line.contains("state T"));
        assertThat(injecting.confirmStill(hang).proven()).isTrue();
        var question = new ElementQuestion("a", "owned", List.of("sleep", "300"), logs, Duration.ofSeconds(1));
        assertThat(host.ask(question)).as("of one that cannot answer").isEmpty();
        assertThat(injecting.confirmStill(hang).proven())
                .as("Ringdown's own questions put nobody there")
                .isTrue();

        comeIn("one");

        InjectedFault later = injecting.repair(hang);
        assertThat(later.proven()).as(later.proof().toString()).isFalse();
        assertThat(later.proof()).anyMatch(line -> line.contains("came while it should have been frozen"));
        assertThat(host.observe("a").state()).isEqualTo(State.RUNNING);
    }

    /** One that asks who is frozen waits for the answer. */
    @Test
    void whomTheEngineSendsToSeeHowAContainerIsIsNobodyOfTheElement() throws Exception {
        dockerd.does(Deed.REMOVE, "one");
        dockerd.standChecked("one", TERMS, List.of("CMD", "sleep", "301"), WORKS);
        open(true);
        await().until(() -> !dockerd.processes("sleep 301").isEmpty());

        InjectedFault hang = strike(machine(Kind.HANG, "m1", "a"));

        assertThat(hang.proof()).anyMatch(line -> line.contains("state T"));
        assertThat(injecting.confirmStill(hang).proven())
                .as(injecting.confirmStill(hang).proof().toString())
                .isTrue();
        injecting.repair(hang);
    }

    private static void comeIn(String container) {
        var reach = new ContainerReach(dockerd.asked(), container, container, Duration.ofSeconds(5));
        assertThatThrownBy(() -> reach.run(List.of("sleep", "300"), Duration.ofSeconds(2)))
                .hasMessageContaining("no answer");
    }

    /** By the ledger, as by its own process. */
    @Test
    void whatHangsBySignalsRunsOnByTheLedger() throws Exception {
        open(true);
        String begun = dockerd.startedAt("one");
        InjectedFault hang = strike(machine(Kind.HANG, "m1", "a"));
        assertThat(hang.proof()).anyMatch(line -> line.contains("state T"));

        assertThat(ledger.heal(host.undoing()).complete()).isTrue();

        assertThat(host.observe("a").state()).isEqualTo(State.RUNNING);
        assertThat(dockerd.startedAt("one")).isEqualTo(begun);
    }

    /** Who has nothing to do uses nothing meanwhile, and answers all the same. */
    @Test
    void aPauseThatSomebodyLiftedFromOneThatHadNothingToDoIsTold() throws Exception {
        dockerd.does(Deed.REMOVE, "one");
        dockerd.stand("one", TERMS, "sleep", "300");
        open(false);
        InjectedFault before = strike(machine(Kind.HANG, "m1", "a"));
        assertThat(injecting.repair(before).proven()).isTrue();
        InjectedFault hang = injecting.inject(1, machine(Kind.HANG, "m1", "a"), clock.nanos());
        assertThat(injecting.confirmStill(hang)).isEqualTo(hang);

        dockerd.does(Deed.UNPAUSE, "one");
        dockerd.does(Deed.PAUSE, "one");

        assertThat(injecting.repair(hang).proof()).anyMatch(line -> line.contains("was let run while"));
    }

    @Test
    void aPauseThatSomebodyLiftedForAWhileIsNoFaultThatLasted() throws Exception {
        open(false);
        InjectedFault hang = strike(machine(Kind.HANG, "m1", "a"));
        assertThat(hang.proven()).as(hang.proof().toString()).isTrue();

        Set<ProcessIdentity> before = members("a");
        dockerd.does(Deed.UNPAUSE, "one");
        await().until(() -> !members("a").equals(before));
        dockerd.does(Deed.PAUSE, "one");

        InjectedFault later = injecting.confirmStill(hang);
        assertThat(later.proven()).as(later.proof().toString()).isFalse();
        assertThat(later.proof()).anyMatch(line -> line.contains("while it should have been frozen"));
        injecting.repair(later);
        assertThat(dockerd.state("one")).isEqualTo("running");
    }

    @Test
    void whoeverStartsWhatHasCrashedTakesTheProofAway() throws Exception {
        open(true);
        InjectedFault crash = strike(machine(Kind.CRASH, "m2", "b"));
        assertThat(crash.proven()).as(crash.proof().toString()).isTrue();

        dockerd.does(Deed.START, "two");

        InjectedFault later = injecting.confirmStill(crash);
        assertThat(later.proven()).isFalse();
        assertThat(later.proof()).anyMatch(line -> line.contains("started anew") && line.contains("by somebody else"));
        dockerd.does(Deed.STOP, "two");
        assertThat(injecting.confirmStill(crash).proven())
                .as("another end of it")
                .isFalse();
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
        assertThat(dockerd.state("two")).isEqualTo("running");
    }

    @Test
    void itIsStoppedByItsOwnSignalAndRestarted() throws Exception {
        open(true);
        String begun = dockerd.startedAt("one");

        InjectedFault restart = strike(machine(Kind.RESTART, "m1", "a"));

        assertThat(restart.proven()).as(restart.proof().toString()).isTrue();
        assertThat(restart.proof()).anyMatch(line -> line.contains("ended, with status 0"));
        assertThat(dockerd.startedAt("one")).isNotEqualTo(begun);
        assertThat(host.running()).contains("a");
    }

    @Test
    void whatOthersDoToThemEndsARun() throws Exception {
        open(true);

        new ProcessBuilder("kill", "-KILL", Long.toString(dockerd.pid("one")))
                .start()
                .waitFor();

        await().atMost(Duration.ofSeconds(10)).until(() -> host.failure().isPresent());
        assertThat(host.failure().orElseThrow())
                .startsWith("a: container one: it ")
                .endsWith(", and not by Ringdown");
        // The policy acts.
        await().atMost(Duration.ofSeconds(20)).until(() -> host.observe("a").state() == State.RUNNING);
        assertThat(host.observe("a").evidence()).contains("it has been started anew, at ", "by somebody else");
    }

    @Test
    void oneThatIsRemovedWhileAFaultHasItIsToldAndNobodysToGiveBack() throws Exception {
        open(true);
        strike(machine(Kind.CRASH, "m1", "a"));

        dockerd.does(Deed.REMOVE, "one");

        await().atMost(Duration.ofSeconds(10)).until(() -> host.failure().isPresent());
        assertThat(host.failure()).contains("a: container one: it was removed, and not by Ringdown");
        dockerd.stand("one", TERMS, WORKS);
        String begun = dockerd.startedAt("one");
        assertThat(ledger.heal(host.undoing()).done()).anyMatch(line -> line.contains("removed by somebody else"));
        assertThat(dockerd.startedAt("one")).as("another one").isEqualTo(begun);
    }

    @Test
    void anotherProcessGivesThemBackByTheLedgerOnce() throws Exception {
        open(true);
        strike(machine(Kind.SILENT, "m1", "a"));
        String struck = dockerd.startedAt("one");
        Supplier<Healer.Report> healing = () -> {
            try {
                return Healer.heal(logs.resolve("ledger.jsonl"), new Giving());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        ledger.close();

        Healer.Report healed = healing.get();

        assertThat(healed.complete()).as(healed.lines().toString()).isTrue();
        assertThat(healed.lines()).anyMatch(line -> line.matches("undone: a: container [0-9a-f]{12}: started again"));
        assertThat(dockerd.startedAt("one")).isNotEqualTo(struck);
        assertThat(dockerd.state("two")).isEqualTo("running");
        assertThat(healing.get().lines()).containsExactly("nothing to undo");
        host.close();
        host = null;
    }

    /** As the command line's healing. */
    private static final class Giving implements Healer.Elsewhere {
        @Override
        public String heal(Undo.HealHost away) {
            throw new AssertionError(away);
        }

        @Override
        public String restore(Undo.RestoreContainer container) throws IOException {
            return StandingContainers.restore(container);
        }
    }

    @Test
    void theyAreAskedWhereTheyRunAndTheirLogsKept() throws Exception {
        open(true);

        assertThat(host.ask(question("echo", "hello"))).contains("hello\n");
        assertThat(host.ask(question("false"))).isEmpty();
        assertThat(host.ask(question("no-such-program"))).isEmpty();
        dockerd.does(Deed.PAUSE, "one");
        assertThat(host.ask(question("true"))).isEmpty();
        dockerd.does(Deed.UNPAUSE, "one");
        strike(machine(Kind.RESTART, "m1", "a"));
        await().untilAsserted(() -> {
            assertThat(host.keepLogs()).isEmpty();
            assertThat(logs.resolve("a.log")).content().contains("begun");
        });
    }

    private static ElementQuestion question(String... command) {
        return new ElementQuestion("a", "", List.of(command), null, Duration.ofSeconds(5));
    }

    @Test
    void whatCannotBeUsedIsToldBefore() throws Exception {
        dockerd.stand("gone", Terms.ALONE, "true");
        dockerd.stand("passing", new Terms("none", "", "no", false, "SIGTERM", null), WORKS);
        await().until(() -> dockerd.state("gone").equals("exited"));

        assertThat(found("one")).satisfies(one -> assertThat(one.seen()).contains("a: runs; restart policy always"));
        assertThat(refusal("none")).contains("a: container none: Docker's engine", "has none");
        assertThat(refusal("gone")).contains("does not run", "docker start gone");
        assertThat(refusal("passing")).contains("is removed once it ends (--rm)");
        assertThat(new StandingContainers(dockerd.asked(), Map.of("a", "passing"), Set.of()).examine())
                .allMatch(Finding::good);
        String id = dockerd.id("one");
        assertThat(containers(Map.of("a", "one", "b", id)).examine())
                .anyMatch(finding -> finding.seen().equals("is a already"));
        dockerd.does(Deed.PAUSE, "one");
        assertThat(refusal("one")).contains("paused", "docker unpause one");
        var nobody = new DockerEngine("", "unix://" + folder.resolve("none.sock"), null);
        assertThat(new StandingContainers(nobody, Map.of("a", "one"), Set.of()).examine())
                .singleElement()
                .satisfies(finding -> assertThat(finding.line()).contains("MISSING", "cannot be reached"));
        assertThatThrownBy(() -> StandingContainer.find("a", dockerd.asked(), "none"))
                .isInstanceOf(IOException.class);
    }

    private static Finding found(String container) {
        List<Finding> findings = containers(Map.of("a", container)).examine();
        return findings.get(findings.size() - 1);
    }

    private static String refusal(String container) {
        Finding finding = found(container);
        assertThat(finding.good()).isFalse();
        return finding.line();
    }

    private InjectedFault strike(FaultOrder order) throws Exception {
        return injecting.inject(0, order, clock.nanos() + host.lead().toNanos());
    }

    /** Where others take the processors, even one machine's may not freeze within 50 ms. */
    private InjectedFault strikeUntilProven(FaultOrder order) throws Exception {
        for (int index = 0; ; index++) {
            InjectedFault fault =
                    injecting.inject(index, order, clock.nanos() + host.lead().toNanos());
            if (fault.proven() || index == ATTEMPTS) {
                return fault;
            }
            injecting.repair(fault);
        }
    }

    private static FaultOrder rack(Kind kind) {
        return new FaultOrder(
                Domain.RACK, kind, List.of("r1"), List.of("a", "b", "c"), Duration.ZERO, Duration.ofSeconds(1));
    }

    private static FaultOrder machine(Kind kind, String machine, String element) {
        return new FaultOrder(
                Domain.MACHINE, kind, List.of(machine), List.of(element), Duration.ZERO, Duration.ofSeconds(1));
    }
}
