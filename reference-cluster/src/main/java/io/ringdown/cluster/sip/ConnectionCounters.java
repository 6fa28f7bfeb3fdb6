package io.ringdown.cluster.sip;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an element counts of its TCP connections, by way of all its event loops; read from any thread. */
public final class ConnectionCounters {
    /** Why a client's connection ended. */
    enum End {
        /** By the client, or by the network. */
        CLOSED,
        /** Nothing came any more. */
        IDLE,
        /** A message began and did not end. */
        UNFINISHED,
        /** The client took too little of what was for it. */
        SLOW,
        /** What came makes no sense. */
        MALFORMED,
        /** All of them kept too much, and this one most. */
        LARGEST,
        /** The address went to another element. */
        RELEASED
    }

    final LongAdder clients = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder kept = new LongAdder();
    final LongAdder trunks = new LongAdder();
    final LongAdder broken = new LongAdder();
    final LongAdder dropped = new LongAdder();
    private final Map<End, LongAdder> ends =
            Stream.of(End.values()).collect(Collectors.toMap(end -> end, end -> new LongAdder()));

    void ended(End why) {
        ends.get(why).increment();
    }

    /** The figures in Prometheus' text format. */
    public String prometheus() {
        return prometheus(List.of(this));
    }

    /** The figures of several loops together. */
    public static String prometheus(List<ConnectionCounters> all) {
        var text = new StringBuilder();
        line(text, "ringdown_connections", all, each -> each.clients);
        line(text, "ringdown_connections_kept_bytes", all, each -> each.kept);
        line(text, "ringdown_connections_refused_total", all, each -> each.refused);
        for (End end : End.values()) {
            String why = end.name().toLowerCase(Locale.ROOT);
            line(text, "ringdown_connections_ended_total{why=\"" + why + "\"}", all, each -> each.ends.get(end));
        }
        line(text, "ringdown_trunks", all, each -> each.trunks);
        line(text, "ringdown_trunks_broken_total", all, each -> each.broken);
        line(text, "ringdown_trunks_dropped_total", all, each -> each.dropped);
        return text.toString();
    }

    private static void line(
            StringBuilder text,
            String name,
            List<ConnectionCounters> all,
            Function<ConnectionCounters, LongAdder> figure) {
        long sum = all.stream().mapToLong(each -> figure.apply(each).sum()).sum();
        text.append(name).append(' ').append(sum).append('\n');
    }
}
