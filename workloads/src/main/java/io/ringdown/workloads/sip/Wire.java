package io.ringdown.workloads.sip;

import java.net.InetSocketAddress;

/** What a caller needs of the world: time, timers and a UDP socket. Everything happens on one thread. */
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

    /** Sends a datagram; whether it left is counted, not told. */
    void send(byte[] data, InetSocketAddress to);

    /** The socket's own address. */
    InetSocketAddress local();

    /** A task that is to run once. */
    interface Timer {
        /** Keeps the task from running. */
        void cancel();
    }
}
