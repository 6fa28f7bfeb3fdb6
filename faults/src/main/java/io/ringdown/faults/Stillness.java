package io.ringdown.faults;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What frozen elements have used of the processors: one that somebody lets run on for a while looks frozen before and after. */
final class Stillness {
    /** A stopped thread may still be charged for leaving its processor; one that was let run on uses far more. */
    private static final long TOLERANCE_NANOS = 1_000_000;

    private final Victims victims;
    private final Map<String, Long> cpuNanos = new HashMap<>();

    Stillness(Victims victims) {
        this.victims = victims;
    }

    /** Takes what frozen elements have used until now. */
    void begin(Collection<String> frozen) {
        frozen.forEach(element -> cpuNanos.put(element, victims.cpuNanos(element)));
    }

    /** For how long one has run since, in words; empty: it has not. Of one that is frozen nobody ends either, and takes along what it has used. */
    Optional<String> broken(String element) {
        long before = cpuNanos.getOrDefault(element, -1L);
        long now = victims.cpuNanos(element);
        if (before < 0 || now < 0 || now >= before && now - before <= TOLERANCE_NANOS) {
            return Optional.empty();
        }
        String what = now < before ? "a process of it ended" : "ran for " + (now - before) / 1_000 + " us";
        return Optional.of(what + " while it should have been frozen: ");
    }
}
