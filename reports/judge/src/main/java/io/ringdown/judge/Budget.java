package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/** LATE: how long a first attempt may take, from the instant at which its script wanted it sent, and any hold it asked for. */
final class Budget {
    private final Limits limits;
    private final ForeignLoad foreign;

    /** @param foreign what others took of the machine meanwhile */
    Budget(Limits limits, ForeignLoad foreign) {
        this.limits = limits;
        this.foreign = foreign;
    }

    /** When the final response is due if nothing delays it. */
    static long due(Operation op) {
        return op.holdFinal() == NONE ? op.intended() : Math.max(op.intended(), op.holdFinal());
    }

    /** When the 18x is due. */
    static long ringingDue(Operation op) {
        return op.hold18x() == NONE ? op.intended() : Math.max(op.intended(), op.hold18x());
    }

    /** When the caller heard something: the 18x, or the answer if none came. */
    static long alerted(Operation op) {
        return op.ringing() == NONE || op.ringing() > op.end() ? op.end() : op.ringing();
    }

    /** Adds LATE to a judgement, for an attempt that succeeded. */
    void check(Judgement judgement, Operation op) {
        if (op.end() == NONE) {
            judgement.cannotTell();
            return;
        }
        long answer = answerOver(op);
        if (answer <= 0 && ringingOver(op) <= 0) {
            return;
        }
        if (sentTooLate(op)) {
            judgement.unknown = true;
            return;
        }
        if (crowdedOut(op)) {
            judgement.unknown = true;
            judgement.crowdedOut = true;
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
        return op.outcome() == Outcome.OK && op.end() != NONE && answerOver(op) <= 0 && ringingOver(op) <= 0;
    }

    /**
     * Whether an attempt tells anything of the cluster: it had an end, and was not late only because the generator sent it late, or others had the
     * processors.
     */
    boolean tells(Operation op) {
        return switch (op.outcome()) {
            case OK -> op.end() != NONE && (met(op) || !sentTooLate(op) && !crowdedOut(op));
            case FAILED -> true;
            case INDETERMINATE -> false;
        };
    }

    private long answerOver(Operation op) {
        return op.end() - due(op) - limits.answer();
    }

    private long ringingOver(Operation op) {
        return op.intent() == Intent.SETUP ? alerted(op) - ringingDue(op) - limits.ringing() : Long.MIN_VALUE;
    }

    /** What others may have caused is not the cluster's lateness for certain. */
    private boolean crowdedOut(Operation op) {
        return (answerOver(op) <= 0 || foreign.explains(due(op), op.end(), answerOver(op)))
                && (ringingOver(op) <= 0 || foreign.explains(ringingDue(op), alerted(op), ringingOver(op)));
    }

    /** What the generator sent late is not the cluster's lateness. */
    private boolean sentTooLate(Operation op) {
        long generator = op.sent() == NONE ? 0 : Math.max(0, op.sent() - op.intended());
        return answerOver(op) <= generator && ringingOver(op) <= generator;
    }
}
