package io.ringdown.judge;

import io.ringdown.record.Phase;
import java.util.ArrayList;
import java.util.List;

/** Names of sets of phases. */
final class Phases {
    private Phases() {}

    /** {@code P1-P6}, {@code P1-P3, P5}; P4f counts as one between P4 and P5. */
    static String text(List<Phase> phases) {
        List<Phase> sorted = phases.stream().distinct().sorted().toList();
        var parts = new ArrayList<String>();
        for (int from = 0, until; from < sorted.size(); from = until) {
            until = from + 1;
            while (until < sorted.size()
                    && sorted.get(until).ordinal() == sorted.get(until - 1).ordinal() + 1) {
                until++;
            }
            String first = name(sorted.get(from));
            String last = name(sorted.get(until - 1));
            parts.add(until - from == 1 ? first : first + (until - from == 2 ? ", " : "-") + last);
        }
        return String.join(", ", parts);
    }

    static String name(Phase phase) {
        return phase == Phase.P4F ? "P4f" : phase.name();
    }
}
