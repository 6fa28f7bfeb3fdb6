package io.ringdown.harness.run;

import io.ringdown.record.InjectedFault;
import java.util.Locale;

/** A fault in one line, for people. */
final class FaultText {
    private FaultText() {}

    static String of(InjectedFault fault) {
        var order = fault.order();
        String what = "%s %s: %s"
                .formatted(
                        order.domain().name().toLowerCase(Locale.ROOT),
                        String.join(", ", order.targets()),
                        order.kind().word());
        if (!fault.proven()) {
            return what + ", NOT PROVEN: " + String.join("; ", fault.proof());
        }
        return String.format(
                Locale.ROOT,
                "%s, %d processes, proven within %.1f ms",
                what,
                order.elements().size(),
                (fault.confirmed() - fault.asked()) / 1e6);
    }
}
