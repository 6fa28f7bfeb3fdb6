package io.ringdown.workloads.calls;

/** Room for requests that may be open at once. For one thread. */
final class Room {
    private final int most;
    private int open;

    Room(int most) {
        this.most = most;
    }

    /** Whether there was room for one more. */
    boolean enter() {
        boolean room = open < most;
        open += room ? 1 : 0;
        return room;
    }

    /** One that entered has ended. */
    void leave() {
        open--;
    }
}
