package io.ringdown.faults;

import io.ringdown.faults.AtOnce.Outcome;
import io.ringdown.record.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The power of the machines that one fault strikes. */
final class PowerCut {
    private final Power power;
    private final Ledger ledger;
    /** Open undos, by their step. */
    private final Map<Integer, Undo.PowerOn> steps = new LinkedHashMap<>();

    PowerCut(Power power, Ledger ledger) {
        this.power = power;
        this.ledger = ledger;
    }

    /** Writes how they are put on again, before anything else is written: it is undone last. */
    void intend(Set<String> machines) throws IOException {
        for (Undo.PowerOn undo : machines.stream().map(power::restoring).toList()) {
            steps.put(ledger.intend(undo), undo);
        }
    }

    /** Begins to cut all of them; one that cannot be cut keeps no other from it, and is told. */
    List<String> off() {
        var told = new ArrayList<String>();
        for (Undo.PowerOn undo : steps.values()) {
            try {
                power.off(undo.element());
            } catch (IOException e) {
                told.add(e.getMessage());
            }
        }
        return told;
    }

    /**
     * Puts all of them on again, at the same time.
     *
     * @param told a line each
     * @return whether they are; who is not is left to healing
     */
    boolean on(List<String> told) throws IOException {
        List<Integer> off = List.copyOf(steps.keySet());
        List<Outcome> outcomes = AtOnce.all(off, step -> power.on(steps.get(step)));
        for (int each = 0; each < off.size(); each++) {
            Outcome outcome = outcomes.get(each);
            if (outcome.failure() == null) {
                told.add(outcome.how());
                ledger.done(off.get(each), outcome.how());
                steps.remove(off.get(each));
            } else {
                told.add(Complaint.of(outcome.failure()));
            }
        }
        return steps.isEmpty();
    }

    void withdraw() throws IOException {
        for (int step : steps.keySet()) {
            ledger.done(step, "not struck");
        }
        steps.clear();
    }
}
