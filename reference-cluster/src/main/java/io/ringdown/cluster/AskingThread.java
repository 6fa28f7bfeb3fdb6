package io.ringdown.cluster;

import io.ringdown.cluster.replication.Replica;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Has a store ask again, every now and then, for what it lacks. */
final class AskingThread implements AutoCloseable {
    private static final long ASK_MILLIS = 2_000;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "asking");
        made.setDaemon(true);
        return made;
    });

    AskingThread(Replica store) {
        thread.scheduleWithFixedDelay(store::askAgain, ASK_MILLIS, ASK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Does something else every so many milliseconds as well. */
    void also(long millis, Runnable task) {
        thread.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
