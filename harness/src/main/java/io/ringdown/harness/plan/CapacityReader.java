package io.ringdown.harness.plan;

import io.ringdown.record.Caller;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads what a plan of kind capacity searches for, and how. */
final class CapacityReader {
    /** What only plans that strike a cluster have. */
    static final List<String> FOREIGN =
            List.of("workload", "faults", "expect", "over", "bound", "abort-after", "max-down");

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration RFC_T1 = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);
    /** RFC 7502, section 4.10. */
    private static final int SESSIONS = 50_000;

    private static final int START_RATE = 100;
    private static final Duration THRESHOLD = Duration.ofSeconds(2);

    private CapacityReader() {}

    /** A search, with the workload that stands for its calls' timers. */
    record Search(Capacity capacity, Workload workload) {}

    /**
     * Reads a search.
     *
     * @param at the plan's {@code search}
     * @param required sessions a second, if the plan demands any
     */
    static Search read(YamlSection at, Optional<Integer> required) {
        Duration t1 = at.duration("t1", MILLI.multipliedBy(10), RFC_T1).orElse(RFC_T1);
        List<String> elsewhere = CallerReader.loadHostsAt(at);
        var caller = new Caller(
                CallerReader.transport(at),
                CallerReader.sources(at),
                List.of(),
                false,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                CallerReader.loadHosts(at, elsewhere),
                elsewhere,
                CallerReader.realTime(at, elsewhere));
        var workload = new Workload(t1, List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO).by(caller);
        CallType type = at.word("call-type", CallType.values(), CallType::word).orElse(CallType.INVITE_BYE);
        var capacity = new Capacity(
                type,
                at.whole("sessions", 2, 1_000_000).orElse(SESSIONS),
                at.whole("start-rate", 1, 100_000).orElse(START_RATE),
                hold(at, type),
                at.duration("establishment-threshold", MILLI, Duration.ofSeconds(32))
                        .orElse(Duration.ofNanos(workload.scaledNanos(THRESHOLD))),
                at.duration("warm-up", Duration.ZERO, HOUR).orElse(Duration.ofSeconds(5)),
                at.duration("rest", Duration.ZERO, HOUR).orElse(Duration.ofSeconds(1)),
                required.orElse(null));
        at.refuseOthers();
        return new Search(capacity, workload);
    }

    private static Duration hold(YamlSection at, CallType type) {
        Optional<Duration> hold = at.duration("hold", MILLI, HOUR);
        boolean holds = type == CallType.INVITE_HOLD_BYE;
        if (holds && hold.isEmpty()) {
            throw at.wrong("hold", "missing; " + type.word() + " holds its sessions for some time");
        }
        if (type.registers() && hold.isPresent()) {
            throw at.wrong("hold", type.word() + " makes no sessions that could be held");
        }
        if (!holds && hold.isPresent()) {
            throw at.wrong(
                    "hold", type.word() + " releases its sessions at once; did you mean call-type invite-hold-bye?");
        }
        return hold.orElse(Duration.ZERO);
    }
}
