package io.ringdown.cluster.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * How an engine behaves.
 *
 * @param service the address that clients know, used as Contact
 * @param t1Micros RFC 3261 timer T1
 * @param depth how much is replicated
 * @param beforeSend whether a message waits until what it reveals is stored
 * @param cache whether sessions stay in the engine between messages
 * @param mutant the deliberate fault, if any
 * @param earlyAcknowledgeMicros lag of {@link Mutant#EARLY_ACKNOWLEDGE}
 * @param loseOneIn share of {@link Mutant#LOSE_CALLS}
 * @param overloadMicros for how long datagrams must have waited too long before new calls are refused; 0: they never are
 * @param application what else a call's service keeps
 * @param serving what the engine does with its calls
 */
public record EngineSettings(
        InetSocketAddress service,
        long t1Micros,
        Depth depth,
        boolean beforeSend,
        boolean cache,
        Mutant mutant,
        long earlyAcknowledgeMicros,
        int loseOneIn,
        long overloadMicros,
        Application application,
        Serving serving) {
    /**
     * The application state of a call, besides its counter.
     *
     * @param fields into how many fields it is divided; each INFO changes one of them
     * @param bytes of all of them
     */
    public record Application(int fields, int bytes) {}

    /**
     * What the engine does with its calls.
     *
     * @param callee where those that are relayed go; null for {@link Kind#ANSWER}
     * @param records folder that {@link Kind#PROXY} appends its call-detail records to, a file for each engine; null: none
     * @param poison whether calls of the user {@code poison} kill their engine
     * @param guarded whether a call that two owners in a row did not survive is given up
     */
    public record Serving(Kind kind, InetSocketAddress callee, Path records, boolean poison, boolean guarded) {
        /** The services. */
        public enum Kind {
            /** Accepts calls itself. */
            ANSWER,
            /** A back-to-back user agent (RFC 3261 section 6): a dialog with each side. */
            B2BUA,
            /** A proxy that stays in the path of a call (RFC 3261 section 16). */
            PROXY
        }

        /** Accepts calls, and has no bug. */
        public static Serving answer() {
            return new Serving(Kind.ANSWER, null, null, false, false);
        }
    }

    /** Whether the stores have everything that an answer reveals before anybody hears of it. */
    public boolean storesFirst() {
        return depth == Depth.TRANSACTIONS && beforeSend;
    }

    /** RFC 3261 timer T2. */
    public long t2Micros() {
        return 8 * t1Micros;
    }

    long t4Micros() {
        return 10 * t1Micros;
    }

    /** Timers B, F, H, J and the time for which an unacknowledged 2xx is retransmitted. */
    long timeoutMicros() {
        return 64 * t1Micros;
    }

    /** Timer C: how long a provisional response keeps an INVITE waiting, 180 s at T1 = 500 ms (RFC 3261 section 16.6). */
    long timerCMicros() {
        return 360 * t1Micros;
    }

    /** Longest time for which a request may ask to be held: 30 s at T1 = 500 ms. */
    long longestHoldMicros() {
        return 60 * t1Micros;
    }
}
