package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import java.util.List;

/**
 * Who is alive, by one member's knowledge.
 *
 * @param epoch grows with every view
 * @param alive live elements, longest-serving first
 * @param routable engines that calls are spread over
 */
public record Members(long epoch, List<ElementConfig> alive, List<ElementConfig> routable) {
    public Members {
        alive = List.copyOf(alive);
        routable = List.copyOf(routable);
    }

    /** Whether an element is alive. */
    public boolean contains(ElementConfig element) {
        return alive.contains(element);
    }

    /**
     * The dispatcher that holds the service address: the longest-serving one, so that a returning one disturbs nobody. None while no
     * engine is alive, so that a dispatcher that was separated from all takes the address from nobody.
     */
    public ElementConfig activeDispatcher() {
        if (alive.stream().noneMatch(element -> element.role() == Role.ENGINE)) {
            return null;
        }
        return alive.stream()
                .filter(element -> element.role() == Role.DISPATCHER)
                .findFirst()
                .orElse(null);
    }

    /** Live replicas of a partition, longest-serving first. */
    public List<ElementConfig> replicas(int partition) {
        return alive.stream()
                .filter(element -> element.role() == Role.REPLICA && element.partition() == partition)
                .toList();
    }

    /**
     * The engine that owns a call: rendezvous hash of the Call-ID over the engines, so that everybody agrees without talking and a
     * death moves only the dead engine's calls, evenly. Null if there is no engine.
     */
    public ElementConfig ownerOf(String callId) {
        long key = hash(callId);
        ElementConfig owner = null;
        long highest = Long.MIN_VALUE;
        for (ElementConfig engine : routable) {
            long weight = mix(key ^ mix(engine.rank() + 1L));
            if (weight > highest || owner == null) {
                highest = weight;
                owner = engine;
            }
        }
        return owner;
    }

    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
