package io.ringdown.cluster.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What an engine counts; written by its thread, read by any. */
public final class EngineCounters {
    final LongAdder puts = new LongAdder();
    final LongAdder putBytes = new LongAdder();
    final LongAdder fetches = new LongAdder();
    final LongAdder retransmissions = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder fenced = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder records = new LongAdder();
    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    volatile int owned;

    void request(String method) {
        LongAdder counter = requests.get(method);
        if (counter == null) {
            // Methods come from outside: an endless supply of new ones must not fill the memory.
            counter = requests.computeIfAbsent(requests.size() < 20 ? method : "OTHER", name -> new LongAdder());
        }
        counter.increment();
    }

    /** Sessions that the engine has in its hands. */
    public int owned() {
        return owned;
    }

    /** The figures in Prometheus' text format. */
    public String prometheus() {
        var text = new StringBuilder();
        line(text, "ringdown_owned", owned);
        line(text, "ringdown_puts_total{by=\"processor\"}", puts.sum());
        line(text, "ringdown_put_bytes_total", putBytes.sum());
        line(text, "ringdown_fetches_total", fetches.sum());
        line(text, "ringdown_retransmissions_total", retransmissions.sum());
        line(text, "ringdown_malformed_total", malformed.sum());
        line(text, "ringdown_fenced_total", fenced.sum());
        line(text, "ringdown_refused_total", refused.sum());
        line(text, "ringdown_cdrs_total", records.sum());
        requests.forEach((method, count) -> line(
                text, "ringdown_requests_total{method=\"" + method.replaceAll("[^A-Za-z]", "_") + "\"}", count.sum()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
