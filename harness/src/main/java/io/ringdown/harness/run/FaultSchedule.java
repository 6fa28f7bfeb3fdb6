package io.ringdown.harness.run;

import io.ringdown.faults.Injecting;
import io.ringdown.faults.TargetChoice;
import io.ringdown.harness.cluster.Cluster.Pause;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Strikes and repairs, each in a thread of its own: a fault that is due waits neither for another's proof nor until what was repaired
 * serves again. The schedule itself is kept by one thread, which begins everything.
 */
final class FaultSchedule {
    private static final int MOMENT_MILLIS = 20;
    /** Longer than the injector takes over anything. */
    private static final long END_SECONDS = 60;

    private volatile List<FaultOrder> orders;
    private final Injecting injector;
    private final Returning returning;
    private final Consumer<RunEvent> events;
    private final RunClock clock;
    private final Progress progress;
    private final ExecutorService threads = Executors.newCachedThreadPool(FaultSchedule::thread);
    /** As last told, by their index in the plan, which need not be the order of their instants. */
    private final Map<Integer, InjectedFault> injected = new ConcurrentSkipListMap<>();

    private final Map<Integer, Future<InjectedFault>> strikes = new TreeMap<>();
    private final Map<Integer, Future<InjectedFault>> repairs = new TreeMap<>();
    private final List<Future<?>> returns = java.util.Collections.synchronizedList(new ArrayList<>());
    private volatile boolean over;

    /** Waits until elements that were started again serve. */
    interface Returning {
        /**
         * Waits for all of them, but not for ever.
         *
         * @param serving told each one that serves
         * @throws IOException if some do not come to serve; the message is one line
         */
        void await(List<String> elements, Pause pause, Consumer<String> serving)
                throws IOException, InterruptedException;
    }

    FaultSchedule(
            List<FaultOrder> orders,
            Injecting injector,
            Returning returning,
            Consumer<RunEvent> events,
            RunClock clock,
            Progress progress) {
        this.orders = orders;
        this.injector = injector;
        this.returning = returning;
        this.events = events;
        this.clock = clock;
        this.progress = progress;
    }

    /** Whether there are targets that only the run knows. */
    boolean isToChoose() {
        return orders.stream().anyMatch(FaultOrder::busiest);
    }

    /**
     * Chooses the targets that only the run knows, before anything is begun.
     *
     * @param loads of each element that has some
     * @param unit what they count
     * @throws IOException if nobody has any; one line
     */
    void choose(Topology topology, Map<String, ? extends Number> loads, String unit) throws IOException {
        var chosen = new ArrayList<FaultOrder>();
        for (FaultOrder order : orders) {
            chosen.add(order.busiest() ? onBusiest(order, topology, loads, unit) : order);
        }
        orders = List.copyOf(chosen);
    }

    private FaultOrder onBusiest(FaultOrder order, Topology topology, Map<String, ? extends Number> loads, String unit)
            throws IOException {
        List<String> taken = orders.stream()
                .filter(other -> !other.busiest())
                .flatMap(other -> other.elements().stream())
                .toList();
        TargetChoice busiest = TargetChoice.busiest(topology, order.domain(), loads, taken)
                .orElseThrow(
                        () -> new IOException("who is busiest cannot be told: no element says that it has " + unit));
        double load = busiest.elements().stream()
                .map(loads::get)
                .filter(Objects::nonNull)
                .mapToDouble(Number::doubleValue)
                .sum();
        progress.line(
                "fault",
                String.format(
                        Locale.ROOT,
                        "the busiest is %s, with %.6g %s",
                        String.join(", ", busiest.targets()),
                        load,
                        unit));
        return order.on(busiest.targets(), busiest.elements());
    }

    /**
     * Begins a strike or a repair and returns at once.
     *
     * @throws IOException if something begun earlier has failed
     */
    void begin(Due due) throws IOException, InterruptedException {
        for (Future<InjectedFault> earlier : begun()) {
            if (earlier.isDone()) {
                result(earlier);
            }
        }
        if (due.repair()) {
            Future<InjectedFault> strike = strikes.get(due.index());
            repairs.put(due.index(), threads.submit(() -> repair(strike)));
        } else {
            List<Future<InjectedFault>> before = List.copyOf(repairs.values());
            strikes.put(due.index(), threads.submit(() -> strike(due, before)));
        }
    }

    /**
     * Waits until everything begun has been done, returns excepted.
     *
     * @throws IOException if a fault could not be tried
     */
    void awaitDone(Pause pause) throws IOException, InterruptedException {
        for (Future<InjectedFault> one : begun()) {
            while (!one.isDone()) {
                pause.moment();
            }
            result(one);
        }
    }

    /** Whether something that was started again may still come to serve. */
    boolean isReturning() {
        return !List.copyOf(returns).stream().allMatch(Future::isDone);
    }

    /** Lets what has begun end, but waits for no more returns; afterwards nothing is struck or repaired. */
    void end() throws InterruptedException {
        over = true;
        threads.shutdown();
        threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    }

    /** Looks at every fault for the last time; tells nobody. One that cannot be looked at is not proven any more, and keeps none from being undone. */
    List<InjectedFault> confirmed() {
        return injected.values().stream().map(this::confirmed).toList();
    }

    /** The same once all is healed. */
    List<InjectedFault> inHindsight(List<InjectedFault> confirmed) {
        return confirmed.stream().map(injector::inHindsight).toList();
    }

    private InjectedFault confirmed(InjectedFault fault) {
        try {
            return injector.confirmStill(fault);
        } catch (RuntimeException | Error e) {
            var proof = new ArrayList<>(fault.proof());
            proof.add("nobody can tell whether it is still in effect: " + e);
            return new InjectedFault(
                    fault.index(), fault.order(), fault.asked(), fault.confirmed(), fault.repairAsked(), false, proof);
        }
    }

    private InjectedFault strike(Due due, List<Future<InjectedFault>> before) throws IOException, InterruptedException {
        // What they bring back no longer counts as down.
        for (Future<InjectedFault> repair : before) {
            result(repair);
        }
        InjectedFault fault = injector.inject(due.index(), orders.get(due.index()), due.at());
        tell(fault);
        progress.line("fault", FaultText.of(fault));
        awaitReturn(fault);
        return fault;
    }

    private InjectedFault repair(Future<InjectedFault> strike) throws IOException, InterruptedException {
        InjectedFault repaired = injector.repair(result(strike));
        if (repaired.repairAsked() == Operation.NONE) {
            progress.line("repair", "nothing was struck, so nothing is repaired");
            return repaired;
        }
        tell(repaired);
        awaitReturn(repaired);
        return repaired;
    }

    /** Once the schedule is over nobody waits for it, and it is not begun. */
    private void awaitReturn(InjectedFault fault) {
        if (fault.repairAsked() != Operation.NONE && !over) {
            returns.add(threads.submit(() -> awaitReturn(fault.order().elements())));
        }
    }

    /** What does not come to serve is missing in the record, and the judge's to weigh: the run goes on. */
    private void awaitReturn(List<String> elements) {
        try {
            returning.await(elements, this::pause, this::serves);
            progress.line("repair", String.join(", ", elements) + " serves again");
        } catch (IOException | RuntimeException e) {
            progress.line("repair", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            // the run is over
        }
    }

    private void serves(String element) {
        events.accept(new RunEvent.Serving(clock.nanos(), element));
    }

    private void tell(InjectedFault fault) {
        injected.put(fault.index(), fault);
        events.accept(new RunEvent.FaultInjected(clock.nanos(), fault));
    }

    private void pause() throws InterruptedException {
        if (over) {
            throw new InterruptedException("the run is over");
        }
        Thread.sleep(MOMENT_MILLIS);
    }

    private List<Future<InjectedFault>> begun() {
        return Stream.concat(strikes.values().stream(), repairs.values().stream())
                .toList();
    }

    private static InjectedFault result(Future<InjectedFault> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a fault failed: " + e.getCause(), e.getCause());
        }
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "fault");
        thread.setDaemon(true);
        return thread;
    }
}
