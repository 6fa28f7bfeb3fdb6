package io.ringdown.workloads.sipp;

import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What a callee recorded, as far as it has come. */
final class FarSideRecords implements CallRecorder {
    private final List<Call> calls = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();

    @Override
    public synchronized void call(Call call) {
        calls.add(call);
    }

    @Override
    public synchronized void operation(Operation operation) {
        operations.add(operation);
    }

    @Override
    public synchronized void incident(Incident incident) {
        incidents.add(incident);
    }

    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    synchronized List<Operation> of(Intent intent) {
        return operations.stream().filter(op -> op.intent() == intent).toList();
    }

    /** Requests of an intent that were accepted; of INVITEs, those that were acknowledged as well. */
    long accepted(Intent intent) {
        return of(intent).stream().filter(op -> op.outcome() == Outcome.OK).count();
    }

    /** Requests that did not continue their dialog. */
    synchronized List<Operation> refused() {
        return operations.stream().filter(op -> op.status() == 481).toList();
    }

    synchronized List<Incident> incidents() {
        return List.copyOf(incidents);
    }
}
