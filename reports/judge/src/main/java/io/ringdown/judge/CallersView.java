package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.List;

/** A call as its caller saw it, to be compared with what the callee saw. */
record CallersView(List<Operation> operations, List<Incident> incidents) {
    private List<Operation> of(Intent intent) {
        return operations.stream().filter(op -> op.intent() == intent).toList();
    }

    /** Requests for an intent that left, retransmissions apart. What was challenged or redirected was not to go on to the callee. */
    long attempts(Intent intent) {
        return attempts(intent, Long.MAX_VALUE);
    }

    /** Those of them that had left by an instant. */
    long attempts(Intent intent, long by) {
        return of(intent).stream()
                .filter(op -> op.sent() != NONE && op.sent() <= by && !Attempts.turnedBack(op))
                .count();
    }

    /** An intent's attempts that were accepted. */
    List<Operation> accepted(Intent intent) {
        return of(intent).stream().filter(op -> op.outcome() == Outcome.OK).toList();
    }

    long oks(Intent intent) {
        return accepted(intent).size();
    }

    /** The last of an intent's attempts that was accepted, or null. */
    Operation lastOk(Intent intent) {
        return accepted(intent).stream().reduce((earlier, later) -> later).orElse(null);
    }

    /** The last of an intent's attempts, or null. */
    Operation last(Intent intent) {
        return of(intent).stream().reduce((earlier, later) -> later).orElse(null);
    }

    boolean established() {
        return oks(Intent.SETUP) > 0;
    }

    /** Whether no set-up is open or succeeded. */
    boolean refused() {
        List<Operation> setUps = of(Intent.SETUP);
        return !setUps.isEmpty() && setUps.stream().allMatch(op -> op.outcome() == Outcome.FAILED);
    }

    boolean released() {
        return of(Intent.RELEASE).stream().anyMatch(op -> op.sent() != NONE);
    }

    boolean hasSent(Intent intent, long by) {
        return of(intent).stream().anyMatch(op -> op.sent() != NONE && op.sent() <= by);
    }

    /** When the call was over for certain: its BYE was answered, or the far side's came; or {@link Operation#NONE}. */
    long over() {
        for (Operation op : of(Intent.RELEASE)) {
            if (op.outcome() == Outcome.OK || op.status() == 481) {
                return op.end();
            }
        }
        for (Incident incident : incidents) {
            if (incident.kind() == Incident.Kind.UNSCRIPTED_BYE) {
                return incident.at();
            }
        }
        return NONE;
    }

    boolean heardBye() {
        return has(Incident.Kind.UNSCRIPTED_BYE);
    }

    /** Whether a second answer came, which was let go off the record. */
    boolean forked() {
        return has(Incident.Kind.FORKED_ANSWER);
    }

    private boolean has(Incident.Kind kind) {
        return incidents.stream().anyMatch(incident -> incident.kind() == kind);
    }

    /** Requests of the callee's that reached the caller: re-INVITEs, INFOs, or BYEs, of which the first is an incident of its own. */
    long heard(Intent intent) {
        String method = switch (intent) {
            case MODIFY -> "INVITE ";
            case RELEASE -> "BYE ";
            default -> "INFO ";
        };
        long first = intent == Intent.RELEASE && heardBye() ? 1 : 0;
        return first
                + incidents.stream()
                        .filter(incident -> incident.kind() == Incident.Kind.FAR_SIDE_REQUEST
                                && incident.detail().startsWith(method))
                        .count();
    }
}
