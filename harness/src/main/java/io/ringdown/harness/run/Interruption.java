package io.ringdown.harness.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run, or whatever else must not be left half done, in good order when the process is asked to end (SIGINT, SIGTERM): it is told,
 * heals, is judged, and only then does the process end. In force until closed.
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
     * @param endEarly tells the one that is to end
     */
    public Interruption(Runnable endEarly) {
        this.endEarly = endEarly;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interrupt() {
        endEarly.run();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("ringdown: this did not end in good order; see 'ringdown heal'");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(STATUS);
    }

    /** Lets the process be ended as usual again; false if it is being ended already, and then there is good order to be made. */
    public boolean disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** It is over. If the process is being ended, this does not return. */
    @Override
    public void close() {
        if (!disarm()) {
            finished.countDown();
            while (true) {
                java.util.concurrent.locks.LockSupport.park();
            }
        }
    }
}
