package io.ringdown.judge;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.RunEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A further fault of a story, some time after the first. Times are milliseconds from the first. */
final class FaultStory {
    private static final long BRACKET = 4_000_000;

    private final double at;
    private final List<String> elements;
    private final List<RunEvent> servings = new ArrayList<>();
    private Double repairAt;
    private long bracket = BRACKET;

    private FaultStory(double at, List<String> elements) {
        this.at = at;
        this.elements = elements;
    }

    static FaultStory at(double millis, String... elements) {
        return new FaultStory(millis, List.of(elements));
    }

    /** Seen to have taken effect so many milliseconds after it was asked for. */
    FaultStory seenAfter(double millis) {
        bracket = Math.round(millis * 1e6);
        return this;
    }

    /** Started again, and serving some time later. */
    FaultStory repairedAt(double asked, double serving) {
        repairAt = asked;
        elements.forEach(element -> servings.add(new RunEvent.Serving(RunStory.instant(serving), element)));
        return this;
    }

    FaultOrder order() {
        return new FaultOrder(
                FaultOrder.Domain.PROCESS,
                FaultOrder.Kind.SILENT,
                elements,
                elements,
                after(at),
                repairAt == null ? null : after(repairAt - at));
    }

    private static Duration after(double millis) {
        return Duration.ofNanos(Math.round(millis * 1e6));
    }

    /** What a run tells of it. */
    List<RunEvent> events(int index) {
        long asked = RunStory.instant(at);
        long repair = repairAt == null ? Operation.NONE : RunStory.instant(repairAt);
        var fault = new InjectedFault(index, order(), asked, asked + bracket, repair, true, List.of("state T"));
        var events = new ArrayList<RunEvent>(List.of(new RunEvent.FaultInjected(asked + bracket, fault)));
        events.addAll(servings);
        return events;
    }
}
