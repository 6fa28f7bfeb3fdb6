package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.CallKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Messages of calls that belong to somebody else: who sent them on may know of a change of owners that this engine has yet to hear of. Kept
 * for T1, since the client sends them again after that; dropped, a request's second retransmission would be lost on the one engine that
 * is about to own its call, and the next one comes 2 s later.
 */
final class Early {
    /** Some 100 ms of what a dispatcher can pass on. */
    private static final int MOST = 2_000;

    private final Deque<Kept> kept = new ArrayDeque<>();
    private final long micros;

    private record Kept(Received received, long at) {}

    Early(long t1Micros) {
        micros = t1Micros;
    }

    void add(Received received, long now) {
        forget(now);
        if (kept.size() < MOST) {
            kept.add(new Kept(received, now));
        }
    }

    private void forget(long now) {
        while (!kept.isEmpty() && now - kept.peek().at > micros) {
            kept.poll();
        }
    }

    /** Takes out, in order, those whose calls are owned now. */
    List<Received> due(Predicate<String> owned, long now) {
        forget(now);
        var due = new ArrayList<Received>();
        kept.removeIf(each -> {
            boolean its = owned.test(CallKey.of(each.received.message()));
            return its && due.add(each.received);
        });
        return due;
    }
}
