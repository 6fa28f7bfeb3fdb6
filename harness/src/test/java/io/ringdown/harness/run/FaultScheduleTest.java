package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Spent;
import io.ringdown.faults.Victims;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunEvent.FaultInjected;
import io.ringdown.record.RunEvent.Serving;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultScheduleTest {
    private static final Topology TWO_MACHINES =
            new Topology("occas", "127.107.0.1:5060", "", List.of(new Rack("r1", List.of(machine("a"), machine("b")))));

    @TempDir
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private final Processes processes = new Processes();
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private Ledger ledger;
    private FaultSchedule schedule;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
    }

    @AfterEach
    void close() throws Exception {
        schedule.end();
        ledger.close();
    }

    @Test
    void faultsOfOneInstantDoNotWaitForEachOthersProof() throws Exception {
        processes.freezeTogether = List.of("a", "b");

        live(List.of(strike("a"), strike("b")), (elements, pause, serving) -> {});

        assertThat(faults()).hasSize(2).allMatch(InjectedFault::proven);
    }

    @Test
    void theBusiestIsWhoHasMostInTheRun() throws Exception {
        FaultOrder busiest = new FaultOrder(
                Domain.PROCESS, Kind.SILENT, List.of("a"), List.of("a"), Duration.ZERO, null, null, false, true);
        schedule = schedule(List.of(busiest), (elements, pause, serving) -> {});
        assertThatThrownBy(() -> schedule.choose(TWO_MACHINES, Map.of(), "calls"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("who is busiest cannot be told");
        schedule.choose(TWO_MACHINES, Map.of("a", 0.5, "b", 0.75), "load");

        schedule.begin(new Due(clock.nanos(), 0, false));
        schedule.awaitDone(Thread::onSpinWait);

        assertThat(faults())
                .singleElement()
                .matches(fault -> fault.proven() && fault.order().targets().equals(List.of("b")));
    }

    @Test
    void aFaultDoesNotWaitUntilWhatWasRepairedServes() throws Exception {
        var struck = new CountDownLatch(1);
        processes.whenFrozen.put("b", struck);
        FaultOrder repaired = order("a", Duration.ZERO, Duration.ofMillis(1));
        FaultOrder later = order("b", Duration.ofMillis(2), null);

        live(List.of(repaired, later), (elements, pause, serving) -> {
            struck.await();
            elements.forEach(serving);
        });

        await().until(() -> !schedule.isReturning());
        assertThat(faults()).hasSize(3).allMatch(InjectedFault::proven);
        assertThat(events.stream().filter(Serving.class::isInstance))
                .extracting(event -> ((Serving) event).element())
                .containsExactly("a");
    }

    @Test
    void whatDoesNotComeToServeIsNotRecordedAndEndsNothing() throws Exception {
        live(List.of(order("a", Duration.ZERO, Duration.ofMillis(1))), (elements, pause, serving) -> {
            throw new IOException("a is silent after 60 s");
        });

        await().until(() -> !schedule.isReturning());
        assertThat(events).hasSize(2).noneMatch(Serving.class::isInstance);
    }

    @Test
    void whatWasNeverStruckIsNotAwaited() throws Exception {
        processes.states.put("a", State.GONE);
        var awaited = new CopyOnWriteArrayList<String>();

        live(
                List.of(order("a", Duration.ZERO, Duration.ofMillis(1))),
                (elements, pause, serving) -> awaited.addAll(elements));

        await().until(() -> !schedule.isReturning());
        assertThat(awaited).isEmpty();
        assertThat(faults()).singleElement().matches(fault -> !fault.proven());
    }

    @Test
    void theEndOfTheRunWaitsForNoReturn() throws Exception {
        live(List.of(order("a", Duration.ZERO, Duration.ofMillis(1))), (elements, pause, serving) -> {
            while (true) {
                pause.moment();
            }
        });
        assertThat(schedule.isReturning()).isTrue();

        schedule.end();

        assertThat(schedule.isReturning()).isFalse();
    }

    @Test
    void aFaultThatCannotBeTriedEndsTheRun() {
        processes.unfreezable = true;

        assertThatThrownBy(() -> live(List.of(strike("a")), (elements, pause, serving) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the keeper has died");
    }

    /** Whatever goes wrong then, all that was done is still to be undone. */
    @Test
    void aFaultThatCannotBeLookedAtIsNotProvenAnyMore() throws Exception {
        live(List.of(strike("a"), strike("b")), (elements, pause, serving) -> {});
        processes.unseen = "a";

        List<InjectedFault> last = schedule.confirmed();

        assertThat(last).extracting(InjectedFault::proven).containsExactly(false, true);
        assertThat(last.get(0).proof()).last().asString().contains("nobody can tell", "no more files");
    }

    private void live(List<FaultOrder> orders, FaultSchedule.Returning returning) throws Exception {
        schedule = schedule(orders, returning);
        for (Due due : Due.schedule(clock.nanos(), orders)) {
            schedule.begin(due);
        }
        schedule.awaitDone(Thread::onSpinWait);
    }

    private FaultSchedule schedule(List<FaultOrder> orders, FaultSchedule.Returning returning) {
        var injector = new FaultInjector(processes, ledger, clock, new BlastRadius(TWO_MACHINES, 2));
        var silence = new Progress(new PrintStream(PrintStream.nullOutputStream()), false);
        return new FaultSchedule(orders, injector, returning, events::add, clock, silence);
    }

    private List<InjectedFault> faults() {
        return events.stream()
                .filter(FaultInjected.class::isInstance)
                .map(event -> ((FaultInjected) event).fault())
                .toList();
    }

    private static FaultOrder strike(String element) {
        return order(element, Duration.ZERO, null);
    }

    private static FaultOrder order(String element, Duration after, Duration repairAfter) {
        return new FaultOrder(Domain.PROCESS, Kind.SILENT, List.of(element), List.of(element), after, repairAfter);
    }

    private static Machine machine(String name) {
        return new Machine("m" + name, "127.71.1.1", List.of(new Element(name, "engine", -1, "", "")));
    }

    /** Processes that do at once what they are told, except as a test wants it. */
    private static final class Processes implements Victims {
        final Map<String, State> states = new ConcurrentHashMap<>(Map.of("a", State.RUNNING, "b", State.RUNNING));
        final Map<String, CountDownLatch> whenFrozen = new ConcurrentHashMap<>();
        /** None of these is seen frozen before all are. */
        volatile List<String> freezeTogether = List.of();

        volatile boolean unfreezable;
        volatile String unseen = "";

        @Override
        public ProcessIdentity identity(String element) {
            return new ProcessIdentity(element.charAt(0), 1);
        }

        @Override
        public Observation observe(String element) {
            if (element.equals(unseen)) {
                throw new IllegalStateException("no more files can be opened");
            }
            State state = states.get(element);
            boolean early = state == State.FROZEN
                    && freezeTogether.contains(element)
                    && freezeTogether.stream().anyMatch(other -> states.get(other) != State.FROZEN);
            return new Observation(element, early ? State.RUNNING : state, element + ": " + state);
        }

        @Override
        public Map<ProcessIdentity, Spent> spent(String element) {
            return Map.of(identity(element), new Spent(1, Map.of()));
        }

        @Override
        public Trigger armFreeze(List<String> elements) throws IOException {
            if (unfreezable) {
                throw new IOException("the keeper has died");
            }
            return new Trigger() {
                @Override
                public void fire() {
                    elements.forEach(element -> states.put(element, State.FROZEN));
                    elements.stream()
                            .filter(whenFrozen::containsKey)
                            .forEach(element -> whenFrozen.get(element).countDown());
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void kill(List<String> elements) {
            elements.forEach(element -> states.put(element, State.GONE));
        }

        @Override
        public void terminate(List<String> elements) {
            kill(elements);
        }

        @Override
        public void resume(List<String> elements) {
            elements.forEach(element -> states.put(element, State.RUNNING));
        }

        @Override
        public void restart(String element) {
            states.put(element, State.RUNNING);
        }
    }
}
