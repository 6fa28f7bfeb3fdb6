package io.ringdown.judge;

import io.ringdown.record.MachineLoad;
import java.util.ArrayList;
import java.util.List;

/**
 * When others than the run's own processes took so much of the machine, more than a quarter of all its processors in a second, that a late answer
 * cannot be pinned on the cluster. It excuses lateness only, and only as much of it as they can have caused.
 */
public final class ForeignLoad {
    /** The share of a machine's processors that others may take. */
    public static final double MOST = 0.25;

    private static final long SECOND = 1_000_000_000;

    /** Stretches of time, none touching the next, in order. */
    private final List<Stretch> crowded = new ArrayList<>();

    private double peak;

    private record Stretch(long from, long until) {
        long shared(long begin, long end) {
            return Math.max(0, Math.min(until, end) - Math.max(from, begin));
        }
    }

    private ForeignLoad(List<MachineLoad> loads, long begin, long end) {
        for (int first = 0; first < loads.size(); first++) {
            long others = 0;
            long room = 0;
            long from = loads.get(first).from();
            for (int i = first; i < loads.size(); i++) {
                MachineLoad load = loads.get(i);
                others += load.others();
                room += (load.until() - load.from()) * load.processors();
                if (load.until() - from >= SECOND) {
                    if (load.until() > begin && from < end) {
                        second(from, load.until(), room <= 0 ? 0 : (double) others / room);
                    }
                    break;
                }
            }
        }
    }

    /** What others took all the while. */
    static ForeignLoad of(List<MachineLoad> loads) {
        return new ForeignLoad(loads, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The largest share of the processors that others took in a second which has something in common with a stretch of time.
     *
     * @return null if no second of it was watched
     */
    public static Double peak(List<MachineLoad> loads, long begin, long end) {
        boolean watched = loads.stream().anyMatch(load -> load.until() > begin && load.from() < end);
        return watched ? new ForeignLoad(loads, begin, end).peak : null;
    }

    private void second(long from, long until, double share) {
        peak = Math.max(peak, Math.min(1, share));
        if (share <= MOST) {
            return;
        }
        int last = crowded.size() - 1;
        if (last >= 0 && crowded.get(last).until >= from) {
            crowded.set(last, new Stretch(crowded.get(last).from, Math.max(until, crowded.get(last).until)));
        } else {
            crowded.add(new Stretch(from, until));
        }
    }

    /**
     * Whether others can have caused a delay: they crowded the processors for at least as long, from a second before an answer was due until it came.
     *
     * @param due when the answer would have come if nobody had delayed it
     * @param end when it came
     * @param over how much later than allowed
     */
    boolean explains(long due, long end, long over) {
        long shared = 0;
        for (Stretch stretch : crowded) {
            shared += stretch.shared(due - SECOND, end);
        }
        return over > 0 && shared >= over;
    }
}
