package io.ringdown.harness.run;

import io.ringdown.record.FaultOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A fault or a repair, and when it is due.
 *
 * @param at run nanos
 * @param index the fault's position in the plan
 */
record Due(long at, int index, boolean repair) {
    /** Everything that the plan's faults make due, by time; at one instant repairs first, so that they make room for strikes. */
    static List<Due> schedule(long strike, List<FaultOrder> faults) {
        var schedule = new ArrayList<Due>();
        for (int index = 0; index < faults.size(); index++) {
            FaultOrder order = faults.get(index);
            long at = strike + order.after().toNanos();
            schedule.add(new Due(at, index, false));
            if (order.repairAfter() != null) {
                schedule.add(new Due(at + order.repairAfter().toNanos(), index, true));
            }
        }
        schedule.sort(Comparator.comparingLong(Due::at)
                .thenComparing(Due::repair, Comparator.reverseOrder())
                .thenComparing(Due::index));
        return schedule;
    }
}
