package io.ringdown.judge;

import io.ringdown.record.MachineLoad;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.SelfChecks;
import java.util.List;
import java.util.Optional;

/** Whether what the generator saw is the cluster's doing, by its checks of itself and of the machine that it drives calls from. */
final class GeneratorChecks {
    private final RecordedRun run;
    private final Limits limits;
    private final RunChecks checks;

    GeneratorChecks(RecordedRun run, Limits limits, RunChecks checks) {
        this.run = run;
        this.limits = limits;
        this.checks = checks;
    }

    void check() {
        Optional<SelfChecks> recorded = run.selfChecks();
        if (recorded.isEmpty()) {
            checks.voiding("generator", "generator can be believed", "the generator left no self-checks");
            return;
        }
        SelfChecks own = recorded.get();
        // Lateness is taken off each call's own; beyond this the load is not what the plan asked for. About t_f, where
        // few requests are counted and everybody has the most to do, twice as much is put up with.
        long lateness = limits.lateness();
        checks.self(
                "lateness p99",
                Figures.millis(own.latenessP99Nanos()),
                Figures.millis(lateness),
                own.latenessP99Nanos() <= lateness);
        checks.self(
                "lateness p99 about t_f",
                Figures.millis(own.strikeLatenessP99Nanos()),
                Figures.millis(2 * lateness),
                own.strikeLatenessP99Nanos() <= 2 * lateness);
        checks.self(
                "longest stall",
                Figures.millis(own.longestStallNanos()),
                Figures.millis(limits.t1()),
                own.longestStallNanos() <= limits.t1());
        checks.self("saturated", own.saturated() ? "yes" : "no", "no", !own.saturated());
        none("datagrams dropped by the kernel", own.kernelDrops());
        none("datagrams that could not be sent", own.sendErrors());
        if (own.lostLines() != 0) {
            none("lines of SIPp's logs that could not be read", own.lostLines());
        }
        List<String> failed = checks.selfChecks().stream()
                .filter(check -> !check.passed())
                .map(check -> check.name() + " " + check.value() + " (limit " + check.limit() + ")")
                .toList();
        if (failed.isEmpty()) {
            checks.confirmed(
                    "generator",
                    "generator can be believed",
                    "all self-checks within their limits; lateness p99 " + Figures.millis(own.latenessP99Nanos()));
        } else {
            checks.voiding(
                    "generator",
                    "generator can be believed",
                    "the generator cannot be believed: " + String.join(", ", failed));
        }
        understood(own.malformed());
        machine();
    }

    /** What others took excuses lateness, call by call; drops on sockets of others than the generator are the cluster's affair. */
    private void machine() {
        others("", run.machine());
        run.elsewhere().forEach((host, loads) -> others(" on the machine of " + host, loads));
        if (told(run)) {
            checks.self(
                    "datagrams dropped on this host",
                    Figures.count(drops(run, Long.MIN_VALUE, Long.MAX_VALUE)),
                    "",
                    true);
        }
    }

    private void others(String where, List<MachineLoad> loads) {
        Double others = ForeignLoad.peak(loads, begun(run), Long.MAX_VALUE);
        if (others != null) {
            checks.self(
                    "processor time taken by others" + where + ", worst second",
                    Figures.percent(others),
                    Figures.percent(ForeignLoad.MOST),
                    others <= ForeignLoad.MOST);
        }
    }

    /** When calls began. */
    private static long begun(RecordedRun run) {
        return run.events().stream()
                .filter(event -> event instanceof RunEvent.StageEntered entered
                        && (entered.stage() == RunEvent.Stage.FILL || entered.stage() == RunEvent.Stage.TRIALS))
                .mapToLong(RunEvent::at)
                .findFirst()
                .orElse(Long.MIN_VALUE);
    }

    private static boolean told(RecordedRun run) {
        List<MachineLoad> loads = run.machine();
        return !loads.isEmpty() && loads.stream().allMatch(load -> load.udpDrops() >= 0);
    }

    private static long drops(RecordedRun run, long from, long until) {
        long begun = Math.max(from, begun(run));
        return run.machine().stream()
                .filter(load -> load.from() >= begun && load.until() <= until)
                .mapToLong(MachineLoad::udpDrops)
                .sum();
    }

    /** What the kernel dropped on all of the host's UDP sockets, in words; empty if it dropped nothing or does not tell. */
    static Optional<String> hostDrops(RecordedRun run, Strike strike) {
        long all = told(run) ? drops(run, Long.MIN_VALUE, Long.MAX_VALUE) : 0;
        if (all == 0) {
            return Optional.empty();
        }
        long own = run.selfChecks().map(SelfChecks::kernelDrops).orElse(-1L);
        String before = strike == null || !strike.faulted()
                ? ""
                : ", " + Figures.count(drops(run, Long.MIN_VALUE, strike.from())) + " of them before t_f";
        return Optional.of(
                "The kernel dropped " + Figures.many(all, "datagram") + " on this host's UDP sockets" + before
                        + (own == 0 ? ", and none on the generator's" : "")
                        + ": whoever they were for did not fetch them in time, or stood still");
    }

    /** Whether it went before others, in words; latencies compare with those of runs in which it did as well. */
    static Optional<String> realTime(RecordedRun run) {
        return run.plan().workload().caller().realTime()
                ? Optional.of("The generator's threads went before usual ones (real-time scheduling)")
                : Optional.empty();
    }

    /** What the cluster sends is its own doing: what cannot be read cannot be judged, which costs a PASS, and excuses no harm. */
    private void understood(long malformed) {
        none("malformed or stray datagrams", malformed);
        if (malformed != 0) {
            checks.trouble(
                    "datagrams",
                    "every datagram understood",
                    Figures.many(malformed, "datagram") + " came to the generator that "
                            + (malformed == 1 ? "was" : "were") + " no SIP message, or belonged to no call");
        }
    }

    private void none(String name, long count) {
        checks.self(name, Figures.count(count), "0", count == 0);
    }
}
