package io.ringdown.workloads.calls;

import io.ringdown.record.RunRecorder;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Hands what was recorded to the operating system ten times a second, off the calls' thread. What a full disk does not take waits in
 * memory; only when that lasts has recording failed.
 */
public final class RecordingThread implements AutoCloseable {
    private static final long PATIENCE = 5_000_000_000L;

    private final RunRecorder recorder;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "recording");
        made.setDaemon(true);
        return made;
    });
    private long failingSince;
    private boolean failing;
    private volatile Throwable failure;

    /** A thread yet to be started. */
    public RecordingThread(RunRecorder recorder) {
        this.recorder = recorder;
    }

    /** Begins. */
    public void start() {
        thread.scheduleAtFixedRate(this::flush, 100, 100, TimeUnit.MILLISECONDS);
    }

    private void flush() {
        try {
            recorder.flush();
            failing = false;
        } catch (UncheckedIOException e) {
            failingSince = failing ? failingSince : System.nanoTime();
            failing = true;
            if (System.nanoTime() - failingSince >= PATIENCE) {
                failure = e;
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** What went wrong with recording, or null. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        recorder.flush();
    }
}
