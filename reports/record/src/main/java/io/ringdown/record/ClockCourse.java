package io.ringdown.record;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How the clock of another process went, which was set by the first of several looks at it. What it has gained or lost since is taken off as the looks tell,
 * if it ever is more than the looking may err. Two looks do not do on two machines: a clock that is being set right may gain a twelfth for seconds.
 */
final class ClockCourse {
    /** What a clock may gain or lose of which nothing else is known: a ten-thousandth. */
    private static final double DRIFT = 1e-4;

    private final List<Point> points;

    /**
     * What a look came to.
     *
     * @param at the run's instant
     * @param shown the process's own instant then
     * @param error how far off that may be, either way
     */
    private record Point(long at, long shown, long error) {
        long gained() {
            return shown - at;
        }
    }

    /** @param looks in order of time, one at least */
    ClockCourse(List<ClockOffset> looks) {
        ClockOffset first = looks.get(0);
        boolean drifted = looks.stream()
                .anyMatch(look -> Math.abs(look.nanos() - first.nanos()) > first.uncertainty() + look.uncertainty());
        var made = new ArrayList<Point>();
        for (ClockOffset look : looks) {
            long gained = look.nanos() - first.nanos();
            // What never is more than the looking's error is not taken off, and may be there.
            var point = drifted
                    ? new Point(look.at(), look.at() + gained, look.uncertainty())
                    : new Point(look.at(), look.at(), look.uncertainty() + Math.abs(gained));
            // No clock goes back: one of two looks so close to each other erred.
            if (made.isEmpty() || point.shown() > made.get(made.size() - 1).shown()) {
                made.add(point);
            }
        }
        points = List.copyOf(made);
    }

    /** The run's instant of one that the process recorded. */
    long runNanos(long recorded) {
        if (recorded == Operation.NONE) {
            return recorded;
        }
        int next = after(recorded, Point::shown);
        if (next == 0) {
            return recorded;
        }
        Point from = points.get(next - 1);
        if (next == points.size()) {
            return recorded - from.gained();
        }
        Point to = points.get(next);
        double share = (double) (recorded - from.shown()) / (to.shown() - from.shown());
        return recorded - from.gained() - Math.round(share * (to.gained() - from.gained()));
    }

    /** What the process shows, by the clock that it records by, at an instant of the run's. */
    long shown(long at) {
        int next = after(at, Point::at);
        if (next == 0) {
            return at;
        }
        Point from = points.get(next - 1);
        if (next == points.size()) {
            return at + from.gained();
        }
        Point to = points.get(next);
        double share = (double) (at - from.at()) / (to.at() - from.at());
        return at + from.gained() + Math.round(share * (to.gained() - from.gained()));
    }

    /** By how much an instant may be off, either way: between two looks the clock may have gone any way from the one to the other. */
    long uncertainty(long at) {
        int next = after(at, Point::at);
        if (next == 0) {
            return points.get(0).error();
        }
        Point from = points.get(next - 1);
        if (next == points.size()) {
            return from.error() + Math.round(DRIFT * (at - from.at()));
        }
        Point to = points.get(next);
        return Math.max(from.error(), to.error()) + Math.abs(to.gained() - from.gained());
    }

    /** Which look is the first that came later than an instant, by one of the two clocks. */
    private int after(long instant, ToLongFunction<Point> clock) {
        int low = 0;
        int high = points.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (clock.applyAsLong(points.get(middle)) > instant) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
