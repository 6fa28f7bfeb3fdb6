package io.ringdown.pages;

import io.ringdown.judge.verdict.Extent;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the charts show: the operations log, gathered into columns as it is read so that memory does not grow with it. */
final class RunSeries {
    private static final int OVERVIEW_COLUMNS = 240;
    private static final int CLOSE_UP_COLUMNS = 150;
    private static final int LATENCY_COLUMNS = 90;

    final long origin;
    final boolean whole;
    final Activity overview;
    final int[] active;
    /** Close-ups of the faults that were injected, by their index. */
    final Map<Integer, Activity> closeUps;

    final Latencies latencies;
    final List<ResponseDelay> delays;

    private RunSeries(Span span, Gatherer gatherer, boolean whole) {
        origin = span.origin;
        this.whole = whole;
        overview = gatherer.overview;
        active = gatherer.active();
        closeUps = gatherer.closeUps;
        latencies = gatherer.latencies;
        delays = gatherer.delays;
    }

    /** Gathers a run; the verdict says when the outage was over. */
    static RunSeries of(RecordedRun run, Verdict verdict) throws IOException {
        boolean logged = Files.exists(run.folder().operations());
        Span span = Span.of(run, verdict);
        var gatherer = new Gatherer(run, span, verdict);
        boolean whole = logged && run.readOperations(gatherer);
        return new RunSeries(span, gatherer, whole);
    }

    /** What the charts over the whole run show of time. */
    private record Span(long from, long to, long origin) {
        static Span of(RecordedRun run, Verdict verdict) {
            Extent extent = verdict.extent();
            long origin = 0;
            long to = extent == null ? Long.MIN_VALUE : extent.to();
            for (RunEvent event : run.events()) {
                if (event instanceof RunEvent.Strike strike) {
                    origin = strike.at();
                } else if (event instanceof RunEvent.StageEntered stage && stage.stage() == RunEvent.Stage.HEAL) {
                    to = Math.max(to, stage.at());
                }
            }
            if (verdict.strikeFrom() != null) {
                origin = verdict.strikeFrom();
                to = Math.max(to, origin);
            }
            long from = extent != null ? extent.from() : Math.min(0, to == Long.MIN_VALUE ? 0 : to);
            return new Span(from, Math.max(to, from + 1), origin);
        }

        TimeGrid grid(int columns) {
            return TimeGrid.over(from, to, origin, columns);
        }
    }

    private static final class Gatherer implements OperationLogReader.Visitor {
        final Activity overview;
        final Map<Integer, Activity> closeUps = new TreeMap<>();
        final Latencies latencies;
        final List<ResponseDelay> delays = new ArrayList<>();
        private final BitSet detectionProbes = new BitSet();
        private final BitSet ended = new BitSet();
        private final int[] changes;
        private final ResponseDelay.Collector responseDelays;
        private int activeBefore;

        Gatherer(RecordedRun run, Span span, Verdict verdict) {
            overview = new Activity(span.grid(OVERVIEW_COLUMNS));
            changes = new int[overview.grid.columns() + 1];
            long t1 = run.plan().workload().t1().toNanos();
            for (FaultResult fault : verdict.faults()) {
                if (fault.injected()) {
                    long rerouting = Outages.rerouting(fault);
                    long after = Math.min(Math.max(20 * t1, 2 * rerouting), rerouting + 40 * t1);
                    closeUps.put(
                            fault.index(),
                            new Activity(TimeGrid.over(
                                    fault.asked() - 4 * t1, fault.asked() + after, fault.asked(), CLOSE_UP_COLUMNS)));
                }
            }
            boolean struck = verdict.strikeFrom() != null;
            long over = Outages.end(verdict);
            latencies = new Latencies(span.grid(LATENCY_COLUMNS), struck ? span.origin : Long.MAX_VALUE, over);
            responseDelays = new ResponseDelay.Collector(
                    span.origin, struck ? Math.max(over, span.origin + 2 * t1) : Long.MIN_VALUE, delays);
        }

        @Override
        public void call(Call call) {
            if (call.role() == CallRole.DETECTION_PROBE) {
                detectionProbes.set(call.number());
            }
        }

        @Override
        public void operation(Operation op) {
            boolean probe = detectionProbes.get(op.call());
            overview.add(op, probe);
            closeUps.values().forEach(closeUp -> closeUp.add(op, probe));
            if (!probe) {
                latencies.add(op);
                responseDelays.add(op);
                countActive(op);
            }
        }

        @Override
        public void incident(Incident incident) {
            if (incident.kind() == Incident.Kind.UNSCRIPTED_BYE) {
                end(incident.call(), incident.at());
            }
        }

        private void countActive(Operation op) {
            if (op.intent() == Intent.SETUP && op.outcome() == Outcome.OK) {
                change(op.end(), 1);
            } else if (op.intent() == Intent.RELEASE && op.end() != Operation.NONE) {
                end(op.call(), op.end());
            }
        }

        private void end(int call, long at) {
            if (!ended.get(call)) {
                ended.set(call);
                change(at, -1);
            }
        }

        private void change(long at, int by) {
            int column = overview.grid.column(at);
            if (column >= 0) {
                changes[column] += by;
            } else if (at < overview.grid.from()) {
                activeBefore += by;
            }
        }

        /** Calls established at the end of each column. */
        int[] active() {
            var active = new int[overview.grid.columns()];
            int now = activeBefore;
            for (int i = 0; i < active.length; i++) {
                now += changes[i];
                active[i] = Math.max(0, now);
            }
            return active;
        }
    }
}
