package io.ringdown.faults;

import java.util.Map;

/**
 * What a process has had of the processors until now. One that is frozen is given nothing more.
 *
 * @param nanos processor time that all of its threads have used
 * @param turns how often each of its threads was given a processor, by the thread's number; empty: it says nothing about a freeze of this kind
 */
public record Spent(long nanos, Map<String, Long> turns) {
    public Spent {
        turns = Map.copyOf(turns);
    }

    /** The same of one that is frozen by other means than a signal, where the kernel may give its threads a turn to stand still elsewhere. */
    public Spent withoutTurns() {
        return new Spent(nanos, Map.of());
    }

    /** Whether it was let run since, for however short a while: that wakes all of its threads, and a late one on its way to a stop is only one. */
    boolean wokenSince(Spent before) {
        long woken = turns.entrySet().stream()
                .filter(now -> !now.getValue().equals(before.turns.get(now.getKey())))
                .count();
        return woken > 0 && 2 * woken >= turns.size();
    }
}
