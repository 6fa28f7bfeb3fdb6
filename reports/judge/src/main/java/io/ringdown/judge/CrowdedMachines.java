package io.ringdown.judge;

import io.ringdown.record.RecordedRun;
import java.util.HashMap;
import java.util.Map;

/** Which machines others crowded that had to do with a call: the harness's, and its load host's where that has one of its own. */
final class CrowdedMachines {
    private final RecordedRun run;
    private final ForeignLoad here;
    /** By the load host's name. */
    private final Map<String, ForeignLoad> elsewhere = new HashMap<>();

    CrowdedMachines(RecordedRun run) {
        this.run = run;
        here = ForeignLoad.of(run.machine());
        run.elsewhere().forEach((name, loads) -> elsewhere.put(name, ForeignLoad.of(loads)));
    }

    /** The harness's, on which a cluster may stand; a load host's own has none. */
    ForeignLoad here() {
        return here;
    }

    /** Whether others can have caused a delay of a call's, as {@link ForeignLoad#explains} has it. */
    boolean explain(int call, long due, long end, long over) {
        return here.explains(due, end, over)
                || !elsewhere.isEmpty()
                        && run.hostOf(call)
                                .map(host -> elsewhere.get(host.name()))
                                .filter(its -> its.explains(due, end, over))
                                .isPresent();
    }
}
