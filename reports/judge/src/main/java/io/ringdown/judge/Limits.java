package io.ringdown.judge;

import io.ringdown.record.ResolvedPlan.Workload;
import java.time.Duration;

/**
 * The time limits of the criteria at a run's T1, in nanoseconds.
 *
 * @param t1 RFC 3261's T1
 * @param ringing INVITE to 18x
 * @param answer INVITE to 200, and in-dialog requests
 * @param repeat until when a repeat or a re-dial counts as one
 * @param stuck how long after its due time an INVITE without a final response is cancelled
 * @param fresh how long an acknowledged INFO keeps a call fresh (P4F)
 * @param aimed how long before t_f an INVITE still is of phase P0
 * @param repair how long after t_f a repair has to wait for AL1 to be told from a slow fail-over
 * @param timerJ how long a BYE's transaction is kept
 * @param tolerance of the retransmission law
 */
record Limits(
        long t1,
        long ringing,
        long answer,
        long repeat,
        long stuck,
        long fresh,
        long aimed,
        long repair,
        long timerJ,
        long tolerance) {
    private static final long FAINT = 50_000_000;

    static Limits of(Workload workload) {
        return new Limits(
                workload.t1().toNanos(),
                workload.scaledNanos(Duration.ofSeconds(3)),
                workload.scaledNanos(Duration.ofSeconds(2)),
                workload.scaledNanos(Duration.ofSeconds(60)),
                workload.scaledNanos(Duration.ofSeconds(4)),
                workload.scaledNanos(Duration.ofMillis(500)),
                workload.scaledNanos(Duration.ofMillis(20)),
                workload.scaledNanos(Duration.ofSeconds(60)),
                64 * workload.t1().toNanos(),
                Math.max(20_000_000, workload.scaledNanos(Duration.ofMillis(100))));
    }

    /** RFC 3261's T2: how long a retransmission waits at most. */
    long t2() {
        return 8 * t1;
    }

    /** How late the generator may send, at the 99th percentile, for the load to be the one that was asked for. */
    long lateness() {
        return Math.max(t1 / 5, FAINT);
    }
}
