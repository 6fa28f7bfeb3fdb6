package io.ringdown.faults;

import java.util.Map;

/**
 * What a process has had of the processors until now. One that is frozen is given nothing more.
 *
 * @param nanos processor time that all of its threads have used
 * @param turns how often each of its threads was given a processor, by the thread's number, or what else only grows when it is let run; empty: nothing of that kind is
 *     counted
 */
public record Spent(long nanos, Map<String, Long> turns) {
    public Spent {
        turns = Map.copyOf(turns);
    }

    /** Whether it was let run since, for however short a while: that wakes all of its threads, and a late one on its way to a stop is only one. */
    boolean wokenSince(Spent before) {
        long woken = turns.entrySet().stream()
                .filter(now -> now.getValue() > before.turns.getOrDefault(now.getKey(), -1L))
                .count();
        return woken > 0 && 2 * woken >= turns.size();
    }
}
