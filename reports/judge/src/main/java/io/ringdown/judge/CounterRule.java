package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/**
 * The service's counter, v: with a = the last acknowledged and k = distinct CSeqs of INFOs sent since, an INFO must return a+1 ... a+k, and the
 * BYE, which counts nothing itself, a ... a+k. Less: state fell back, LOST. More: something was counted twice, GHOST.
 * An earlier INFO that nobody answered is among the k: whoever has it may come to it after the later ones.
 * A counter that was told before a fault, or by the set-up's answer to be kept, and never after it leaves open what became of the state (criteria, section 2, INDETERMINATE).
 */
final class CounterRule {
    private final List<Strike> strikes;

    /** @param strikes in order of time, t_f's first; none: the run did not get so far */
    CounterRule(List<Strike> strikes) {
        this.strikes = List.copyOf(strikes);
    }

    void check(Judgement judgement, List<Operation> operations) {
        for (Operation op : operations) {
            if (tells(op)) {
                value(judgement, op, operations);
            }
        }
        for (int i = 0; i < strikes.size(); i++) {
            about(judgement, operations, strikes.get(i), i == 0);
        }
    }

    private static void about(Judgement judgement, List<Operation> operations, Strike strike, boolean first) {
        boolean acknowledgedBefore = false;
        boolean countsBefore = false;
        boolean seenAfter = false;
        boolean silentAfter = false;
        for (Operation op : operations) {
            countsBefore |= toldSetUps(op) && op.end() < strike.from();
            countsBefore &= !(mute(op) && op.end() < strike.from());
            if (tells(op)) {
                acknowledgedBefore |= op.end() < strike.from();
                seenAfter |= answeredAfter(op, strike);
            } else {
                silentAfter |= (acknowledgedBefore || countsBefore) && mute(op) && op.end() > strike.until();
            }
        }
        if (silentAfter && !seenAfter && !judgement.lost()) {
            // What was told before and is told no more may have been forgotten.
            judgement.cannotTell();
        }
        judgement.counterVerified |= first && acknowledgedBefore && seenAfter;
    }

    /** Whether an answer was made after a strike for certain: one that came just then may have been on its way from whoever was struck. */
    private static boolean answeredAfter(Operation op, Strike strike) {
        if (op.end() <= strike.until()) {
            return false;
        }
        // Not every service holds its answer: held it was that came nearer to the hold's end than to the strike.
        long held = op.holdFinal() == NONE ? 0 : op.holdFinal() - strike.until();
        return op.sent() > strike.until() || held > 0 && op.end() - strike.until() > held / 2;
    }

    /** Whose 2xx to a set-up tells how many it accepted counts what comes in the call as well, unless it has shown that it does not. */
    private static boolean toldSetUps(Operation op) {
        return op.intent() == Intent.SETUP && op.outcome() == Outcome.OK && op.end() != NONE && op.setups() >= 0;
    }

    /** An answer that should tell the counter and does not. */
    private static boolean mute(Operation op) {
        return op.counter() < 0
                && op.outcome() == Outcome.OK
                && op.end() != NONE
                && (op.intent() == Intent.INFO || op.intent() == Intent.RELEASE);
    }

    private static boolean tells(Operation op) {
        return op.counter() >= 0
                && op.outcome() == Outcome.OK
                && op.end() != NONE
                && (op.intent() == Intent.INFO || op.intent() == Intent.RELEASE);
    }

    private static boolean unanswered(Operation op) {
        return op.status() == 0 || op.status() == Operation.CONNECTION_LOST;
    }

    private static void value(Judgement judgement, Operation op, List<Operation> operations) {
        long acknowledged = 0;
        int lastCseq = Integer.MIN_VALUE;
        for (Operation earlier : operations) {
            if (earlier.intent() == Intent.INFO
                    && tells(earlier)
                    && earlier.end() <= op.sent()
                    && earlier.counter() >= acknowledged) {
                lastCseq = earlier.counter() > acknowledged ? earlier.cseq() : Math.max(lastCseq, earlier.cseq());
                acknowledged = earlier.counter();
            }
        }
        int since = lastCseq;
        long a = acknowledged;
        long least = op.intent() == Intent.INFO ? a + 1 : a;
        if (op.counter() == least && (op.intent() != Intent.INFO || op.cseq() > since)) {
            // As it nearly always is: not more than the INFO itself can have made of it.
            return;
        }
        // An intent's attempts have a CSeq each, and a retransmission is no attempt.
        long sent = operations.stream()
                .filter(each -> each.intent() == Intent.INFO
                        && (each.cseq() > since || unanswered(each))
                        && each.sent() != NONE
                        && each.sent() < op.end()
                        && !Attempts.asksToFollowUp(each))
                .mapToInt(Operation::cseq)
                .distinct()
                .count();
        if (op.counter() < least) {
            judgement.add(Harm.by(
                    op,
                    Fate.LOST,
                    false,
                    () -> "the counter fell back: " + Attempts.name(op) + " returned " + op.counter() + " where "
                            + least + (sent > 1 ? " or more" : "") + " was due, " + a + " having been acknowledged"));
        } else if (op.counter() > a + sent) {
            judgement.add(Harm.by(
                    op,
                    Fate.GHOST,
                    false,
                    () -> "counted twice: " + Attempts.name(op) + " returned " + op.counter() + " where at most "
                            + (a + sent) + " is possible"));
        }
    }
}
