package io.ringdown.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A fault that waits to be let off, and then lasts until its undo is carried out. Closing it undoes nothing. */
public interface Armed extends AutoCloseable {
    /** What goes into the ledger before it is let off. */
    List<Undo> undos();

    /** Lets it off; it is in force, as a whole, when this returns. */
    void fire() throws IOException;

    /** Whether it has struck the victims since: a rule their own messages, rather than a probe. Cheap enough to be asked every 20 ms. */
    Seen struck() throws IOException;

    /** Waits until it has struck, or for so long: for a fault that is in force only a while after it was ordered. */
    default void untilStruck(Duration patience, Duration betweenLooks) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!struck().holds() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(betweenLooks.toNanos());
        }
    }

    /** Whether what was let off is still there as it was; asked again and again while it lasts, so that nobody lifts it unseen. */
    default Seen stands() throws IOException {
        return struck();
    }

    /** Tries it out, and sees whether what is tried fares as the fault wants it. Empty: nothing can be tried. */
    Optional<Seen> probe() throws IOException;

    /** Tries out whether all is as if there were no fault. Empty: nothing can be tried. */
    Optional<Seen> undisturbed() throws IOException;

    @Override
    void close();

    /**
     * What was seen.
     *
     * @param holds whether it is as asked
     * @param evidence one line
     */
    record Seen(boolean holds, String evidence) {}
}
