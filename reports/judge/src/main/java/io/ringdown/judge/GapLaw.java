package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.RetransmissionLaw;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/**
 * The retransmission law of UDP as an oracle: a request that went unanswered into the gap, u after the fault, and had no 1xx is answered when it is
 * sent for the first time after rerouting: min{l_k >= D-u}.
 */
final class GapLaw {
    private static final double CONFORMING = 0.95;

    private final Limits limits;
    private final Strike strike;
    private final long gap;
    private int checked;
    private int conforming;
    private int held;

    /** @param gap D in nanoseconds, or null if it is not known: nothing is checked then */
    GapLaw(Limits limits, Strike strike, Long gap) {
        this.limits = limits;
        this.strike = strike;
        this.gap = gap == null ? 0 : gap;
    }

    void add(Operation op) {
        boolean intoTheGap = op.sent() != NONE && op.sent() > strike.until() && op.sent() < strike.from() + gap;
        if (!intoTheGap
                || op.attempt() == AttemptKind.REDIAL
                || op.intent() == Intent.CANCEL
                || op.retransmissions() == 0
                || op.outcome() != Outcome.OK
                || op.end() == NONE
                || op.holdFinal() != NONE && op.holdFinal() > op.sent()) {
            return;
        }
        boolean provisionalEarlier = op.trying() != NONE && op.end() - op.trying() > limits.tolerance();
        if (provisionalEarlier) {
            return;
        }
        long rest = strike.from() + gap - op.sent();
        long took = op.end() - op.sent();
        boolean invite = op.intent() == Intent.SETUP || op.intent() == Intent.MODIFY;
        if (took > left(op.retransmissions(), invite) + limits.tolerance()) {
            // No retransmission brought this answer: the cluster had the request, and was waiting for something itself.
            held++;
            return;
        }
        checked++;
        for (long uncertain = -limits.tolerance(); uncertain <= limits.tolerance(); uncertain += limits.tolerance()) {
            long law = leaves(rest + uncertain, invite);
            if (took >= law - 1_000_000 && took <= law + limits.tolerance()) {
                conforming++;
                return;
            }
        }
    }

    /** When a request leaves for the given time again, from its first send. */
    private long left(int times, boolean invite) {
        long at = 0;
        long wait = limits.t1();
        for (int i = 0; i < times; i++) {
            at += wait;
            wait = invite ? 2 * wait : Math.min(2 * wait, limits.t2());
        }
        return at;
    }

    /** The first instant, from the first send, at which a request leaves that is no earlier than the one given. */
    private long leaves(long earliest, boolean invite) {
        long at = 0;
        for (long wait = limits.t1(); at < earliest && at < 64 * limits.t1(); ) {
            at += wait;
            wait = invite ? 2 * wait : Math.min(2 * wait, limits.t2());
        }
        return at;
    }

    RetransmissionLaw result() {
        if (checked == 0) {
            return new RetransmissionLaw(
                    Finding.INCONCLUSIVE,
                    0,
                    0,
                    "no request sent into the gap was answered by a retransmission" + held());
        }
        boolean holds = conforming >= CONFORMING * checked;
        return new RetransmissionLaw(
                holds ? Finding.CONFIRMED : Finding.INCONCLUSIVE,
                checked,
                conforming,
                Figures.count(conforming) + " of " + Figures.many(checked, "request")
                        + " sent into the gap were answered when the retransmission law says, for D = "
                        + Figures.seconds(gap) + held());
    }

    private String held() {
        return held == 0
                ? ""
                : "; " + Figures.count(held) + " more had reached the cluster, which answered them when it could";
    }
}
