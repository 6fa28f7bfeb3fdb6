package io.ringdown.judge;

import io.ringdown.judge.verdict.Extent;
import io.ringdown.record.Call;
import io.ringdown.record.CallDetail;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All calls with their operations and incidents, in an order that does not depend on the order of the log. */
final class History {
    private static final int MOST_CALLS = 100_000_000;
    private static final Comparator<Operation> IN_TIME = Comparator.comparingLong(Operation::intended)
            .thenComparingLong(Operation::sent)
            .thenComparingInt(Operation::cseq)
            .thenComparingInt(Operation::intentIndex)
            .thenComparing(Operation::intent)
            .thenComparing(Operation::attempt)
            .thenComparingLong(Operation::end)
            .thenComparingInt(Operation::status);
    private static final Comparator<Incident> INCIDENTS_IN_TIME =
            Comparator.comparingLong(Incident::at).thenComparing(Incident::kind).thenComparing(Incident::detail);

    private Call[] calls = new Call[1_024];
    private int callCount;
    private int end;
    private Operation[] operations = new Operation[4_096];
    private int operationCount;
    private final ExtentOfOperations extent = new ExtentOfOperations();
    private int[] first;
    private final Map<Integer, List<Incident>> incidents = new HashMap<>();
    private final Map<Integer, List<Call>> redials = new HashMap<>();
    private boolean whole;
    private FarSide farSide;
    private Map<String, Integer> callDetails;
    private boolean callDetailsWhole;

    private History() {}

    static History read(RecordedRun run) throws IOException {
        History history = of(run::readOperations);
        history.farSide = FarSide.read(run);
        history.callDetails = run.callDetails()
                .map(details -> details.stream()
                        .collect(Collectors.toMap(CallDetail::callId, detail -> 1, Integer::sum, HashMap::new)))
                .orElse(null);
        history.callDetailsWhole = run.completed();
        run.owners().stream()
                .filter(snapshot -> snapshot.purpose().equals("final"))
                .reduce((earlier, later) -> later)
                .ifPresent(snapshot -> history.orphans(snapshot, cutOff(run), run.clockMargin(snapshot.started())));
        return history;
    }

    /** A log that is yet to be read. */
    interface Log {
        boolean read(OperationLogReader.Visitor visitor) throws IOException;
    }

    static History of(Log log) throws IOException {
        var history = new History();
        history.whole = log.read(history.visitor());
        history.arrange();
        return history;
    }

    /** Elements that nobody but the harness could reach when the run ended: they cannot know that a call of theirs is over. */
    private static Set<String> cutOff(RecordedRun run) {
        return run.faults().stream()
                .filter(fault -> fault.repairAsked() == Operation.NONE && hearsNobody(fault.order()))
                .flatMap(fault -> fault.order().elements().stream())
                .collect(Collectors.toSet());
    }

    /** Who is cut off from some only, or only cannot be heard, may still be told. */
    static boolean hearsNobody(FaultOrder order) {
        return order.kind() == FaultOrder.Kind.ISOLATE
                && (order.terms() == null
                        || order.terms().from().isEmpty() && order.terms().direction() != FaultOrder.Direction.OUT);
    }

    /** A session that is still owned after its call was over for the caller is one too many. */
    private void orphans(OwnerSnapshot last, Set<String> cutOff, long margin) {
        var owners = new HashMap<String, String>();
        var owned = new TreeMap<>(last.owned());
        owned.keySet().removeAll(cutOff);
        owned.forEach((element, callIds) -> callIds.forEach(id -> owners.put(id, element)));
        for (int number = 0; number < end && !owners.isEmpty(); number++) {
            Call call = calls[number];
            String owner = call == null ? null : owners.get(call.callId());
            if (owner != null && over(call, last.started() - margin)) {
                incidents
                        .computeIfAbsent(number, none -> new ArrayList<>())
                        .add(new Incident(number, last.started(), Incident.Kind.ORPHAN_SESSION, owner + " owns it"));
            }
        }
    }

    /**
     * Whether nothing should be left of a call: it was released by either side, or its far side said that it was gone; or it never came about, its set-up
     * having been cancelled or re-dialled. A BYE without an answer may not have arrived, and of one that was answered later the element did not know yet.
     *
     * @param asked when elements were asked what they own
     */
    private boolean over(Call call, long asked) {
        boolean established = false;
        boolean failed = false;
        boolean cancelled = false;
        for (Operation op : of(call)) {
            boolean ok = op.outcome() == Outcome.OK;
            if (op.intent() == Intent.RELEASE && (ok || op.status() == 481) && op.end() < asked) {
                return true;
            }
            if (op.intent() == Intent.SETUP) {
                established |= ok;
                failed |= op.outcome() == Outcome.FAILED && op.end() < asked;
                cancelled |= op.status() == 487;
            }
        }
        return !established && (cancelled || failed && redialled(call)) || endedByCallee(call, asked);
    }

    /** Whether the callee hung up, which reached the caller, and had its answer. */
    private boolean endedByCallee(Call call, long asked) {
        return farSide != null
                && incidents(call).stream().anyMatch(incident -> incident.kind() == Incident.Kind.UNSCRIPTED_BYE)
                && farSide.of(call).stream().anyMatch(leg -> leg.hungUp(asked));
    }

    private boolean redialled(Call call) {
        int first = call.redialOf() >= 0 ? call.redialOf() : call.number();
        return redials.getOrDefault(first, List.of()).stream().anyMatch(redial -> redial.number() > call.number());
    }

    private OperationLogReader.Visitor visitor() {
        return new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                add(call);
            }

            @Override
            public void operation(Operation operation) {
                if (operationCount == operations.length) {
                    operations = Arrays.copyOf(operations, 2 * operationCount);
                }
                operations[operationCount++] = operation;
                extent.add(operation);
            }

            @Override
            public void incident(Incident incident) {
                incidents
                        .computeIfAbsent(incident.call(), none -> new ArrayList<>())
                        .add(incident);
            }
        };
    }

    private void add(Call call) {
        int number = call.number();
        if (number < 0 || number > MOST_CALLS) {
            throw new IllegalStateException("call number " + number + " is no dense index");
        }
        if (number >= calls.length) {
            calls = Arrays.copyOf(calls, Math.max(number + 1, 2 * calls.length));
        }
        callCount += calls[number] == null ? 1 : 0;
        calls[number] = call;
        end = Math.max(end, number + 1);
        if (call.redialOf() >= 0) {
            redials.computeIfAbsent(call.redialOf(), none -> new ArrayList<>()).add(call);
        }
    }

    /** Sorts the operations by call, then by time: a counting sort, since the log interleaves the calls. */
    private void arrange() {
        first = new int[end + 1];
        int known = 0;
        for (int i = 0; i < operationCount; i++) {
            if (call(operations[i].call()) != null) {
                first[operations[i].call() + 1]++;
                known++;
            }
        }
        for (int i = 0; i < end; i++) {
            first[i + 1] += first[i];
        }
        var sorted = new Operation[known];
        int[] next = Arrays.copyOf(first, end);
        for (int i = 0; i < operationCount; i++) {
            if (call(operations[i].call()) != null) {
                sorted[next[operations[i].call()]++] = operations[i];
            }
        }
        operations = sorted;
        for (int i = 0; i < end; i++) {
            if (first[i + 1] - first[i] > 1) {
                Arrays.sort(sorted, first[i], first[i + 1], IN_TIME);
            }
        }
        incidents.values().forEach(list -> list.sort(INCIDENTS_IN_TIME));
        redials.values().forEach(list -> list.sort(Comparator.comparingInt(Call::number)));
    }

    /** Whether the logs of both sides could be read to their ends. */
    boolean whole() {
        return whole && (farSide == null || farSide.whole());
    }

    /** What the callee saw; null if the cluster answered by itself. */
    FarSide farSide() {
        return farSide;
    }

    /** How many call-detail records each call has, by Call-ID; null if the cluster writes none. */
    Map<String, Integer> callDetails() {
        return callDetails;
    }

    /** Whether these are all: collected as the last thing before the end, they are only of a run that came to it. */
    boolean callDetailsWhole() {
        return callDetailsWhole;
    }

    int calls() {
        return callCount;
    }

    long operations() {
        return operationCount;
    }

    /** When they were; null without any. */
    Extent extent() {
        return extent.extent();
    }

    /** One more than the largest call number. */
    int end() {
        return end;
    }

    /** A call, or null. */
    Call call(int number) {
        return number >= 0 && number < end ? calls[number] : null;
    }

    /** A call's operations by intended instant. */
    List<Operation> of(Call call) {
        return Arrays.asList(operations).subList(first[call.number()], first[call.number() + 1]);
    }

    /** A call's incidents by instant. */
    List<Incident> incidents(Call call) {
        return incidents.getOrDefault(call.number(), List.of());
    }

    /** The calls that re-dial a call's set-up. */
    List<Call> redials(Call call) {
        return redials.getOrDefault(call.number(), List.of());
    }

    /** Messages that belonged to no open transaction. */
    long strays() {
        return incidents.values().stream()
                .flatMap(List::stream)
                .filter(incident -> incident.kind() == Incident.Kind.STRAY)
                .count();
    }
}
