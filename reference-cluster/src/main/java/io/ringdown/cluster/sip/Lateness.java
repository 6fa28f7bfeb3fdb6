package io.ringdown.cluster.sip;

/**
 * Tells work that stays behind for long from a pause (of the collector, of the machine, of a takeover), after which all is late once and then
 * things are as before: time in which nothing was observed counts for little. Who has been late is in time again only when little waits any
 * more: else it would stay at the edge. For one thread.
 */
public final class Lateness {
    /** Nothing handled sooner is late, whatever T1 is: machines that test at a short T1 pause no shorter. In microseconds. */
    public static final long LATE_AT_LEAST = 500_000;

    private static final long COUNTED_AT_MOST = 200_000;
    private static final long NEVER = Long.MIN_VALUE;
    private static final int EASE = 4;

    private final long late;
    private long lastLate = NEVER;
    private long behind;

    /**
     * Nothing is late yet.
     *
     * @param lateMicros who waits longer is late
     */
    public Lateness(long lateMicros) {
        late = lateMicros;
    }

    /** Something waits, and has for so long by now. */
    public void waiting(long now, long micros) {
        if (micros > late) {
            behind += lastLate == NEVER ? 0 : Math.min(now - lastLate, COUNTED_AT_MOST);
            lastLate = now;
        }
    }

    /** Something has waited for so long, and is handled now. */
    public void waited(long now, long micros) {
        waiting(now, micros);
        if (micros <= late / EASE) {
            forget();
        }
    }

    /** As if nothing had ever been late. */
    public void forget() {
        lastLate = NEVER;
        behind = 0;
    }

    /** For how long things have been late, in microseconds. */
    public long behind() {
        return behind;
    }
}
