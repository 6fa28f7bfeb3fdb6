package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.InjectedFault;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent.ClusterEvent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the elements told of themselves. */
final class ClusterEvents {
    private ClusterEvents() {}

    /** All of it, in the order of time. */
    static List<ClusterEvent> inOrder(RecordedRun run) {
        return run.events().stream()
                .filter(ClusterEvent.class::isInstance)
                .map(ClusterEvent.class::cast)
                .sorted(Comparator.comparingLong(ClusterEvent::at)
                        .thenComparing(ClusterEvent::element)
                        .thenComparing(ClusterEvent::event))
                .toList();
    }

    /** Names that a view says have left. */
    static List<String> left(ClusterEvent view) {
        return names(view, "left");
    }

    /** Elements that the others had missed before an instant, and not seen again. Who is struck himself, say cut off, misses everybody. */
    static Set<String> gone(RecordedRun run, long before) {
        var gone = new HashSet<String>();
        for (ClusterEvent event : inOrder(run)) {
            if (event.event().equals("view")
                    && event.at() < before
                    && !gone.contains(event.element())
                    && !held(run, event.at()).contains(event.element())) {
                gone.removeAll(names(event, "joined"));
                gone.addAll(left(event));
            }
        }
        return gone;
    }

    /** Elements that faults had struck before an instant, and still held then. */
    static Set<String> held(RecordedRun run, long instant) {
        var held = new HashSet<String>();
        for (InjectedFault fault : run.faults()) {
            if (fault.asked() < instant && (fault.repairAsked() == NONE || fault.repairAsked() >= instant)) {
                held.addAll(fault.order().elements());
            }
        }
        return held;
    }

    /** Elements that noticed that they had not run for longer than the others put up with. */
    static List<String> stoodStill(RecordedRun run) {
        return inOrder(run).stream()
                .filter(event -> event.event().equals("cut-off")
                        && "stood still".equals(event.detail().get("why")))
                .map(ClusterEvent::element)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> names(ClusterEvent view, String key) {
        Object value = view.detail().get(key);
        return value == null
                ? List.of()
                : Arrays.stream(value.toString().split("[ ,]+"))
                        .filter(name -> !name.isEmpty())
                        .toList();
    }
}
