package io.ringdown.faults;

import io.ringdown.faults.Armed.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks at a fault again and again while it lasts: one that somebody lifts for a while is not to be taken for one that lasted. */
final class Vigil implements AutoCloseable {
    /** A look costs a few milliseconds of a processor that the machine's elements may want. */
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** So many looks that tell nothing, one after the other, or are not made, are as good as none: the fault may have been lifted meanwhile. */
    private static final int MOST_UNSEEN = 10;

    private final Armed armed;
    private final long mostUnseen;
    private final long began = System.nanoTime();
    /** When it was last seen to be in effect. */
    private volatile long seen = began;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "vigil");
        made.setDaemon(true);
        return made;
    });
    private volatile String lapse;

    private Vigil(Armed armed, long mostUnseen) {
        this.armed = armed;
        this.mostUnseen = mostUnseen;
    }

    /** Begins to look at what was let off. */
    static Vigil over(Armed armed, Duration betweenLooks) {
        long nanos = betweenLooks.toNanos();
        var vigil = new Vigil(armed, MOST_UNSEEN * nanos);
        vigil.thread.scheduleWithFixedDelay(vigil::look, nanos, nanos, TimeUnit.NANOSECONDS);
        return vigil;
    }

    private void look() {
        try {
            Seen now = armed.stands();
            if (!now.holds()) {
                lapsed(now.evidence());
            } else if (unseen()) {
                lapsed("nobody looked for " + unseenMillis());
            }
            seen = System.nanoTime();
        } catch (IOException | RuntimeException e) {
            // Who cannot be asked now is asked again.
            if (unseen()) {
                lapsed("nobody could tell for " + unseenMillis() + ": " + e.getMessage());
            }
        }
    }

    private boolean unseen() {
        return System.nanoTime() - seen > mostUnseen;
    }

    private String unseenMillis() {
        return (System.nanoTime() - seen) / 1_000_000 + " ms";
    }

    private void lapsed(String why) {
        if (!thread.isShutdown()) {
            note(why);
            thread.shutdown();
        }
    }

    private void note(String why) {
        lapse = String.format(Locale.ROOT, "%.1f s after it was proven: %s", (System.nanoTime() - began) / 1e9, why);
    }

    /** When it was first seen not to be in effect, and how; empty: it always was. */
    Optional<String> lapse() {
        return Optional.ofNullable(lapse);
    }

    /** Ends; nobody looks any more when this returns. */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.shutdown();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A look that ended in an error was the last one, and one that hangs is still under way.
        if (lapse == null && unseen()) {
            note("nobody looked for " + unseenMillis());
        }
    }
}
