package io.ringdown.workloads.sip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

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

    private static final String REMEDY =
            "run as root, or with CAP_SYS_NICE, or an rtprio of " + PRIORITY + " in /etc/security/limits.conf";

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
        String refusal = refused();
        if (!refusal.isEmpty()) {
            throw refused(refusal);
        }
    }

    static IOException refused(String refusal) {
        return new IOException("real-time scheduling is refused: " + refusal);
    }

    /** Why threads of this process may not take it, and what changes that, one line; empty: they may. */
    public static String refusal() {
        // It is for good: not on a thread that goes on.
        return CompletableFuture.supplyAsync(RealTime::refused, task -> new Thread(task, "real-time").start())
                .join();
    }

    /** The same; the thread that calls has it then. */
    private static String refused() {
        try {
            Library.sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, new IntByReference(PRIORITY));
            return "";
        } catch (LastErrorException | LinkageError e) {
            return REMEDY + ": " + e.getMessage();
        }
    }
}
