package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.harness.hosts.ssh.SwitchedMachine;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose power is really cut, as far as processes are a machine, and such as only seem to lose it. */
@Tag("beside")
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class RemotePowerIT {
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration BACK = Duration.ofSeconds(90);
    private static final List<String> ADDRESSES = List.of("127.41.1.1", "127.41.2.1");
    private static final Topology RACK = HostContract.rack(ADDRESSES);
    private static final String M1 = ADDRESSES.get(0);
    private static final String M2 = ADDRESSES.get(1);

    /** What hosts are given is put there once. */
    @TempDir
    private static Path there;

    @TempDir
    private Path folder;

    private final RunClock clock = RunClock.startingNow();
    private Map<String, SwitchedMachine> machines;
    private Ledger ledger;
    private RemoteHost host;
    private Injecting injecting;

    @BeforeEach
    void begin() throws Exception {
        machines = SwitchedMachine.all(folder, ADDRESSES);
        Path inventory = SwitchedMachine.inventory(
                machines.values(), folder.resolve("hosts.yaml"), there, LEASE.toSeconds() + "s");
        Path run = Files.createDirectories(folder.resolve("run"));
        ledger = Ledger.create(run.resolve("ledger.jsonl"));
        Placement placement = Placement.of(InventoryReader.read(inventory), RACK, 0);
        host = (RemoteHost) RemoteHost.opening(placement, RACK).open(run, ledger);
        for (String element : List.of("a", "b", "c")) {
            host.startTree(element, new TreeStart(List.of("sh", "-c", "echo $$; exec sleep 300"), folder));
        }
    }

    @AfterEach
    void end() throws Exception {
        if (host != null) {
            host.close();
        }
        if (ledger != null) {
            ledger.close();
        }
        for (SwitchedMachine machine : machines == null ? List.<SwitchedMachine>of() : machines.values()) {
            machine.close();
        }
    }

    @Test
    void aHostThatIsOffComesBackWithItsElements() throws Exception {
        switches("off", "on", BACK);

        InjectedFault off = strike("r1m1");

        assertThat(off.proven()).as(off.proof().toString()).isTrue();
        assertThat(off.proof()).containsExactly("r1m1: silent: neither agent nor SSH nor SIP answers");
        assertThat(machines.get(M1).isOn()).isFalse();
        assertThat(ledger.open().values())
                .anyMatch(undo ->
                        undo instanceof Undo.PowerOn on && on.inventory().endsWith("hosts.yaml"));
        assertThat(host.observe("a").state()).isEqualTo(State.GONE);
        await().during(LEASE)
                .atMost(LEASE.multipliedBy(4))
                .until(() -> host.failure().isEmpty());
        assertThat(host.running()).containsExactly("c");
        assertThat(injecting.confirmStill(off).proven()).isTrue();

        InjectedFault repaired = injecting.repair(off);

        assertThat(repaired.proven()).as(repaired.proof().toString()).isTrue();
        assertThat(repaired.proof())
                .contains(
                        "r1m1: put on again by its command, and reached again",
                        "r1m1 was off: its agent and all that it had started were gone, by no order of theirs")
                .noneMatch(line -> line.contains("could not be started"));
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(ledger.open().values()).noneMatch(Undo.PowerOn.class::isInstance);
        assertThat(injecting.confirmStill(repaired)).isEqualTo(repaired);
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
        assertThat(folder.resolve("run/a.log")).as("of both lives").content().hasLineCount(2);
    }

    @Tag("long")
    @Test
    void aRackIsPutOnByHealingWhichTellsThatItWasOff() throws Exception {
        switches("off", "on", BACK);
        InjectedFault off = strike("r1m1", "r1m2");
        assertThat(off.proven()).as(off.proof().toString()).isTrue();

        HealResult healed = ledger.heal(host.undoing());

        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
        assertThat(healed.done())
                .filteredOn(line -> line.endsWith("reached again"))
                .hasSize(2);
        InjectedFault known = injecting.inHindsight(off);
        assertThat(known.proven()).isTrue();
        assertThat(known.proof()).filteredOn(line -> line.contains("was off")).hasSize(2);
    }

    /** The other one is off meanwhile, for longer than its lease. */
    @Test
    void aCommandWithoutEffectProvesNothingAndAHostThatIsOffByOrderIsNotLost() throws Exception {
        switchWith(List.of(
                power("r1m1", machines.get(M1).command("off"), machines.get(M1).command("on"), BACK),
                power("r1m2", List.of("true"), List.of("true"), BACK)));

        InjectedFault fault = strike("r1m1", "r1m2");

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof())
                .containsExactly(
                        "r1m1: silent: neither agent nor SSH nor SIP answers",
                        "r1m2: not off within 10000 ms: its agent answers");
        assertThat(host.failure()).isEmpty();
        assertThat(host.running()).isEmpty();
        InjectedFault repaired = injecting.repair(fault);
        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof())
                .anyMatch(line -> line.startsWith("r1m1 was off: "))
                .contains("r1m2 was not off: its agent has lived on");
        assertThat(host.running()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(ledger.heal(host.undoing()).complete()).isTrue();
    }

    /** From outside it looks the same for as long as it lasts. */
    @Test
    void aHostThatWasOnlySuspendedWasNotOff() throws Exception {
        switches("suspend", "resume", BACK);
        InjectedFault silent = strike("r1m1");
        assertThat(silent.proven()).as(silent.proof().toString()).isTrue();

        HealResult healed = ledger.heal(host.undoing());

        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
        InjectedFault known = injecting.inHindsight(silent);
        assertThat(known.proven()).isFalse();
        assertThat(known.proof()).last().asString().startsWith("r1m1 was not off: its agent");
    }

    @Tag("long")
    @Test
    void aMachineThatGoesWithAnotherOneTakesTheProofAway() throws Exception {
        List<String> both = List.of(
                "sh",
                "-c",
                String.join(" ", machines.get(M1).command("off")) + "; "
                        + String.join(" ", machines.get(M2).command("off")));
        List<String> on = List.of(
                "sh",
                "-c",
                String.join(" ", machines.get(M1).command("on")) + "; "
                        + String.join(" ", machines.get(M2).command("on")));
        switchWith(List.of(power("r1m1", both, on, BACK)));

        InjectedFault fault = strike("r1m1");

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof())
                .anyMatch(line -> line.startsWith("r1m2: may have lost its power as well, by no order of the plan: "));
        await().atMost(LEASE.multipliedBy(4)).until(() -> host.failure().isPresent());
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.complete()).as(healed.failed().toString()).isTrue();
    }

    @Tag("long")
    @Test
    void aMachineThatDoesNotComeBackIsNotHealed() throws Exception {
        switches("off", "nothing", Duration.ofSeconds(1));
        InjectedFault off = strike("r1m1");

        InjectedFault repaired = injecting.repair(off);

        assertThat(repaired.proven()).isFalse();
        assertThat(repaired.proof())
                .anyMatch(line ->
                        line.startsWith("r1m1: put on by its command, and not reached within 1 s: " + M1 + " ("))
                .last()
                .isEqualTo("r1m1: not reached again, so that nobody knows whether it was off");
        HealResult healed = ledger.heal(host.undoing());
        assertThat(healed.failed())
                .anyMatch(line -> line.startsWith("r1m1: put on by its command, and not reached within 1 s: "))
                .allMatch(line -> line.startsWith("r1m1: ") && line.lines().count() == 1);
        assertThat(ledger.open().values())
                .hasSize(2)
                .anyMatch(Undo.PowerOn.class::isInstance)
                .anyMatch(Undo.HealHost.class::isInstance);
        machines.get(M1).now("on");
    }

    private InjectedFault strike(String... targets) throws Exception {
        injecting = host.injecting(clock, BlastRadius.ofOneRack(RACK));
        List<String> names = List.of(targets);
        List<String> elements = RACK.machines().stream()
                .filter(machine -> names.contains(machine.name()))
                .flatMap(machine -> machine.elements().stream())
                .map(element -> element.name())
                .toList();
        var order = new FaultOrder(Domain.MACHINE, Kind.POWER_OFF, names, elements, Duration.ZERO, null);
        return injecting.inject(0, order, clock.nanos() + host.lead().toNanos());
    }

    private void switches(String off, String on, Duration back) throws IOException {
        switchWith(List.of(
                power("r1m1", machines.get(M1).command(off), machines.get(M1).command(on), back),
                power("r1m2", machines.get(M2).command(off), machines.get(M2).command(on), back)));
    }

    private PowerSwitch power(String machine, List<String> off, List<String> on, Duration back) {
        return new PowerSwitch(machine, off, on, folder.toString(), "mine.yaml", back.toMillis());
    }

    private void switchWith(List<PowerSwitch> switches) throws IOException {
        host.switches(switches);
    }
}
