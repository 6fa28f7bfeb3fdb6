package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/**
 * P3: a 2xx to INVITE is sent again until its ACK comes, in intervals from T1 that double up to T2 (RFC 3261 section 13.3.1.4), also by whoever takes
 * the call over. If the caller holds its ACK for long enough and no further 2xx comes, the timer died with its owner: had this been the 2xx that was
 * lost, the caller would wait for ever. The dialog itself may live, so that the call is not LOST by this; its set-up was not kept alive: FAILED.
 * If it was not held for long enough, nobody knows.
 */
final class UnacknowledgedRule {
    private final Limits limits;
    private final Strike strike;
    private final Long rerouted;
    private final long nextFault;

    /**
     * @param rerouted when rerouting was over for certain; null if that is not known, and nothing is demanded
     * @param nextFault when something else was struck, or {@link Long#MAX_VALUE}
     */
    private UnacknowledgedRule(Limits limits, Strike strike, Long rerouted, long nextFault) {
        this.limits = limits;
        this.strike = strike;
        this.rerouted = rerouted;
        this.nextFault = nextFault;
    }

    /** @param strike t_f, or null: nothing is judged */
    static UnacknowledgedRule of(Limits limits, Strike strike, List<FaultResult> faults) {
        Long rerouted = strike == null ? null : Long.valueOf(strike.until());
        long nextFault = Long.MAX_VALUE;
        for (FaultResult fault : faults) {
            if (strike == null || !fault.injected()) {
                continue;
            }
            if (fault.asked() > strike.until()) {
                nextFault = Math.min(nextFault, fault.asked());
            } else if (rerouted != null) {
                Rerouting rerouting = fault.rerouting();
                boolean known = rerouting != null && rerouting.restored() && rerouting.resolution() != null;
                rerouted = known
                        ? Long.valueOf(Math.max(rerouted, fault.asked() + rerouting.total() + rerouting.resolution()))
                        : null;
            }
        }
        return new UnacknowledgedRule(limits, strike, rerouted, nextFault);
    }

    /** Adds FAILED to the judgement of a call that was in P3 at t_f if its timer died, or that it cannot be told. */
    void check(Judgement judgement, List<Operation> operations) {
        for (Operation op : operations) {
            if (!told(op)) {
                continue;
            }
            boolean demanded = demanded(op);
            // Within D it may have been on its way from whoever was struck.
            if (cameAfter(op, demanded ? Math.max(rerouted, strike.until()) : strike.until())) {
                continue;
            }
            if (demanded) {
                judgement.add(new Harm(
                        Fate.FAILED,
                        op.acked(),
                        false,
                        op,
                        null,
                        () -> "its 2xx was not sent again for "
                                + (cameAfter(op, strike.until())
                                        ? Figures.seconds(op.acked() - op.lastAnswer()) + " after one within D"
                                        : Figures.seconds(op.acked() - strike.until()) + " after t_f")
                                + ", though no ACK had come"));
            } else {
                judgement.unknown = true;
            }
        }
    }

    /** Of a 2xx that came before t_f. */
    private boolean told(Operation op) {
        return op.intent() == Intent.SETUP && op.outcome() == Outcome.OK && op.end() <= strike.from();
    }

    /** Whether another one was due for certain: a timer goes on from T2 at most, or again from T1; as much again is allowed. */
    private boolean demanded(Operation op) {
        if (rerouted == null || op.acked() == NONE) {
            return false;
        }
        // Whoever sent the 2xx may give up after 64 T1.
        long watched = Math.min(Math.min(op.acked(), nextFault), op.end() + 64 * limits.t1());
        return watched - Math.max(rerouted, strike.until()) >= 2 * limits.t2();
    }

    private static boolean cameAfter(Operation op, long instant) {
        return op.lastAnswer() != NONE && op.lastAnswer() > instant;
    }
}
