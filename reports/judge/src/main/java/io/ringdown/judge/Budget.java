package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/** LATE: how long a first attempt may take, from the instant at which its script wanted it sent, and any hold it asked for. */
final class Budget {
    /** Who has been kept from the processors for so long may well be so far behind that it refuses what is new. */
    private static final long BEHIND = 500_000_000;

    private final Limits limits;
    private final CrowdedMachines crowded;

    Budget(Limits limits, CrowdedMachines crowded) {
        this.limits = limits;
        this.crowded = crowded;
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

    /**
     * By how much an attempt's answer and its 18x came too late, in nanoseconds; 0 or less: they came in time.
     *
     * @param ringing of a set-up; else far below 0
     */
    private record Over(long answer, long ringing) {
        boolean none() {
            return answer <= 0 && ringing <= 0;
        }
    }

    /**
     * Adds LATE to a judgement, for an attempt that succeeded.
     *
     * @param attempts those of its intent: what it followed up took its share of the time
     */
    void check(Judgement judgement, List<Operation> attempts, Operation op) {
        if (op.end() == NONE) {
            judgement.cannotTell();
            return;
        }
        Over over = over(attempts, op);
        if (over.none()) {
            return;
        }
        if (sentTooLate(op, over)) {
            judgement.unknown = true;
            return;
        }
        if (crowdedOut(op, over)) {
            judgement.crowdedOut();
            return;
        }
        judgement.add(Harm.by(op, Fate.LATE, op.intent() == Intent.SETUP, () -> {
            boolean answer = over.answer() > 0;
            long allowed = answer ? limits.answer() : limits.ringing();
            long took = (answer ? over.answer() : over.ringing()) + allowed;
            return Attempts.name(op) + (answer ? " was answered " : " rang ") + Figures.seconds(took)
                    + " after it was due; " + Figures.seconds(allowed) + " are allowed";
        }));
    }

    /** Whether an attempt succeeded in time. */
    boolean met(List<Operation> attempts, Operation op) {
        return op.outcome() == Outcome.OK
                && op.end() != NONE
                && over(attempts, op).none();
    }

    /**
     * Whether an attempt tells anything of the cluster: it had an end, and was not late only because the generator sent it late, or others had the
     * processors.
     */
    boolean tells(List<Operation> attempts, Operation op) {
        return switch (op.outcome()) {
            case OK -> {
                Over over = op.end() == NONE ? null : over(attempts, op);
                yield over != null && (over.none() || !sentTooLate(op, over) && !crowdedOut(op, over));
            }
            case FAILED -> !crowdedOut(op);
            case INDETERMINATE -> false;
        };
    }

    /** Whether others on the machine may be why a set-up was turned away: they had crowded the processors for half of the second before. */
    boolean crowdedOut(Operation setUp) {
        return Attempts.turnedAway(setUp)
                && setUp.end() != NONE
                && crowded.here().explains(setUp.end(), setUp.end(), BEHIND);
    }

    /** A challenge that came late made its user wait as long as a late answer: only what lies between it and what followed it is left out. */
    private Over over(List<Operation> attempts, Operation op) {
        long answer = op.end() - due(op) - limits.answer();
        long ringing = op.intent() == Intent.SETUP ? alerted(op) - ringingDue(op) - limits.ringing() : Long.MIN_VALUE;
        for (Operation earlier : attempts) {
            if (earlier == op) {
                break;
            }
            if (Attempts.asksToFollowUp(earlier) && earlier.end() != NONE) {
                answer += took(earlier, due(earlier));
                ringing += took(earlier, ringingDue(earlier));
            }
        }
        return new Over(answer, ringing);
    }

    /** How long the cluster took for what it then had followed up: of that, what the generator sent late is not its own. */
    static long took(Operation challenged, long due) {
        return Math.max(0, challenged.end() - Math.max(due, challenged.sent()));
    }

    /** What others may have caused is not the cluster's lateness for certain. */
    private boolean crowdedOut(Operation op, Over over) {
        long answerDue = op.end() - over.answer() - limits.answer();
        long ringingDue = alerted(op) - over.ringing() - limits.ringing();
        return (over.answer() <= 0 || crowded.explain(op.call(), answerDue, op.end(), over.answer()))
                && (over.ringing() <= 0 || crowded.explain(op.call(), ringingDue, alerted(op), over.ringing()));
    }

    /** What the generator sent late is not the cluster's lateness. */
    private boolean sentTooLate(Operation op, Over over) {
        long generator = op.sent() == NONE ? 0 : Math.max(0, op.sent() - op.intended());
        return over.answer() <= generator && over.ringing() <= generator;
    }
}
