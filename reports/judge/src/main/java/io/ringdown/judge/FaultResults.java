package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The faults of a plan, with what became of each. */
final class FaultResults {
    private FaultResults() {}

    static List<FaultResult> of(
            RecordedRun run, Reroutings reroutings, List<Strike> strikes, List<SetUpOutage> outages) {
        var results = new ArrayList<FaultResult>();
        List<FaultOrder> orders = run.plan().faults();
        List<InjectedFault> injected = run.faults();
        int count = Math.max(
                orders.size(),
                injected.stream().mapToInt(fault -> fault.index() + 1).max().orElse(0));
        for (int i = 0; i < count; i++) {
            int index = i;
            Optional<InjectedFault> fault =
                    injected.stream().filter(each -> each.index() == index).findFirst();
            if (fault.isPresent()) {
                results.add(injected(run, fault.get(), reroutings, outage(fault.get(), strikes, outages)));
            } else if (i < orders.size()) {
                results.add(missed(i, orders.get(i)));
            }
        }
        return results;
    }

    /** {@code machine r1m1 fell silent}. */
    static String what(FaultOrder order) {
        String targets = order.targets().isEmpty() ? "nothing" : String.join(", ", order.targets());
        return word(order.domain()) + " " + targets
                + switch (order.kind()) {
                    case CRASH -> " crashed";
                    case SILENT -> " fell silent";
                    case HANG -> " hung";
                    case STOP -> " was stopped";
                    case RESTART -> " was restarted";
                    case DRAIN -> " was drained";
                    case CPU -> " had " + Math.round(amount(order)) + " of its processors kept busy by others";
                    case MEMORY -> " had " + share(order) + " of its memory in use";
                    case DISK -> " had its file system filled";
                    case CLOCK ->
                        " had its wall clock put " + (amount(order) < 0 ? "back" : "forward") + " by "
                                + Figures.count(Math.round(Math.abs(amount(order)))) + " s";
                    case POWER_OFF -> " lost its power";
                    case ISOLATE -> " was cut off" + from(order);
                    case LOSS -> " lost " + share(order) + " of its packets" + from(order);
                    case DELAY ->
                        " had its packets delayed by " + Figures.millis(Math.round(amount(order) * 1e9)) + from(order);
                    case DUPLICATE -> " had " + share(order) + " of its packets doubled" + from(order);
                    case REORDER -> " had " + share(order) + " of its packets overtake the others" + from(order);
                    case RATE ->
                        " was held to " + Figures.count(Math.round(amount(order) / 1000)) + " kbit/s" + from(order);
                };
    }

    private static String from(FaultOrder order) {
        if (order.terms() == null) {
            return "";
        }
        String peers = order.terms().from().isEmpty()
                ? ""
                : " from " + String.join(", ", order.terms().from());
        return peers
                + switch (order.terms().direction()) {
                    case BOTH -> "";
                    case IN -> ", in what comes to it";
                    case OUT -> ", in what it sends";
                };
    }

    private static String share(FaultOrder order) {
        return Figures.percent(amount(order));
    }

    private static double amount(FaultOrder order) {
        return order.terms() == null ? 0 : order.terms().amount();
    }

    private static SetUpOutage outage(InjectedFault fault, List<Strike> strikes, List<SetUpOutage> outages) {
        for (int i = 0; i < strikes.size(); i++) {
            if (strikes.get(i).setBy(fault)) {
                return outages.get(i);
            }
        }
        return null;
    }

    private static FaultResult injected(
            RecordedRun run, InjectedFault fault, Reroutings reroutings, SetUpOutage outage) {
        FaultOrder order = fault.order();
        OptionalLong serving = run.events().stream()
                .filter(event -> event instanceof RunEvent.Serving serves
                        && order.elements().contains(serves.element())
                        && serves.at() >= fault.repairAsked())
                .mapToLong(RunEvent::at)
                .max();
        return new FaultResult(
                fault.index(),
                what(order),
                word(order.domain()),
                order.kind().word(),
                order.targets(),
                order.elements(),
                true,
                fault.asked(),
                fault.confirmed() == NONE ? null : Long.valueOf(fault.confirmed()),
                fault.repairAsked() == NONE ? null : Long.valueOf(fault.repairAsked()),
                serving.isPresent() ? Long.valueOf(serving.getAsLong()) : null,
                fault.proven(),
                fault.proof(),
                reroutings.of(run, fault),
                outage);
    }

    private static FaultResult missed(int index, FaultOrder order) {
        return new FaultResult(
                index,
                what(order) + " (planned, never injected)",
                word(order.domain()),
                order.kind().word(),
                order.targets(),
                order.elements(),
                false,
                null,
                null,
                null,
                null,
                false,
                List.of(),
                null,
                null);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
