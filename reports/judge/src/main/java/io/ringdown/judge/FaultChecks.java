package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whether exactly what the plan says failed, when it says so, and was repaired. */
final class FaultChecks {
    private static final long LONE_LATENESS = 500_000_000;

    private final RecordedRun run;
    private final RunChecks checks;

    FaultChecks(RecordedRun run, RunChecks checks) {
        this.run = run;
        this.checks = checks;
    }

    void check() {
        List<FaultOrder> orders = run.plan().faults();
        List<InjectedFault> injected = run.faults();
        for (int i = 0; i < orders.size(); i++) {
            int index = i;
            Optional<InjectedFault> fault =
                    injected.stream().filter(each -> each.index() == index).findFirst();
            if (fault.isEmpty()) {
                checks.trouble(
                        "fault." + i + ".proven",
                        "fault proven",
                        "fault " + (i + 1) + " of " + orders.size() + " was never injected");
            }
        }
        injected.forEach(this::fault);
        together(injected);
        bystanders(orders);
    }

    /**
     * An element that nothing struck and that stood still for so long that the others may have given it up did not get its processor: a
     * failure that the plan does not know of, and of the host rather than of the cluster.
     */
    private void bystanders(List<FaultOrder> orders) {
        // Of what the run itself has chosen the plan does not know.
        List<String> struck = Stream.concat(
                        orders.stream().filter(order -> !order.busiest()),
                        run.faults().stream().map(InjectedFault::order))
                .flatMap(order -> order.elements().stream())
                .toList();
        List<String> stalled = ClusterEvents.stoodStill(run).stream()
                .filter(element -> !struck.contains(element))
                .toList();
        if (!stalled.isEmpty()) {
            checks.voiding(
                    "bystanders",
                    "only the victims failed",
                    String.join(", ", stalled) + ", which nothing struck, stood still: the machine was too busy");
        }
    }

    private void fault(InjectedFault fault) {
        String id = "fault." + fault.index();
        String what = FaultResults.what(fault.order());
        if (!fault.proven()) {
            checks.voiding(
                    id + ".proven",
                    "fault proven",
                    "not proven: " + what
                            + (fault.proof().isEmpty() ? "" : " (" + String.join("; ", fault.proof()) + ")"));
        } else {
            checks.confirmed(
                    id + ".proven",
                    "fault proven",
                    what + ", verified within " + Figures.millis(fault.confirmed() - fault.asked()));
        }
        Set<String> gone = ClusterEvents.gone(run, fault.asked());
        // One that an earlier fault holds and that this one may overlap has left by the plan's own doing.
        Set<String> held = ClusterEvents.held(run, fault.asked());
        List<String> dead = fault.order().elements().stream()
                .filter(element -> gone.contains(element) && !held.contains(element))
                .toList();
        if (!dead.isEmpty()) {
            checks.voiding(
                    id + ".alive",
                    "victims alive before",
                    String.join(", ", dead) + " had left the cluster before the fault struck");
        }
        punctual(id, fault);
        repaired(id, fault);
    }

    /** What the plan wants struck at one instant, be it by one fault or by several. */
    private void together(List<InjectedFault> injected) {
        var byInstant = new TreeMap<Duration, List<InjectedFault>>();
        injected.stream()
                .filter(fault -> fault.proven() && !fault.order().kind().gradual())
                .forEach(fault -> byInstant
                        .computeIfAbsent(fault.order().after(), none -> new ArrayList<>())
                        .add(fault));
        for (List<InjectedFault> atOnce : byInstant.values()) {
            long struck = atOnce.stream()
                    .flatMap(fault -> fault.order().elements().stream())
                    .distinct()
                    .count();
            long asked = atOnce.stream().mapToLong(InjectedFault::asked).min().orElseThrow();
            long confirmed =
                    atOnce.stream().mapToLong(InjectedFault::confirmed).max().orElseThrow();
            if (struck > 1 && confirmed - asked > RunChecks.TOGETHER) {
                checks.trouble(
                        "fault." + atOnce.get(0).index() + ".together",
                        "struck at once",
                        (atOnce.size() == 1 ? "the fault's bracket is " : "the faults' bracket is ")
                                + Figures.millis(confirmed - asked) + " wide; at once means within 50 ms");
            }
        }
    }

    /** A fault that waited for another was not simultaneous with it; one that waited long left the calls that were held for it too little time. */
    private void punctual(String id, InjectedFault fault) {
        RunEvent.Strike strike = checks.last(RunEvent.Strike.class);
        if (strike == null || !fault.proven()) {
            return;
        }
        long late = fault.asked() - strike.at() - fault.order().after().toNanos();
        if (late > (run.plan().faults().size() > 1 ? RunChecks.TOGETHER : LONE_LATENESS)) {
            checks.trouble(
                    id + ".punctual",
                    "struck when planned",
                    FaultResults.what(fault.order()) + ", struck late: " + Figures.millis(late) + " after its instant");
        }
    }

    private void repaired(String id, InjectedFault fault) {
        if (fault.repairAsked() != NONE) {
            List<String> missing = fault.order().elements().stream()
                    .filter(element -> !servedAgain(element, fault.repairAsked()))
                    .toList();
            if (!missing.isEmpty()) {
                checks.trouble(
                        id + ".serving",
                        "serves after its repair",
                        String.join(", ", missing) + " was started again and did not come to serve");
            }
        } else if (fault.order().repairAfter() != null) {
            checks.trouble(
                    id + ".repaired",
                    "repaired as planned",
                    "what failed was to be started again after "
                            + Figures.seconds(fault.order().repairAfter().toNanos()) + " and was not");
        }
    }

    private boolean servedAgain(String element, long since) {
        return run.events().stream()
                .anyMatch(event -> event instanceof RunEvent.Serving serving
                        && serving.element().equals(element)
                        && serving.at() >= since);
    }
}
