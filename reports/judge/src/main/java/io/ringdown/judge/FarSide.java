package io.ringdown.judge;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/** What the callee of a cluster that relays saw and did, by the caller's Call-ID. */
final class FarSide {
    /** SIPp tells of what it sent once it has sent it, which on a busy machine may be after it arrived. */
    private static final long SIPP_SLACK_NANOS = 50_000_000;

    private final Map<String, List<Leg>> legs = new HashMap<>();
    private final History history;
    private final boolean whole;
    private final long slack;
    private final long t1;
    private final LongUnaryOperator margins;
    private final Predicate<Call> callerWhole;
    private final boolean completed;

    /**
     * One dialog of the callee's.
     *
     * @param received the requests that it received, by their arrival
     * @param own the requests that it sent
     */
    record Leg(List<Operation> received, List<Operation> own, List<Incident> incidents) {
        List<Operation> received(Intent intent) {
            return Attempts.of(intent, received);
        }

        List<Operation> own(Intent intent) {
            return Attempts.of(intent, own);
        }

        Incident incident(Incident.Kind kind) {
            return incidents.stream()
                    .filter(incident -> incident.kind() == kind)
                    .findFirst()
                    .orElse(null);
        }

        /** Its 2xx to a set-up, or null. */
        Operation accepted() {
            for (Operation op : received) {
                if (op.intent() == Intent.SETUP && op.outcome() == Outcome.OK) {
                    return op;
                }
            }
            return null;
        }

        /** Whether it hung up, and was answered before an instant. */
        boolean hungUp(long before) {
            return own(Intent.RELEASE).stream().anyMatch(bye -> bye.outcome() == Outcome.OK && bye.end() < before);
        }

        /** Whether it hung up at the instant that the caller's script had asked for, by then. */
        boolean hungUpAsAsked(long by) {
            return incident(Incident.Kind.UNACKNOWLEDGED) == null
                    && own(Intent.RELEASE).stream().anyMatch(bye -> bye.sent() <= by);
        }
    }

    private FarSide(
            History history,
            long slack,
            long t1,
            LongUnaryOperator margins,
            Predicate<Call> callerWhole,
            boolean completed) {
        this.history = history;
        this.completed = completed;
        this.slack = slack;
        this.t1 = t1;
        this.margins = margins;
        this.callerWhole = callerWhole;
        whole = history.whole();
        for (int number = 0; number < history.end(); number++) {
            Call call = history.call(number);
            if (call != null && call.role() == CallRole.FAR_SIDE) {
                legs.computeIfAbsent(call.callId(), none -> new ArrayList<>(1)).add(leg(history, call));
            }
        }
    }

    private static Leg leg(History history, Call call) {
        var received = new ArrayList<Operation>();
        var own = new ArrayList<Operation>(0);
        for (Operation op : history.of(call)) {
            (op.attempt() == AttemptKind.RECEIVED ? received : own).add(op);
        }
        return new Leg(received, own, history.incidents(call));
    }

    /**
     * Reads what it recorded.
     *
     * @return null if there was none
     */
    static FarSide read(RecordedRun run) throws IOException {
        Workload workload = run.plan().workload();
        return workload.callee() == null
                ? null
                : new FarSide(
                        History.of(run::readFarSide),
                        workload.sipp() == null ? 0 : SIPP_SLACK_NANOS,
                        workload.t1().toNanos(),
                        run.clockMargins(),
                        call -> run.incompleteHostOf(call).isEmpty(),
                        run.completed());
    }

    /** The dialogs of a call, in the order of their set-ups. */
    List<Leg> of(Call call) {
        return legs.getOrDefault(call.callId(), List.of());
    }

    /** All that it recorded. */
    History history() {
        return history;
    }

    /** How much later than an arrival here at an instant the caller may have recorded that it sent, in nanoseconds. */
    long slack(long at) {
        return slack + margin(at);
    }

    /** How far the clocks of the two sides may be from each other at an instant, either way: a load host's is not the callee's. */
    long margin(long at) {
        return margins.applyAsLong(at);
    }

    /** Whether whoever made a call was seen to the end of its work, as a load host that died was not. */
    boolean callerWhole(Call call) {
        return callerWhole.test(call);
    }

    /** Whether the run ended by itself. */
    boolean completed() {
        return completed;
    }

    /** Timer T1, by which it sends a 2xx again. */
    long t1() {
        return t1;
    }

    /** Whether all that it recorded could be read. */
    boolean whole() {
        return whole;
    }

    /** How many dialogs it had. */
    int dialogs() {
        return legs.values().stream().mapToInt(List::size).sum();
    }

    /** How many of these name a call of the callers'. */
    int dialogsOf(History callers) {
        int named = 0;
        for (int number = 0; number < callers.end(); number++) {
            Call call = callers.call(number);
            named += call == null ? 0 : of(call).size();
        }
        return named;
    }
}
