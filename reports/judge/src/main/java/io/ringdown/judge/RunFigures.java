package io.ringdown.judge;

import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.judge.verdict.LatencyRow;
import io.ringdown.judge.verdict.RetransmissionLaw;
import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import java.util.List;
import java.util.Set;

/** Latencies, the metrics of RFC 6076, loads and the retransmission law: what a run measured, beside its verdict. */
final class RunFigures {
    private final List<LatencyRow> latencies;
    private final List<ElementLoad> loads;
    private final RetransmissionLaw law;
    private final SipMetrics metrics;

    /**
     * @param gap D in nanoseconds, or null
     * @param settled when rerouting was done and set-ups succeeded again, if anything was struck
     */
    RunFigures(RecordedRun run, History history, Limits limits, Strike strike, Long gap, long settled) {
        boolean faulted = strike != null && strike.faulted();
        long from = faulted ? strike.from() : Long.MAX_VALUE;
        long rerouted = faulted ? settled : Long.MAX_VALUE;
        var latency = new Latencies(from, rerouted);
        var sip = new SipMetricsRule(from, rerouted);
        long window = run.plan().workload().baseline().toNanos();
        var load = faulted ? new Loads(from, rerouted, window) : null;
        var gapLaw = faulted ? new GapLaw(limits, strike, gap) : null;
        for (int number = 0; number < history.end(); number++) {
            Call call = history.call(number);
            if (call == null) {
                continue;
            }
            if (call.role() != CallRole.DETECTION_PROBE && call.role() != CallRole.BURST) {
                sip.add(history.of(call), history.incidents(call));
            }
            for (Operation op : history.of(call)) {
                latency.add(op);
                if (faulted) {
                    load.add(op);
                    if (call.role().call()) {
                        gapLaw.add(op);
                    }
                }
            }
            latency.callEnds();
        }
        latencies = latency.rows();
        metrics = sip.result();
        Set<String> struck = faulted ? strike.everStruck() : Set.of();
        loads = faulted ? load.rows(run, struck) : List.of();
        // By TCP no request is sent again.
        boolean udp = run.plan().workload().caller().transport() == Transport.UDP;
        law = faulted && udp ? gapLaw.result() : null;
    }

    List<LatencyRow> latencies() {
        return latencies;
    }

    SipMetrics metrics() {
        return metrics;
    }

    /** Empty in a null run. */
    List<ElementLoad> loads() {
        return loads;
    }

    /** Null in a null run, and where nothing is retransmitted. */
    RetransmissionLaw law() {
        return law;
    }
}
