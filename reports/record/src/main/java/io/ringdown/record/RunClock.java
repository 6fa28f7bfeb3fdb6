package io.ringdown.record;

/**
 * The one clock of a run: monotonic, anchored once to wall-clock time.
 *
 * @param originNanos {@link System#nanoTime()} when the run began
 * @param originEpochMicros wall-clock microseconds since 1970 at the same moment
 */
public record RunClock(long originNanos, long originEpochMicros) {
    /** A clock that starts now. */
    public static RunClock startingNow() {
        var now = java.time.Instant.now();
        return new RunClock(System.nanoTime(), now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
    }

    /** Run nanos: monotonic nanoseconds since the run began. */
    public long nanos() {
        return System.nanoTime() - originNanos;
    }

    /** The wall-clock microsecond at which the given run nanos fall. */
    public long toEpochMicros(long runNanos) {
        return originEpochMicros + Math.floorDiv(runNanos, 1_000L);
    }

    /** Run nanos of a wall-clock microsecond, as elements report them. */
    public long fromEpochMicros(long epochMicros) {
        return (epochMicros - originEpochMicros) * 1_000;
    }
}
