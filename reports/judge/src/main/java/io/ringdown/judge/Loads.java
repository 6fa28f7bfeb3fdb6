package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Final responses by the element that made them, a second, in a window before the fault and one after rerouting. */
final class Loads {
    private final long beforeFrom;
    private final long beforeUntil;
    private final long afterFrom;
    private final Map<String, long[]> counts = new HashMap<>();
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    Loads(long from, long rerouted, long window) {
        beforeFrom = from - window;
        beforeUntil = from;
        afterFrom = rerouted;
    }

    void add(Operation op) {
        if (op.end() == NONE || op.node().isEmpty()) {
            return;
        }
        first = Math.min(first, op.end());
        last = Math.max(last, op.end());
        boolean before = op.end() >= beforeFrom && op.end() < beforeUntil;
        if (before || op.end() >= afterFrom) {
            counts.computeIfAbsent(op.node(), none -> new long[2])[before ? 0 : 1]++;
        }
    }

    /** Elements that take calls, and whoever else answered. */
    List<ElementLoad> rows(RecordedRun run, Set<String> struck) {
        double before = (beforeUntil - Math.max(beforeFrom, Math.min(first, beforeUntil))) / 1e9;
        double after = (last - afterFrom) / 1e9;
        var rows = new ArrayList<ElementLoad>();
        for (Topology.Element element : run.topology().elements()) {
            long[] count = counts.remove(element.name());
            if (count != null) {
                String machine = run.topology()
                        .machineOf(element.name())
                        .map(Topology.Machine::name)
                        .orElse("");
                rows.add(row(element.name(), machine, struck, count, before, after));
            }
        }
        counts.keySet().stream()
                .sorted()
                .forEach(name -> rows.add(row(name, "", struck, counts.get(name), before, after)));
        return rows;
    }

    private static ElementLoad row(
            String name, String machine, Set<String> struck, long[] count, double before, double after) {
        return new ElementLoad(name, machine, struck.contains(name), rate(count[0], before), rate(count[1], after));
    }

    private static double rate(long count, double seconds) {
        return seconds <= 0 ? 0 : Math.rint(count / seconds * 100) / 100;
    }
}
