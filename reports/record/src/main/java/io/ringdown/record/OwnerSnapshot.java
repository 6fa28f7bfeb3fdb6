package io.ringdown.record;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which element owned which call, and who held copies, as the elements themselves said.
 *
 * @param purpose {@code before-fill}, {@code before-fault} or {@code final}
 * @param started run nanos before the first element was asked
 * @param ended run nanos after the last one answered
 * @param owned Call-IDs by the name of the element that owned them
 * @param copies Call-IDs by the name of the session store that held a copy
 * @param unanswered elements that did not answer
 */
public record OwnerSnapshot(
        String purpose,
        long started,
        long ended,
        Map<String, List<String>> owned,
        Map<String, List<String>> copies,
        List<String> unanswered) {
    public OwnerSnapshot {
        Objects.requireNonNull(purpose, "purpose");
        owned = Map.copyOf(owned);
        copies = Map.copyOf(copies);
        unanswered = List.copyOf(unanswered);
    }
}
