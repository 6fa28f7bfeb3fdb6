package io.ringdown.faults;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;

/**
 * The first turn on this machine's processors for threads that are to end. A process closes its connections with the last of its threads, each of
 * which needs a processor to end on; where survivors share the machine, its death would wait for their work. A thread's priority
 * (setpriority(2)) has no name in Java; whoever may not raise it, or has no native library at hand, kills as well as ever.
 */
final class Haste {
    private static final int HIGHEST = -20;
    private static final int ESRCH = 3;

    /** Whether it is of use to ask again. */
    private static volatile boolean granted = true;

    private Haste() {}

    /** The C library's; apart, since that it is missing must not keep anybody from killing. */
    private static final class Library {
        private static final int PRIO_PROCESS = 0;

        static {
            Native.register("c");
        }

        private Library() {}

        private static native int setpriority(int which, int who, int priority) throws LastErrorException;

        /** 0, or what {@code errno} was then. */
        static int raise(int thread) {
            try {
                return setpriority(PRIO_PROCESS, thread, HIGHEST);
            } catch (LastErrorException e) {
                return e.getErrorCode();
            }
        }
    }

    /** Gives it to a thread, if this process may; one that is gone is passed over. */
    static void to(int thread) {
        if (granted) {
            int error = raise(thread);
            granted = error == 0 || error == ESRCH;
        }
    }

    private static int raise(int thread) {
        try {
            return Library.raise(thread);
        } catch (LinkageError e) {
            return -1;
        }
    }
}
