package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent.ClusterEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** D, by detection probes, and its parts, by what the surviving elements told. */
final class Reroutings {
    private static final int ROW = 299;
    private static final long ONE_TAKEOVER = 1_000_000_000;

    private final Limits limits;
    private final List<Probe> probes = new ArrayList<>();

    /**
     * A detection probe; one that was redirected ends where it was led.
     *
     * @param end of a success, or {@link Operation#NONE}
     */
    private record Probe(long sent, int index, long end) {}

    Reroutings(Limits limits) {
        this.limits = limits;
    }

    void add(Call call, List<Operation> operations) {
        if (call.role() == CallRole.DETECTION_PROBE) {
            var byIndex = new HashMap<Integer, List<Operation>>();
            operations.forEach(op -> byIndex.computeIfAbsent(op.intentIndex(), none -> new ArrayList<>(1))
                    .add(op));
            byIndex.forEach((index, attempts) -> {
                Operation last = Attempts.effectiveFirst(attempts);
                long end = last.outcome() == Outcome.OK ? last.end() : NONE;
                probes.add(new Probe(attempts.get(0).sent(), index, end));
            });
        }
    }

    /** @return null if no detection probe was sent after the fault */
    Rerouting of(RecordedRun run, InjectedFault fault) {
        long from = fault.asked();
        long until = run.faults().stream()
                .mapToLong(InjectedFault::asked)
                .filter(asked -> asked > fault.asked() + 50_000_000)
                .min()
                .orElse(Long.MAX_VALUE);
        List<Probe> after = probes.stream()
                .filter(probe -> probe.sent() != NONE && probe.sent() >= from && probe.sent() < until)
                .sorted(Comparator.comparingLong(Probe::sent).thenComparingInt(Probe::index))
                .toList();
        if (after.isEmpty()) {
            return null;
        }
        int unanswered = 0;
        int row = 0;
        long gap = 0;
        Long total = null;
        long seenUntil = Long.MAX_VALUE;
        for (Probe probe : after) {
            if (answered(probe)) {
                row++;
                if (row == ROW && total == null) {
                    total = gap;
                    seenUntil = probe.sent();
                }
            } else {
                unanswered++;
                row = 0;
                gap = total == null ? probe.sent() - from : gap;
            }
        }
        boolean restored = total != null;
        // Too few to show that it is over, and none that shows that it began: they tell nothing.
        Long lasted = restored ? total : unanswered > 0 ? (Long) gap : null;
        return parts(run, fault, until, lasted, resolution(from, seenUntil), restored, after.size(), unanswered);
    }

    /**
     * The longest time between two probes, from the last one before t_f to the end of the row that shows D to be over: unanswered ones may have
     * hidden in it.
     */
    private Long resolution(long from, long until) {
        long[] sent = probes.stream()
                .mapToLong(Probe::sent)
                .filter(instant -> instant != NONE)
                .sorted()
                .toArray();
        Long longest = null;
        for (int i = 1; i < sent.length; i++) {
            if (sent[i] >= from && sent[i - 1] <= until) {
                longest = Math.max(longest == null ? 0 : longest, sent[i] - sent[i - 1]);
            }
        }
        return longest;
    }

    /** What a client would have sent again was not answered. */
    private boolean answered(Probe probe) {
        return probe.end() != NONE && probe.end() - probe.sent() <= limits.t1();
    }

    private static Rerouting parts(
            RecordedRun run,
            InjectedFault fault,
            long until,
            Long total,
            Long resolution,
            boolean restored,
            int probes,
            int unanswered) {
        Set<String> struck = new HashSet<>(fault.order().elements());
        long end = fault.repairAsked() == NONE ? until : Math.min(until, fault.repairAsked());
        List<ClusterEvent> told = ClusterEvents.inOrder(run).stream()
                .filter(event -> event.at() >= fault.asked() && event.at() < end && !struck.contains(event.element()))
                .toList();
        OptionalLong detected = told.stream()
                .filter(event -> event.event().equals("view")
                        && ClusterEvents.left(event).stream().anyMatch(struck::contains))
                .mapToLong(ClusterEvent::at)
                .min();
        if (detected.isEmpty()) {
            return new Rerouting(total, resolution, restored, probes, unanswered, null, null, null);
        }
        long seen = detected.getAsLong();
        OptionalLong fetched = last(told, seen, Set.of("takeover-fetched"));
        OptionalLong activated = last(told, seen, Set.of("takeover-activated", "address-taken"));
        long fetchEnd = fetched.orElse(seen);
        return new Rerouting(
                total,
                resolution,
                restored,
                probes,
                unanswered,
                seen - fault.asked(),
                fetched.isPresent() ? Long.valueOf(fetchEnd - seen) : null,
                activated.isPresent() ? Long.valueOf(Math.max(0, activated.getAsLong() - fetchEnd)) : null);
    }

    /** The last of those events that follow one another closely: a later takeover has another cause. */
    private static OptionalLong last(List<ClusterEvent> told, long from, Set<String> names) {
        OptionalLong last = OptionalLong.empty();
        for (ClusterEvent event : told) {
            if (event.at() >= from && names.contains(event.event())) {
                if (last.isPresent() && event.at() - last.getAsLong() > ONE_TAKEOVER) {
                    return last;
                }
                last = OptionalLong.of(event.at());
            }
        }
        return last;
    }
}
