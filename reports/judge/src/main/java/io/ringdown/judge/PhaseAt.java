package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import java.util.List;

/** Tells from its operations in which phase a call was at an instant, whatever its script intended. */
final class PhaseAt {
    private final Limits limits;

    PhaseAt(Limits limits) {
        this.limits = limits;
    }

    /**
     * The phase all through t_f's bracket.
     *
     * @return null if it was in none, or changed within the bracket
     */
    Phase within(List<Operation> operations, Strike strike) {
        Phase from = at(operations, strike.from(), strike.until());
        Phase until = strike.until() == strike.from() ? from : at(operations, strike.until(), strike.until());
        if (from != until || from == null) {
            return null;
        }
        for (Operation op : operations) {
            if (sentWithin(operations, op, strike)) {
                return null;
            }
        }
        return from;
    }

    /** What was sent and answered within a bracket that is wide enough leaves the call in the phase in which it was, and another one in between. */
    private static boolean sentWithin(List<Operation> operations, Operation op, Strike strike) {
        return op.sent() != NONE
                && op.sent() >= strike.from()
                && op.sent() < strike.until()
                && operations.stream().noneMatch(earlier -> earlier != op && Attempts.sentAgain(earlier, List.of(op)));
    }

    /** Whether the call was under way at either end of the bracket. */
    boolean underWay(List<Operation> operations, Strike strike) {
        return at(operations, strike.from(), strike.until()) != null
                || at(operations, strike.until(), strike.until()) != null;
    }

    /** @param freshAt the instant at which an acknowledgement must still be fresh */
    private Phase at(List<Operation> operations, long instant, long freshAt) {
        Operation setUp = null;
        boolean request = false;
        boolean fresh = false;
        for (Operation op : operations) {
            if (op.sent() == NONE || op.sent() >= instant) {
                continue;
            }
            boolean open = op.openAt(instant);
            switch (op.intent()) {
                case SETUP -> setUp = op;
                case CANCEL -> {
                    if (open) {
                        return Phase.P7;
                    }
                }
                case RELEASE -> {
                    return open ? Phase.P6 : null;
                }
                default -> {
                    request |= open;
                    fresh |= op.intent() == Intent.INFO
                            && op.outcome() == Outcome.OK
                            && op.end() != NONE
                            && op.end() <= instant
                            && op.end() > freshAt - limits.fresh();
                }
            }
        }
        if (setUp == null) {
            return null;
        }
        if (setUp.end() == NONE || setUp.end() > instant) {
            boolean ringing = setUp.ringing() != NONE && setUp.ringing() <= instant;
            boolean trying = setUp.trying() != NONE && setUp.trying() <= instant;
            return ringing ? Phase.P2 : trying ? Phase.P1 : Phase.P0;
        }
        if (setUp.outcome() != Outcome.OK) {
            return null;
        }
        if (setUp.openAt(instant)) {
            return Phase.P3;
        }
        return request ? Phase.P5 : fresh ? Phase.P4F : Phase.P4;
    }
}
