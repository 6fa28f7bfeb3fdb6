package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.SetUpOutage.State;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The set-up outage: it ends with the first of 299 set-up probes in a row that succeed in time. */
final class Outages {
    static final int ROW = 299;
    private static final int PROBES_A_SECOND = 100;

    private final Budget budget;
    private final Limits limits;
    private final List<Operation> probes = new ArrayList<>();
    private final Strike strike;

    Outages(Limits limits, Strike strike) {
        this.limits = limits;
        this.strike = strike;
        budget = new Budget(limits);
    }

    void add(Call call, List<Operation> operations) {
        if (call.role() == CallRole.SETUP_PROBE) {
            for (Operation op : operations) {
                if (op.intent() == Intent.SETUP
                        && op.attempt() == AttemptKind.FIRST
                        && op.intended() >= strike.from()) {
                    probes.add(op);
                }
            }
        }
    }

    SetUpOutage outage(RecordedRun run) {
        probes.sort(Comparator.comparingLong(Operation::intended).thenComparingInt(Operation::call));
        Long start = null;
        Operation first = null;
        int row = 0;
        int longest = 0;
        int failed = 0;
        Operation beginsRow = null;
        for (Operation probe : probes) {
            if (budget.met(probe)) {
                beginsRow = row == 0 ? probe : beginsRow;
                row++;
                longest = Math.max(longest, row);
                first = row == ROW && first == null ? beginsRow : first;
            } else {
                row = 0;
                failed++;
                start = start == null ? Long.valueOf(probe.intended()) : start;
            }
        }
        // An outage that begins later than the first 299 successes is another one: it ends with the row after it.
        boolean again = first != null && start != null && first.intended() < start;
        if (again) {
            first = rowAfter(start);
        }
        Long end = first == null || start == null ? null : Long.valueOf(first.end());
        return new SetUpOutage(state(run, start, first), start, end, failed, probes.size(), longest);
    }

    private Operation rowAfter(long start) {
        int row = 0;
        Operation begins = null;
        for (Operation probe : probes) {
            if (probe.intended() >= start && budget.met(probe)) {
                begins = row == 0 ? probe : begins;
                if (++row == ROW) {
                    return begins;
                }
            } else {
                row = 0;
            }
        }
        return null;
    }

    private State state(RecordedRun run, Long start, Operation first) {
        if (run.plan().workload().setupProbesPerSecond() < PROBES_A_SECOND || probes.isEmpty()) {
            return State.UNKNOWN;
        }
        if (start == null) {
            return first == null ? State.UNKNOWN : State.KEPT;
        }
        long repaired = run.faults().stream()
                .mapToLong(InjectedFault::repairAsked)
                .filter(at -> at != NONE)
                .min()
                .orElse(Long.MAX_VALUE);
        if (first == null) {
            // From its own beginning: one probe that fails at the very end is no outage that was never seen to end.
            long watched = probes.get(probes.size() - 1).intended() - start;
            boolean longEnough = watched >= limits.repair() && repaired >= strike.from() + limits.repair();
            return longEnough ? State.NEVER_RESTORED : State.UNKNOWN;
        }
        if (first.end() < repaired) {
            return State.KEPT;
        }
        boolean serves = run.events().stream()
                        .anyMatch(event -> event instanceof RunEvent.Serving serving
                                && strike.elements().contains(serving.element()))
                || strike.elements().contains(first.node());
        return serves && repaired >= strike.from() + limits.repair() ? State.UNTIL_REPAIR : State.UNKNOWN;
    }
}
