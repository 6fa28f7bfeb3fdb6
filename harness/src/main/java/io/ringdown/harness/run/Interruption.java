package io.ringdown.harness.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run in good order when the process is asked to end (SIGINT, SIGTERM): the run is told, heals, is judged, and only then does
 * the process end. In force until closed.
 */
public final class Interruption implements AutoCloseable {
    private static final int STATUS = 130;
    private static final long PATIENCE_SECONDS = 60;

    private final Runnable endEarly;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "interruption");

    /**
     * Watches for the end.
     *
     * @param endEarly tells the run
     */
    public Interruption(Runnable endEarly) {
        this.endEarly = endEarly;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interrupt() {
        endEarly.run();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ringdown: the run did not end in good order; see 'ringdown heal'");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STATUS);
    }

    /** The run is over. If the process is being ended, this does not return. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            finished.countDown();
            while (true) {
                java.util.concurrent.locks.LockSupport.park();
            }
        }
    }
}
