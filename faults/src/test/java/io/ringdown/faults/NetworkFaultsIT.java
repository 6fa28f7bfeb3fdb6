package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Direction;
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
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults of the network, by the kernel's own rules and queues, between loopback addresses that nobody else uses. Wants root. */
class NetworkFaultsIT {
    private static final String ONE = "127.65.1.1";
    private static final String OTHER = "127.65.2.1";
    private static final Topology TWO = new Topology(
            "own", "127.65.0.1:5060", "", List.of(new Rack("r1", List.of(machine("a", ONE), machine("b", OTHER)))));

    @TempDir
    private Path folder;

    private final RealVictims victims = new RealVictims();
    private final RunClock clock = RunClock.startingNow();
    private Ledger ledger;
    private FaultInjector injector;
    private Talk talk;
    private String rules;
    private String queues;
    /** Of tests that ended with their faults in force. */
    private Set<Thread> earlierVigils;

    @BeforeEach
    void open() throws IOException {
        earlierVigils = vigils();
        String refusal = new LinuxNetwork().refusal(Kind.ISOLATE);
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);
        rules = rules();
        queues = queues();
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        injector =
                new FaultInjector(victims, ledger, new BlastRadius(TWO, 1), Pace.of(clock), Duration.ofMillis(1_500));
        victims.start("a-engine", List.of("sleep", "300"));
        victims.start("b-engine", List.of("sleep", "300"));
        talk = new Talk(ONE, OTHER);
    }

    @AfterEach
    void close() throws IOException {
        if (ledger != null) {
            talk.close();
            ledger.heal(Undoing.onThisMachine());
            ledger.close();
        }
        victims.close();
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void cutsOffAndLetsThroughAgain(Direction direction) throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, direction, 0);

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(fault.confirmed() - fault.asked())
                .isLessThan(Duration.ofMillis(500).toNanos());
        assertThat(talk.silent(Direction.OUT)).isEqualTo(direction != Direction.IN);
        assertThat(talk.silent(Direction.IN)).isEqualTo(direction != Direction.OUT);
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        assertThat(ledger.open()).hasSize(1);

        InjectedFault repaired = injector.repair(fault);

        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(talk.silent(Direction.OUT) || talk.silent(Direction.IN)).isFalse();
        nothingIsLeft();
    }

    /** Whoever is killed between telling and doing: what was told must not be done once it is undone. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"ISOLATE", "RATE"})
    void nothingComesAfterItsUndo(Kind kind) throws Exception {
        var terms = new Terms(List.of(), Direction.BOTH, kind == Kind.RATE ? 500_000 : 0);
        try (Armed armed = new LinuxNetwork().arm(Disturbance.of(TWO, order(kind, terms)))) {
            for (Undo undo : armed.undos()) {
                Undoing.onThisMachine().undo(undo);
            }
            assertThatThrownBy(armed::fire).isInstanceOf(IOException.class);
        }
        nothingIsLeft();
    }

    @Test
    void cutsOffFromSomeOnly() throws Exception {
        var terms = new Terms(List.of("b"), Direction.BOTH, 0);
        InjectedFault fault = injector.inject(0, order(Kind.ISOLATE, terms), clock.nanos());

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        try (var third = new Talk(ONE, "127.65.3.1")) {
            assertThat(third.silent(Direction.OUT)).isFalse();
        }
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        nothingIsLeft();
    }

    @Test
    void cutsOffOneDirectionBetweenTwoSets() throws Exception {
        var four = new Topology(
                "own",
                "127.65.0.1:5060",
                "",
                List.of(new Rack(
                        "r1",
                        List.of(
                                machine("a", ONE),
                                machine("b", OTHER),
                                machine("c", "127.65.3.1"),
                                machine("d", "127.65.4.1")))));
        victims.start("c-engine", List.of("sleep", "300"));
        var order = new FaultOrder(
                Domain.MACHINE,
                Kind.ISOLATE,
                List.of("a", "c"),
                List.of("a-engine", "c-engine"),
                Duration.ZERO,
                null,
                new Terms(List.of("b", "d"), Direction.OUT, 0));
        var both = new FaultInjector(victims, ledger, new BlastRadius(four, 2), Pace.of(clock), Duration.ofSeconds(2));
        try (var across = new Talk("127.65.3.1", "127.65.4.1");
                var within = new Talk(ONE, "127.65.3.1");
                var elsewhere = new Talk(ONE, "127.65.9.1")) {
            InjectedFault fault = both.inject(0, order, clock.nanos());

            assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
            for (Talk cut : List.of(talk, across)) {
                assertThat(cut.silent(Direction.OUT)).isTrue();
                assertThat(cut.silent(Direction.IN)).isFalse();
            }
            assertThat(within.silent(Direction.OUT)).isFalse();
            assertThat(elsewhere.silent(Direction.OUT)).isFalse();
            assertThat(both.repair(fault).proven()).isTrue();
        }
        nothingIsLeft();
    }

    /** What another fault cuts is no sign that nothing could be struck, or that nothing was repaired. */
    @Test
    void twoFaultsOnOneLinkEndOneAfterTheOther() throws Exception {
        var both = new FaultInjector(victims, ledger, new BlastRadius(TWO, 2), Pace.of(clock), Duration.ofSeconds(2));
        InjectedFault one = both.inject(0, deafTo("a", "b"), clock.nanos());
        InjectedFault other = both.inject(1, deafTo("b", "a"), clock.nanos());
        assertThat(one.proven()).as(one.proof().toString()).isTrue();
        assertThat(other.proven()).as(other.proof().toString()).isTrue();
        assertThat(talk.silent(Direction.OUT)).isTrue();

        InjectedFault repaired = both.repair(one);

        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(repaired.proof()).anyMatch(line -> line.endsWith("is struck by another fault, and was not tried"));
        assertThat(talk.silent(Direction.OUT)).isTrue();
        assertThat(talk.silent(Direction.IN)).isFalse();
        InjectedFault last = both.repair(other);
        assertThat(last.proven()).as(last.proof().toString()).isTrue();
        assertThat(talk.silent(Direction.OUT) || talk.silent(Direction.IN)).isFalse();
        nothingIsLeft();
    }

    /** Of a machine that hears nothing of another one any more. */
    private static FaultOrder deafTo(String machine, String other) {
        return new FaultOrder(
                Domain.MACHINE,
                Kind.ISOLATE,
                List.of(machine),
                List.of(machine + "-engine"),
                Duration.ZERO,
                null,
                new Terms(List.of(other), Direction.IN, 0));
    }

    /** The victims talk at an address that the topology does not know. */
    @Test
    void aRuleOnTheWrongAddressProvesNothing() throws Exception {
        talk.close();
        talk = new Talk("127.65.9.1", OTHER);

        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).anyMatch(line -> line.contains("no effect") && line.contains("dropped 0 packets"));
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        nothingIsLeft();
    }

    @Test
    void rulesThatSomebodyElseTakesAwayTakeTheProofAlong() throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);
        assertThat(fault.proven()).isTrue();
        Undoing.onThisMachine().undo(ledger.open().values().iterator().next());

        assertThat(injector.confirmStill(fault).proven()).isFalse();
    }

    /** Of what is let through the probe, whose addresses are others, sees nothing. */
    @Test
    void aRuleThatSomebodyPutsBeforeTakesTheProofAlong() throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);
        assertThat(fault.proven()).isTrue();
        withRuleBefore(
                () -> {
                    InjectedFault still = injector.confirmStill(fault);

                    assertThat(still.proven()).isFalse();
                    assertThat(still.proof())
                            .last()
                            .asString()
                            .startsWith("no longer in effect: a rule before chain RINGDOWN-")
                            .contains("may let through")
                            .endsWith("-A INPUT -s 127.65.2.1/32 -d 127.65.1.1/32 -j ACCEPT");
                },
                "-s",
                OTHER,
                "-d",
                ONE,
                "-j",
                "ACCEPT");
        injector.repair(fault);
        nothingIsLeft();
    }

    @Test
    void aRuleThatWasThereForAWhileTakesTheProofAlong() throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);
        withRuleBefore(this::awaitEndOfVigil, "-s", OTHER, "-j", "ACCEPT");

        InjectedFault repaired = injector.repair(fault);

        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof())
                .anyMatch(line -> line.startsWith("not in effect all the while, ") && line.endsWith("-j ACCEPT"));
        nothingIsLeft();
    }

    @Test
    void rulesThatLetNothingThroughMayComeBefore() throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);
        for (List<String> rule : List.of(List.of("-s", "198.18.0.1", "-j", "DROP"), List.of("-s", OTHER))) {
            withRuleBefore(
                    () -> assertThat(injector.confirmStill(fault)).isEqualTo(fault), rule.toArray(String[]::new));
        }
        assertThat(injector.repair(fault).proven()).isTrue();
        nothingIsLeft();
    }

    @Test
    void aRuleThatSomebodyTakesFromTheChainTakesTheProofAlong() throws Exception {
        InjectedFault fault = inject(Kind.ISOLATE, Direction.BOTH, 0);
        String chain = ((Undo.RemoveRules) ledger.open().values().iterator().next()).chain();
        Tool.run("iptables", "-w", "5", "-I", chain, "1", "-s", OTHER, "-j", "RETURN");

        assertThat(injector.confirmStill(fault).proof())
                .last()
                .isEqualTo("no longer in effect: somebody has changed the rules of chain " + chain);
        injector.repair(fault);
        nothingIsLeft();
    }

    private void awaitEndOfVigil() {
        await().until(() -> earlierVigils.containsAll(vigils()));
    }

    private static Set<Thread> vigils() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("vigil"))
                .collect(Collectors.toSet());
    }

    /** As a firewall's manager puts it there, before all others. */
    private static void withRuleBefore(Runnable meanwhile, String... rule) throws IOException {
        iptables("-I", rule);
        try {
            meanwhile.run();
        } finally {
            iptables("-D", rule);
        }
    }

    private static void iptables(String what, String... rule) throws IOException {
        Tool.run(Stream.concat(Stream.of("iptables", "-w", "5", what, "INPUT"), Stream.of(rule))
                .toArray(String[]::new));
    }

    @Test
    void losesTheShareThatItShould() throws Exception {
        InjectedFault fault = inject(Kind.LOSS, Direction.BOTH, 0.3);

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(injector.repair(fault).proven()).isTrue();
        nothingIsLeft();
    }

    @Test
    void holdsToARateThatIsReachedAndOnlyThen() throws Exception {
        assumeTrue(new LinuxNetwork().refusal(Kind.RATE).isEmpty(), new LinuxNetwork().refusal(Kind.RATE));
        InjectedFault idle = inject(Kind.RATE, Direction.BOTH, 1e6);
        assertThat(idle.proven()).isFalse();
        assertThat(idle.proof())
                .last()
                .asString()
                .startsWith("no effect within")
                .contains("made wait 0 times");
        injector.repair(idle);
        talk.flood = true;

        InjectedFault fault =
                injector.inject(1, order(Kind.RATE, new Terms(List.of(), Direction.BOTH, 1e5)), clock.nanos());

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(injector.confirmStill(fault)).isEqualTo(fault);
        talk.flood = false;
        // Its figures stay, and nothing passes through it any more.
        Tool.run("tc", "filter", "del", "dev", "lo", "parent", filtered());
        assertThat(injector.confirmStill(fault).proof())
                .last()
                .asString()
                .startsWith("no longer in effect: somebody has changed queueing discipline");
        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        nothingIsLeft();
    }

    /** It stands there as it did, and has let everything through meanwhile. */
    @Test
    void aQueueThatSomebodyPutsBackTakesTheProofAlong() throws Exception {
        assumeTrue(new LinuxNetwork().refusal(Kind.RATE).isEmpty(), new LinuxNetwork().refusal(Kind.RATE));
        talk.flood = true;
        FaultOrder order = order(Kind.RATE, new Terms(List.of(), Direction.BOTH, 1e5));
        InjectedFault fault = injector.inject(0, order, clock.nanos());
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(injector.confirmStill(fault)).isEqualTo(fault);
        talk.flood = false;

        Tool.run("tc", "qdisc", "del", "dev", "lo", "root");
        Tool.start("tc", "-batch", "-").finish(Shaping.script(filtered(), Disturbance.of(TWO, order)));

        assertThat(injector.confirmStill(fault).proof())
                .last()
                .isEqualTo("no longer in effect: somebody has taken queueing discipline " + filtered()
                        + " away and put it back");
        injector.repair(fault);
        nothingIsLeft();
    }

    private String filtered() {
        return ledger.open().values().stream()
                .map(undo -> ((Undo.RemoveShaping) undo).handle())
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DELAY", "DUPLICATE", "REORDER"})
    void whatTheKernelHasNotIsRefusedInOneLine(Kind kind) throws Exception {
        double amount = kind == Kind.DELAY ? 0.05 : 0.3;
        String refusal = new LinuxNetwork().refusal(kind);
        if (refusal.isEmpty()) {
            InjectedFault fault = inject(kind, Direction.BOTH, amount);
            assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
            assertThat(injector.repair(fault).proven()).isTrue();
        } else {
            assertThat(refusal).contains("netem").doesNotContain("\n");
            assertThatThrownBy(() -> inject(kind, Direction.BOTH, amount))
                    .isInstanceOf(FaultRefusedException.class)
                    .hasMessageContaining("netem");
        }
        nothingIsLeft();
    }

    @Test
    void undoingTwiceDoesNoMoreThanOnceAndTouchesNobodyElses() throws Exception {
        inject(Kind.ISOLATE, Direction.BOTH, 0);
        Undo undo = ledger.open().values().iterator().next();

        assertThat(Undoing.onThisMachine().undo(undo)).contains("removed");
        assertThat(Undoing.onThisMachine().undo(undo)).contains("no rules");
        assertThatThrownBy(() -> Undoing.onThisMachine().undo(new Undo.RemoveRules("a", "INPUT")))
                .hasMessageContaining("not a chain of Ringdown's");
        assertThatThrownBy(() -> Undoing.onThisMachine().undo(new Undo.RemoveShaping("a", "lo", "1:")))
                .hasMessageContaining("not a queueing discipline of Ringdown's");
        nothingIsLeft();
    }

    private InjectedFault inject(Kind kind, Direction direction, double amount) throws Exception {
        return injector.inject(0, order(kind, new Terms(List.of(), direction, amount)), clock.nanos());
    }

    private static FaultOrder order(Kind kind, Terms terms) {
        return new FaultOrder(Domain.MACHINE, kind, List.of("a"), List.of("a-engine"), Duration.ZERO, null, terms);
    }

    private static Machine machine(String name, String address) {
        return new Machine(name, address, List.of(new Element(name + "-engine", "engine", -1, "", "")));
    }

    /** Others may be at their own rules meanwhile. */
    private void nothingIsLeft() {
        await().untilAsserted(() -> {
            assertThat(rules()).isEqualTo(rules);
            assertThat(queues()).isEqualTo(queues);
        });
    }

    private static String rules() throws IOException {
        return Tool.run("iptables-save").replaceAll("(?m)^#.*\n|\\[\\d+:\\d+]", "");
    }

    private static String queues() throws IOException {
        return Tool.run("tc", "qdisc", "show", "dev", "lo");
    }

    /** Two that talk with each other all the while, as elements do. */
    private static final class Talk implements AutoCloseable {
        private final DatagramSocket one;
        private final DatagramSocket other;
        private final Thread thread = new Thread(this::talk);
        private volatile boolean flood;
        private volatile boolean over;

        Talk(String one, String other) throws IOException {
            this.one = new DatagramSocket(new InetSocketAddress(one, 0));
            this.other = new DatagramSocket(new InetSocketAddress(other, 0));
            thread.start();
        }

        private void talk() {
            var there = other.getLocalSocketAddress();
            var here = one.getLocalSocketAddress();
            try {
                while (!over) {
                    for (int i = 0; i < (flood ? 20 : 1); i++) {
                        one.send(new DatagramPacket(new byte[200], 200, there));
                        other.send(new DatagramPacket(new byte[200], 200, here));
                    }
                    LockSupport.parkNanos(10_000_000);
                }
            } catch (IOException e) {
                // it is over
            }
        }

        /** Whether nothing comes any more. */
        boolean silent(Direction way) throws IOException {
            DatagramSocket to = way == Direction.OUT ? other : one;
            var packet = new DatagramPacket(new byte[200], 200);
            to.setSoTimeout(1);
            try {
                while (true) {
                    to.receive(packet);
                    if (to.getSoTimeout() > 1) {
                        return false;
                    }
                }
            } catch (java.net.SocketTimeoutException e) {
                // what had come before is gone
            }
            to.setSoTimeout(150);
            try {
                to.receive(packet);
                return false;
            } catch (java.net.SocketTimeoutException e) {
                return true;
            }
        }

        @Override
        public void close() {
            over = true;
            one.close();
            other.close();
        }
    }
}
