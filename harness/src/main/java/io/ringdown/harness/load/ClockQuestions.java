package io.ringdown.harness.load;

import io.ringdown.record.ClockOffset;
import io.ringdown.record.RunClock;
import java.util.ArrayList;
import java.util.List;

/** What another process's clock shows, by questions that their answers repeat. Of each second the look that took the shortest time is kept. */
final class ClockQuestions {
    private static final long SECOND = 1_000_000_000;
    /** Of a run that takes longer than so many seconds looks are kept less often. */
    private static final int MOST = 600;

    private final RunClock clock;
    private final List<ClockOffset> kept = new ArrayList<>();
    private long interval = SECOND;
    private ClockOffset last;
    private long answered;

    ClockQuestions(RunClock clock) {
        this.clock = clock;
    }

    /** A question's only word: when it is asked. */
    String question() {
        return Long.toString(clock.nanos());
    }

    /**
     * Takes an answer, as soon as it is there.
     *
     * @param shown {@link System#nanoTime} of the other process when it was asked
     */
    synchronized void answer(long asked, long shown) {
        long half = (clock.nanos() - asked) / 2;
        long between = asked + half;
        last = new ClockOffset(between, shown - (clock.originNanos() + between), half);
        answered++;
        notifyAll();
        keep(last);
    }

    private void keep(ClockOffset look) {
        int newest = kept.size() - 1;
        boolean another = newest < 0 || look.at() / interval > kept.get(newest).at() / interval;
        if (another) {
            kept.add(look);
        } else if (look.uncertainty() < kept.get(newest).uncertainty()) {
            kept.set(newest, look);
        }
        if (kept.size() > MOST) {
            interval *= 2;
            List<ClockOffset> all = List.copyOf(kept);
            kept.clear();
            all.forEach(this::keep);
        }
    }

    synchronized long answered() {
        return answered;
    }

    /**
     * Waits for one more answer than there were.
     *
     * @return null if none comes before {@link System#nanoTime} is at an instant
     */
    synchronized ClockOffset next(long before, long giveUp) throws InterruptedException {
        while (answered <= before) {
            long millis = (giveUp - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return null;
            }
            wait(millis);
        }
        return last;
    }

    /** The looks between two instants, in order. */
    synchronized List<ClockOffset> between(long from, long until) {
        return kept.stream()
                .filter(look -> look.at() > from && look.at() < until)
                .toList();
    }
}
