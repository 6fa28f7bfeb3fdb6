package io.ringdown.harness.hosts.docker;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks once a second whether containers are as they should be: what others do to them is no fault of the plan's. */
final class ContainersWatch implements AutoCloseable {
    /** An engine may be busy once. */
    private static final int MOST_FAILURES = 3;

    private final List<ContainedElement> watched = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "containers");
        made.setDaemon(true);
        return made;
    });
    private volatile String amiss;
    private int failures;

    ContainersWatch() {
        thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    void over(ContainedElement element) {
        watched.add(element);
    }

    private void look() {
        try {
            for (ContainedElement each : watched) {
                Optional<String> seen = each.amiss();
                if (seen.isPresent() && amiss == null) {
                    amiss = seen.get();
                }
            }
            failures = 0;
        } catch (IOException | RuntimeException e) {
            failures++;
            if (failures >= MOST_FAILURES && amiss == null) {
                amiss = e.getMessage();
            }
        }
    }

    /** What was seen first, one line; empty: nothing. */
    Optional<String> amiss() {
        return Optional.ofNullable(amiss);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
