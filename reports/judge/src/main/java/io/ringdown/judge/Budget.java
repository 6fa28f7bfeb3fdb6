package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;

/** LATE: how long a first attempt may take, from the instant at which its script wanted it sent, and any hold it asked for. */
final class Budget {
    private final Limits limits;

    Budget(Limits limits) {
        this.limits = limits;
    }

    /** When the final response is due if nothing delays it. */
    static long due(Operation op) {
        return op.holdFinal() == NONE ? op.intended() : Math.max(op.intended(), op.holdFinal());
    }

    /** When the 18x is due. */
    static long ringingDue(Operation op) {
        return op.hold18x() == NONE ? op.intended() : Math.max(op.intended(), op.hold18x());
    }

    /** When the caller heard something: the 18x, or the answer if none came (RFC 6076's SRD). */
    static long alerted(Operation op) {
        return op.ringing() == NONE || op.ringing() > op.end() ? op.end() : op.ringing();
    }

    /** Adds LATE to a judgement, for an attempt that succeeded. */
    void check(Judgement judgement, Operation op) {
        if (op.end() == NONE) {
            judgement.cannotTell();
            return;
        }
        long generator = op.sent() == NONE ? 0 : Math.max(0, op.sent() - op.intended());
        long answer = op.end() - due(op) - limits.answer();
        long ringing = op.intent() == Intent.SETUP ? alerted(op) - ringingDue(op) - limits.ringing() : Long.MIN_VALUE;
        if (answer <= 0 && ringing <= 0) {
            return;
        }
        // What the generator sent late is not the cluster's lateness.
        if (answer <= generator && ringing <= generator) {
            judgement.unknown = true;
            return;
        }
        judgement.add(Harm.by(op, Fate.LATE, op.intent() == Intent.SETUP, () -> {
            long took = answer > 0 ? op.end() - due(op) : alerted(op) - ringingDue(op);
            long allowed = answer > 0 ? limits.answer() : limits.ringing();
            return Attempts.name(op) + (answer > 0 ? " was answered " : " rang ") + Figures.seconds(took)
                    + " after it was due; " + Figures.seconds(allowed) + " are allowed";
        }));
    }

    /** Whether an attempt succeeded in time. */
    boolean met(Operation op) {
        return op.outcome() == io.ringdown.record.Outcome.OK
                && op.end() != NONE
                && op.end() - due(op) <= limits.answer()
                && (op.intent() != Intent.SETUP || alerted(op) - ringingDue(op) <= limits.ringing());
    }
}
