package io.ringdown.workloads.calls;

import io.ringdown.record.RunRecorder;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Hands what was recorded to the operating system ten times a second, off the calls' thread. */
final class RecordingThread implements AutoCloseable {
    private final RunRecorder recorder;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "recording");
        made.setDaemon(true);
        return made;
    });
    private volatile Throwable failure;

    RecordingThread(RunRecorder recorder) {
        this.recorder = recorder;
    }

    void start() {
        thread.scheduleAtFixedRate(this::flush, 100, 100, TimeUnit.MILLISECONDS);
    }

    private void flush() {
        try {
            recorder.flush();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** What went wrong with recording, or null. */
    Throwable failure() {
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
