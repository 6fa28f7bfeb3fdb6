package io.ringdown.judge;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Says what became of bindings and keep-alives, which are no calls, and of answers that nobody could go on with. */
final class UpkeepNotes {
    private UpkeepNotes() {}

    /**
     * A line for what there was of each.
     *
     * @param whose follows what it tells of
     */
    static List<String> of(History history, String whose) {
        var notes = new ArrayList<String>(2);
        for (CallRole role : List.of(CallRole.REGISTRATION, CallRole.KEEP_ALIVE)) {
            long made = 0;
            long failed = 0;
            String why = "";
            for (int number = 0; number < history.end(); number++) {
                Call call = history.call(number);
                if (call == null || call.role() != role) {
                    continue;
                }
                List<Operation> operations = history.of(call);
                made += operations.size();
                failed += operations.stream()
                        .filter(op -> op.outcome() == Outcome.FAILED && !Attempts.followedUp(op, operations))
                        .count();
                why = why.isEmpty() ? unusable(history, call).findFirst().orElse("") : why;
            }
            if (made > 0) {
                notes.add(Figures.count(failed) + " of "
                        + Figures.many(made, role == CallRole.REGISTRATION ? "REGISTER" : "keep-alive") + whose
                        + " failed, which changes no level" + (why.isEmpty() ? "" : ": " + why));
            }
        }
        return notes;
    }

    /** Answers to what calls consist of with which their users could not go on, and one of them; empty: there was none. */
    static Optional<String> unusable(History history) {
        long count = 0;
        String first = "";
        for (int number = 0; number < history.end(); number++) {
            Call call = history.call(number);
            // Of nearly all calls there is nothing to tell.
            if (call == null || history.incidents(call).isEmpty()) {
                continue;
            }
            if (call.role() != CallRole.REGISTRATION && call.role() != CallRole.KEEP_ALIVE) {
                List<String> own = unusable(history, call).toList();
                count += own.size();
                first = first.isEmpty() && !own.isEmpty() ? own.get(0) : first;
            }
        }
        return count == 0
                ? Optional.empty()
                : Optional.of("Nobody could go on with " + Figures.many(count, "answer") + ", as with this: " + first);
    }

    private static Stream<String> unusable(History history, Call call) {
        return history.incidents(call).stream()
                .filter(incident -> incident.kind() == Incident.Kind.UNUSABLE_ANSWER)
                .map(Incident::detail);
    }
}
