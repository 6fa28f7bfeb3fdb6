package io.ringdown.faults;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whether frozen elements have stood still: one that somebody lets run on for a while looks frozen before and after. Who is frozen is given no processor, does
 * not end, and makes nobody; each process is looked at by itself, since one that ends takes what it used with it.
 */
final class Stillness {
    /** A stopped thread may still be charged for leaving its processor; one that was let run on uses far more. */
    private static final long TOLERANCE_NANOS = 1_000_000;

    /** A thread that is told to stop may lose its processor just before it stands still, and needs one more turn then. */
    private static final Duration SETTLING = Duration.ofMillis(2);

    private static final int MOST_LOOKS = 20;

    private final Victims victims;
    private final Pace pace;
    private final Map<String, Map<ProcessIdentity, Spent>> frozen = new HashMap<>();

    Stillness(Victims victims, Pace pace) {
        this.victims = victims;
        this.pace = pace;
    }

    /** Takes what frozen elements are, and have been given until now. */
    void begin(Collection<String> elements) {
        elements.forEach(element -> frozen.put(element, victims.spent(element)));
        Map<String, Map<ProcessIdentity, Spent>> before = Map.copyOf(frozen);
        for (int look = 0; look < MOST_LOOKS; look++) {
            pace.pause(SETTLING);
            Map<String, Map<ProcessIdentity, Spent>> now = new HashMap<>();
            elements.forEach(element -> now.put(element, victims.spent(element)));
            if (now.equals(before)) {
                break;
            }
            before = Map.copyOf(now);
        }
        // Only turns are forgiven: time that was used meanwhile, or a process that came or went, is told as if it were
        // later.
        Map<String, Map<ProcessIdentity, Spent>> settled = before;
        frozen.replaceAll((element, processes) -> withTurns(processes, settled.get(element)));
    }

    private static Map<ProcessIdentity, Spent> withTurns(
            Map<ProcessIdentity, Spent> processes, Map<ProcessIdentity, Spent> settled) {
        var all = new HashMap<>(processes);
        all.replaceAll((process, spent) ->
                new Spent(spent.nanos(), settled.getOrDefault(process, spent).turns()));
        return all;
    }

    /** What tells that one has not stood still, in words that its state may follow; empty: it has. */
    Optional<String> broken(String element) {
        Map<ProcessIdentity, Spent> before = frozen.getOrDefault(element, Map.of());
        Map<ProcessIdentity, Spent> now = victims.spent(element);
        if (before.isEmpty() || now.isEmpty()) {
            return Optional.of("nobody can tell whether it stood still: ");
        }
        return difference(before, now).map(what -> what + " while it should have been frozen: ");
    }

    private static Optional<String> difference(Map<ProcessIdentity, Spent> before, Map<ProcessIdentity, Spent> now) {
        for (ProcessIdentity process : before.keySet()) {
            if (!now.containsKey(process)) {
                return Optional.of(process + " ended");
            }
        }
        long used = 0;
        for (Map.Entry<ProcessIdentity, Spent> each : now.entrySet()) {
            ProcessIdentity process = each.getKey();
            Spent then = before.get(process);
            if (then == null) {
                return Optional.of(process + " came");
            }
            if (each.getValue().wokenSince(then)) {
                return Optional.of(process + " was let run");
            }
            used += Math.max(0, each.getValue().nanos() - then.nanos());
        }
        return used > TOLERANCE_NANOS ? Optional.of("ran for " + used / 1_000 + " us") : Optional.empty();
    }
}
