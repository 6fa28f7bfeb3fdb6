package io.ringdown.workloads.sip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;

/**
 * The scheduling policy SCHED_FIFO (sched(7)): a thread that has it goes before every thread that has none as soon as it has something to do. The usual
 * policy makes a thread that wakes wait for slices of about 3 ms where others are busy. The kernel still leaves others their share of a
 * thread that never rests.
 */
public final class RealTime {
    private static final int SCHED_FIFO = 1;
    /** What the thread starts has the usual policy. */
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;
    /** Low among those of the policy: only the usual ones are to be gone before. */
    private static final int PRIORITY = 1;

    /** What permits it. */
    public static final String REMEDY = "CAP_SYS_NICE, or an rtprio of " + PRIORITY + " in /etc/security/limits.conf";

    private RealTime() {}

    /** The C library's. */
    private static final class Library {
        static {
            Native.register("c");
        }

        private Library() {}

        /** @param process 0: the thread that calls */
        static native int sched_setscheduler(int process, int policy, IntByReference priority)
                throws LastErrorException;
    }

    /**
     * Takes it for the thread that calls.
     *
     * @throws IOException if that is not permitted, or not known here; one line
     */
    static void take() throws IOException {
        try {
            Library.sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, new IntByReference(PRIORITY));
        } catch (LastErrorException | LinkageError e) {
            throw new IOException(
                    "real-time scheduling is refused (" + e.getMessage() + "); it is for root, or who has " + REMEDY,
                    e);
        }
    }

    /**
     * Sees whether threads of this process may take it.
     *
     * @throws IOException if they may not; one line
     */
    public static void check() throws IOException {
        var failure = new IOException[1];
        // The policy is for good: not on a thread that goes on.
        var thread = new Thread(
                () -> {
                    try {
                        take();
                    } catch (IOException e) {
                        failure[0] = e;
                    }
                },
                "real-time");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure[0] != null) {
            throw failure[0];
        }
    }
}
