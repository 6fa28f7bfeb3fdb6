package io.ringdown.harness.hosts;

import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The elements that were started on this machine, each as it was started last. Looking one up waits for nobody: starting one must not hold up another's proof. */
final class StartedElements {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, StartedElement> elements = new LinkedHashMap<>();

    synchronized void put(StartedElement started) {
        elements.put(started.name(), started);
    }

    /** Null: never started here. */
    synchronized StartedElement find(String element) {
        return elements.get(element);
    }

    /** @throws FaultRefusedException if it was never started here */
    StartedElement get(String element) {
        StartedElement started = find(element);
        if (started == null) {
            throw new FaultRefusedException(element + ": not started here, so not touched");
        }
        return started;
    }

    List<StartedElement> get(List<String> names) {
        return names.stream().map(this::get).toList();
    }

    synchronized List<StartedElement> all() {
        return List.copyOf(elements.values());
    }

    synchronized List<String> names() {
        return List.copyOf(elements.keySet());
    }

    /** The first process of an element that was started and is not gone. */
    Optional<Long> pid(String element) {
        return Optional.ofNullable(find(element))
                .filter(started -> !started.isGone())
                .map(started -> started.identity().pid());
    }

    /** The processes that all of them were found to be last; does not look again. */
    List<ProcessIdentity> lately() {
        return all().stream().flatMap(each -> each.lately().stream()).toList();
    }

    /** Whether elements are gone within some seconds. */
    boolean awaitGone(List<String> names) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (String element : names) {
            while (!get(element).isGone()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        return true;
    }

    /** Marks in the ledger what is gone, and tells what is not. */
    void settle(Ledger ledger, List<String> done, List<String> failed) {
        for (StartedElement started : all()) {
            Observation seen = started.observe();
            if (seen.state() != Observation.State.GONE) {
                failed.add("still there: " + seen.evidence());
                continue;
            }
            try {
                ledger.done(started.step(), seen.evidence());
                done.add(seen.evidence());
            } catch (IOException e) {
                failed.add(started.name() + " is gone, but the ledger cannot say so: " + e.getMessage());
            }
        }
    }
}
