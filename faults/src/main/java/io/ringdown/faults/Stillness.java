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

    /** For how long one has run since, in words; empty: it has not. */
    Optional<String> broken(String element) {
        long before = cpuNanos.getOrDefault(element, -1L);
        long used = victims.cpuNanos(element) - before;
        return before >= 0 && used > TOLERANCE_NANOS
                ? Optional.of("ran for " + used / 1_000 + " us while it should have been frozen: ")
                : Optional.empty();
    }
}
