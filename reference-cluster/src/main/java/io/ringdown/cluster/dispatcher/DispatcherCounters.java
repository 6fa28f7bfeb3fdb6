package io.ringdown.cluster.dispatcher;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What a dispatcher counts, by way of all addresses that it holds; read from any thread. */
public final class DispatcherCounters {
    final LongAdder malformed = new LongAdder();
    final LongAdder unroutable = new LongAdder();
    final LongAdder held = new LongAdder();
    final LongAdder refused = new LongAdder();
    private final Map<String, LongAdder> dispatched = new ConcurrentHashMap<>();

    void dispatched(String engine) {
        dispatched.computeIfAbsent(engine, name -> new LongAdder()).increment();
    }

    /** The figures in Prometheus' text format. */
    public String prometheus() {
        var text = new StringBuilder();
        dispatched.forEach((engine, count) -> text.append("ringdown_dispatched_total{engine=\"")
                .append(engine)
                .append("\"} ")
                .append(count.sum())
                .append('\n'));
        return text.append("ringdown_malformed_total ")
                .append(malformed.sum())
                .append("\nringdown_unroutable_total ")
                .append(unroutable.sum())
                .append("\nringdown_held_total ")
                .append(held.sum())
                .append("\nringdown_refused_total ")
                .append(refused.sum())
                .append('\n')
                .toString();
    }
}
