package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/** Judges the intents inside an established dialog. */
final class DialogJudge {
    private final Limits limits;
    private final Budget budget;
    private final List<Strike> strikes;

    DialogJudge(Limits limits, Budget budget, List<Strike> strikes) {
        this.limits = limits;
        this.budget = budget;
        this.strikes = strikes;
    }

    /** Judges one intent by its attempts, in the order in which they were made. */
    void intent(Judgement judgement, List<Operation> attempts) {
        Operation first = Attempts.effectiveFirst(attempts);
        Operation last = attempts.get(attempts.size() - 1);
        if (first == last) {
            switch (first.outcome()) {
                case OK -> budget.check(judgement, attempts, first);
                case INDETERMINATE -> judgement.cannotTell();
                case FAILED -> failed(judgement, first, attempts);
            }
            return;
        }
        Operation success = null;
        for (Operation attempt : attempts) {
            if (dialogGone(attempt) && !Attempts.sentAgain(attempt, attempts)) {
                gone(judgement, attempt, first);
                return;
            }
            success = attempt.outcome() == Outcome.OK && attempt != first ? attempt : success;
        }
        if (success != null) {
            Operation by = success;
            boolean inTime = by.end() - Budget.due(first) <= limits.repeat();
            judgement.add(Harm.by(
                    first,
                    inTime ? Fate.REPEATED : Fate.FAILED,
                    false,
                    () -> Attempts.name(first) + " " + Attempts.ending(first) + "; only a repeat succeeded, "
                            + Figures.seconds(by.end() - Budget.due(first)) + " after the first was due"));
        } else if (last.outcome() == Outcome.INDETERMINATE) {
            judgement.unknownLost = true;
            judgement.add(Harm.by(
                    first,
                    Fate.REPEATED,
                    false,
                    () -> Attempts.name(first) + " " + Attempts.ending(first) + " and was repeated"));
        } else if (first.outcome() == Outcome.OK) {
            // Given up, repeated in vain, and answered after all.
            judgement.add(Harm.by(
                    first, Fate.REPEATED, false, () -> Attempts.name(first) + " was given up before it was answered"));
        } else {
            failed(judgement, last, attempts);
        }
    }

    /** Judges a CANCEL that the script asked for: it has no dialog to lose. */
    void cancel(Judgement judgement, List<Operation> attempts) {
        Operation first = attempts.get(0);
        switch (first.outcome()) {
            case OK -> budget.check(judgement, attempts, first);
            case INDETERMINATE -> judgement.cannotTell();
            case FAILED ->
                judgement.add(
                        Harm.by(first, Fate.FAILED, true, () -> Attempts.name(first) + " " + Attempts.ending(first)));
        }
    }

    private void failed(Judgement judgement, Operation last, List<Operation> attempts) {
        if (dialogGone(last)) {
            gone(judgement, last, last);
            return;
        }
        long repeats = attempts.stream()
                .filter(op -> op.attempt() == AttemptKind.REPEAT && op.outcome() == Outcome.FAILED)
                .count();
        // A lost connection counts as a 503 (RFC 3261 section 8.1.3.1), and so does who sends on to nobody who has the
        // call.
        boolean unavailable = last.status() >= 500 && last.status() < 600
                || last.status() == Operation.CONNECTION_LOST
                || Attempts.redirected(last);
        boolean lost = repeats >= 2 && unavailable;
        judgement.add(Harm.by(
                last,
                lost ? Fate.LOST : Fate.FAILED,
                false,
                () -> Attempts.name(last) + " " + Attempts.ending(last)
                        + (repeats == 0 ? "" : " after " + Figures.many(repeats, "failed repeat"))));
    }

    /** A re-INVITE that got a 1xx and was given up has not seen Timer B expire. */
    private static boolean dialogGone(Operation op) {
        boolean stuck =
                op.intent() == Intent.MODIFY && op.status() == 0 && (op.trying() != NONE || op.ringing() != NONE);
        return Attempts.gone(op) && !stuck;
    }

    private void gone(Judgement judgement, Operation op, Operation first) {
        boolean inFlight = op.intent() == Intent.RELEASE
                && strikes.stream()
                        .anyMatch(strike -> strike.faulted()
                                && first.sent() < strike.until()
                                && (op.end() == NONE || op.end() >= strike.from()));
        if (!inFlight) {
            judgement.add(Harm.by(
                    op,
                    Fate.LOST,
                    false,
                    () -> Attempts.name(op) + " " + Attempts.ending(op) + ": the established call is gone"));
            return;
        }
        // A BYE that was under way may have ended the call before its answer was lost. But an earlier fault may have
        // lost the call before.
        judgement.unknownLost |= first.sent() >= strikes.get(0).from();
        judgement.add(Harm.by(
                op,
                op.status() == 481 ? Fate.REPEATED : Fate.FAILED,
                false,
                () -> Attempts.name(op) + ", under way at the fault, " + Attempts.ending(op)));
    }
}
