package io.ringdown.faults;

/**
 * What was seen of an element's process at one instant.
 *
 * @param evidence one line, such as {@code r1m1-engine pid 123 start 456: state T, 27 threads}
 */
public record Observation(String element, State state, String evidence) {
    /** What a process can be doing. */
    public enum State {
        /** At least one of its threads can run. */
        RUNNING,
        /** Every thread is stopped. */
        FROZEN,
        /** No thread is left: its sockets are closed. */
        GONE
    }
}
