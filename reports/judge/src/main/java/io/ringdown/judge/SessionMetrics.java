package io.ringdown.judge;

import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gathers a session's operations until it has been released, so that millions of them need not be kept at once. */
final class SessionMetrics {
    private final SipMetricsRule rule;
    private final Map<Integer, List<Operation>> open = new HashMap<>();

    SessionMetrics(SipMetricsRule rule) {
        this.rule = rule;
    }

    void add(Operation op) {
        List<Operation> session = open.computeIfAbsent(op.call(), none -> new ArrayList<>(2));
        session.add(op);
        // A registration has no other part.
        boolean last = op.intent() == Intent.RELEASE || op.intent() == Intent.REGISTER;
        boolean released = last && op.outcome() == io.ringdown.record.Outcome.OK;
        if (released) {
            open.remove(op.call());
            rule.add(session, List.of());
        }
    }

    /** The metrics of all that came, those that were not released included. */
    SipMetrics result() {
        open.values().forEach(session -> rule.add(session, List.of()));
        open.clear();
        return rule.result();
    }
}
