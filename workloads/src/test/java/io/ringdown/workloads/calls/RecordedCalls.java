package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.Provenance;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A run folder that a test's generator writes, and what can be read from it afterwards. */
public final class RecordedCalls implements AutoCloseable {
    private final RunFolder folder;
    private final RunRecorder recorder;
    /** How long ago an INFO of a fresh call was acknowledged at most, in nanoseconds: as long as T1 is. */
    private final long fresh;

    public final Map<Integer, Call> calls = new TreeMap<>();
    public final List<Operation> operations = new ArrayList<>();
    public final List<Incident> incidents = new ArrayList<>();

    public RecordedCalls(Path path, RunClock clock, Workload workload) throws IOException {
        folder = RunFolder.create(path);
        fresh = workload.t1().toNanos();
        recorder = new RunRecorder(
                folder,
                clock,
                new Provenance(Provenance.FORMAT, "test", clock.originEpochMicros(), "", "", 1, List.of()),
                new ResolvedPlan(
                        "test",
                        "",
                        1,
                        Map.of(),
                        workload,
                        List.of(),
                        new Criteria(Demand.NONE, null, workload.phases(), 0.01)),
                new Topology("test", "127.0.0.1:5060", "X-Ringdown-Node", List.of()));
    }

    public RunRecorder recorder() {
        return recorder;
    }

    public RunFolder folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        recorder.close();
    }

    /** Reads what was recorded, of a closed recorder or as far as it was flushed. */
    public RecordedCalls read() throws IOException {
        calls.clear();
        operations.clear();
        incidents.clear();
        OperationLogReader.read(folder.operations(), new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                calls.put(call.number(), call);
            }

            @Override
            public void operation(Operation operation) {
                operations.add(operation);
            }

            @Override
            public void incident(Incident incident) {
                incidents.add(incident);
            }
        });
        return this;
    }

    /** Operations of the calls that were planned for a phase. */
    public List<Operation> of(Phase phase) {
        return operations.stream()
                .filter(op -> calls.get(op.call()).role() == CallRole.POPULATION
                        && calls.get(op.call()).phase() == phase)
                .toList();
    }

    /** How many calls were in the phase at an instant, as their operations tell. */
    public long inPhase(Phase phase, long instant) {
        Map<Integer, List<Operation>> byCall = new TreeMap<>();
        of(phase)
                .forEach(op -> byCall.computeIfAbsent(op.call(), call -> new ArrayList<>())
                        .add(op));
        return byCall.values().stream().filter(ops -> in(phase, ops, instant)).count();
    }

    private boolean in(Phase phase, List<Operation> ops, long instant) {
        Operation setUp = ops.stream()
                .filter(op -> op.intent() == Intent.SETUP)
                .findFirst()
                .orElseThrow();
        boolean established =
                setUp.outcome() == Outcome.OK && setUp.acked() < instant && setUp.acked() != Operation.NONE;
        List<Operation> open = ops.stream().filter(op -> op.openAt(instant)).toList();
        boolean released = ops.stream().anyMatch(op -> op.intent() == Intent.RELEASE && op.sent() < instant);
        return switch (phase) {
            case P0 -> setUp.openAt(instant) && !came(setUp.trying(), instant) && !came(setUp.ringing(), instant);
            case P1 -> setUp.openAt(instant) && came(setUp.trying(), instant) && !came(setUp.ringing(), instant);
            case P2 -> setUp.openAt(instant) && came(setUp.ringing(), instant) && !came(setUp.end(), instant);
            case P3 -> setUp.openAt(instant) && came(setUp.end(), instant);
            case P4 -> established && open.isEmpty() && !released;
            case P4F ->
                established
                        && open.isEmpty()
                        && ops.stream()
                                .anyMatch(op -> op.intent() == Intent.INFO
                                        && op.outcome() == Outcome.OK
                                        && op.end() <= instant
                                        && op.end() > instant - fresh);
            case P5 ->
                established && open.stream().anyMatch(op -> op.intent() == Intent.INFO || op.intent() == Intent.MODIFY);
            case P6 -> established && open.stream().anyMatch(op -> op.intent() == Intent.RELEASE);
            default -> false;
        };
    }

    private static boolean came(long at, long instant) {
        return at != Operation.NONE && at <= instant;
    }
}
