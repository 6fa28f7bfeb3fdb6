package io.ringdown.workloads.sip;

import java.net.InetSocketAddress;

/** What a caller needs of the world: time, timers, and a way to send from one address. Everything happens on one thread. */
public interface Wire {
    /** Run nanos. */
    long nanos();

    /** Runs a task at an instant (run nanos), or soon if that has passed. */
    Timer at(long instant, Runnable task);

    /**
     * Runs a task when a duration has passed since an instant: the way to set many timers that run for the same time.
     *
     * @param start run nanos: now, or not long ago
     */
    default Timer after(long start, long duration, Runnable task) {
        return at(start + duration, task);
    }

    /** Sends a message; whether it left is counted, not told. */
    void send(byte[] data, InetSocketAddress to);

    /** The address that it sends from, and is answered at. */
    InetSocketAddress local();

    /** Whether what is sent arrives or is lost with its connection: nothing is sent again then (RFC 3261 section 17.1.1.2). */
    default boolean reliable() {
        return false;
    }

    /** Whether what is sent to an address leaves at once, rather than when a connection is made. */
    default boolean connected(InetSocketAddress to) {
        return true;
    }

    /** A task that is to run once. */
    interface Timer {
        /** Keeps the task from running. */
        void cancel();
    }
}
