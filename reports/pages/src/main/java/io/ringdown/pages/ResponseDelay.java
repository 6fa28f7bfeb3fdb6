package io.ringdown.pages;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How long a request sent around a fault waited for its first response: what the UDP retransmission law predicts.
 *
 * @param invite whether it was an INVITE
 * @param sent nanoseconds after the fault at which it first left
 * @param delay nanoseconds from then to its first response
 */
record ResponseDelay(boolean invite, long sent, long delay) {
    /** Gathers them; those that a chart could not tell apart count once. */
    static final class Collector {
        private static final int CELLS = 200;
        private static final long DELAY_CELL = 20_000_000;
        private final long fault;
        private final long until;
        private final List<ResponseDelay> into;
        private final Set<Long> seen = new HashSet<>();

        /** Gathers requests sent from the fault until the given instant. */
        Collector(long fault, long until, List<ResponseDelay> into) {
            this.fault = fault;
            this.until = until;
            this.into = into;
        }

        void add(Operation op) {
            if (op.sent() < fault
                    || op.sent() > until
                    || op.outcome() != Outcome.OK
                    || op.attempt() != AttemptKind.FIRST) {
                return;
            }
            boolean invite = op.intent() == Intent.SETUP || op.intent() == Intent.MODIFY;
            boolean held = op.holdFinal() != Operation.NONE || op.hold18x() != Operation.NONE;
            if (held && op.trying() == Operation.NONE) {
                return;
            }
            long sent = op.sent() - fault;
            long delay = first(op) - op.sent();
            long cell = Math.max(1, (until - fault) / CELLS);
            if (seen.add((sent / cell * 100_000 + delay / DELAY_CELL) * 2 + (invite ? 1 : 0))) {
                into.add(new ResponseDelay(invite, sent, delay));
            }
        }

        private static long first(Operation op) {
            if (op.trying() != Operation.NONE) {
                return op.trying();
            }
            return op.ringing() != Operation.NONE ? op.ringing() : op.end();
        }
    }
}
