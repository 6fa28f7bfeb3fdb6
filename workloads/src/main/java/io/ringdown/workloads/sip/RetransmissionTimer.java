package io.ringdown.workloads.sip;

/**
 * When a client transaction over UDP sends its request again (RFC 3261 sections 17.1.1.2 and 17.1.2.2), and when it gives up. All times
 * in nanoseconds.
 *
 * @param t1 timer T1; T2 is 8 T1, as in the RFC's table of defaults
 * @param invite whether the request is an INVITE
 */
public record RetransmissionTimer(long t1, boolean invite) {
    /** Wait before the first retransmission: timers A and E start at T1. */
    public long first() {
        return t1;
    }

    /**
     * The wait after a retransmission.
     *
     * @param last the wait before it
     * @param provisional whether a 1xx has come, after which timer E stands at T2
     */
    public long next(long last, boolean provisional) {
        if (invite) {
            return 2 * last;
        }
        return provisional ? t2() : Math.min(2 * last, t2());
    }

    /** Timers B and F, from the first send. */
    public long timeout() {
        return 64 * t1;
    }

    private long t2() {
        return 8 * t1;
    }
}
