package io.ringdown.harness.hosts;

import io.ringdown.faults.ProcessIdentity;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.HostDrops;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches, four times a second, what this machine is busy with beside the run, and what the kernel drops. Where it cannot be told nothing is,
 * and then nothing is excused by it.
 */
public final class MachineWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineWatch.class);
    private static final int INTERVAL_MILLIS = 250;

    private final Supplier<Collection<ProcessIdentity>> own;
    private final RunClock clock;
    private final Consumer<MachineLoad> told;
    private final List<MachineLoad> seen = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "machine");
        made.setDaemon(true);
        return made;
    });
    private Reading last;

    private record Reading(long at, ProcessorTimes times, long drops, long errors) {}

    private MachineWatch(Supplier<Collection<ProcessIdentity>> own, RunClock clock, Consumer<MachineLoad> told) {
        this.own = own;
        this.clock = clock;
        this.told = told;
    }

    /**
     * Begins to watch.
     *
     * @param own this process's children that are the run's own, as they are when asked
     * @param told who is told what was seen, on a thread of the watch's own
     */
    public static MachineWatch start(
            Supplier<Collection<ProcessIdentity>> own, RunClock clock, Consumer<MachineLoad> told) {
        var watch = new MachineWatch(own, clock, told);
        watch.thread.scheduleAtFixedRate(watch::look, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        try {
            var now = new Reading(clock.nanos(), ProcessorTimes.now(own.get()), HostDrops.now(), HostDrops.errorsNow());
            if (last != null) {
                MachineLoad load = between(last, now);
                synchronized (seen) {
                    seen.add(load);
                }
                told.accept(load);
            }
            last = now;
        } catch (IOException | RuntimeException e) {
            LOG.debug("cannot tell what this machine is busy with", e);
        }
    }

    private static MachineLoad between(Reading before, Reading after) {
        long all = after.times.all() - before.times.all();
        long own = after.times.own() - before.times.own();
        return new MachineLoad(
                before.at,
                after.at,
                after.times.processors(),
                Math.max(0, own),
                // Processes of the run's own died whose parents had: what others took then cannot be told, and excuses
                // nothing.
                own < 0 ? 0 : Math.max(0, all - own),
                HostDrops.between(before.drops, after.drops),
                HostDrops.between(before.errors, after.errors));
    }

    /** What was seen so far, in order. */
    public List<MachineLoad> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
