package io.ringdown.faults;

/**
 * A process, told apart from any other that ever had or will have its pid.
 *
 * @param pid its handle
 * @param start when it started, in clock ticks since boot (field 22 of {@code /proc/PID/stat})
 */
public record ProcessIdentity(long pid, long start) {
    @Override
    public String toString() {
        return "pid " + pid + " start " + start;
    }
}
