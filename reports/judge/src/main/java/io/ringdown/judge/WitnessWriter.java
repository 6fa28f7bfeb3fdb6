package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.judge.verdict.WitnessStep;
import io.ringdown.judge.verdict.Witnesses;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Picks the harmed calls to show, worst first and some of every kind, and writes what befell them. */
final class WitnessWriter {
    private static final int OF_A_KIND = 3;
    private static final int MOST_STEPS = 40;

    private final History history;
    private final long zero;

    /** @param zero t_f, which the steps count from (run nanos) */
    WitnessWriter(History history, long zero) {
        this.history = history;
        this.zero = zero;
    }

    Witnesses write(List<Judgement> harmed) {
        List<Judgement> worstFirst = harmed.stream()
                .sorted(Comparator.comparing(WitnessWriter::shownFate, Comparator.reverseOrder())
                        .thenComparing(judgement -> judgement.group)
                        .thenComparingInt(judgement -> judgement.call.number()))
                .toList();
        Set<Judgement> picked = new HashSet<>();
        Map<String, Integer> kinds = new HashMap<>();
        for (Judgement judgement : worstFirst) {
            int seen = kinds.merge(shownFate(judgement) + " " + judgement.group, 1, Integer::sum);
            if (seen <= OF_A_KIND && picked.size() < Witnesses.MOST) {
                picked.add(judgement);
            }
        }
        for (Judgement judgement : worstFirst) {
            if (picked.size() < Witnesses.MOST) {
                picked.add(judgement);
            }
        }
        return new Witnesses(
                harmed.size(),
                worstFirst.stream().filter(picked::contains).map(this::witness).toList());
    }

    private static Fate shownFate(Judgement judgement) {
        return worst(judgement).fate();
    }

    /** What befell it from t_f on, else what befell it before. */
    private static Harm worst(Judgement judgement) {
        List<Harm> harms = judgement.harms().isEmpty() ? judgement.before() : judgement.harms();
        return harms.stream()
                .max(Comparator.comparing(Harm::fate)
                        .thenComparing(Comparator.comparingLong(Harm::at).reversed()))
                .orElseThrow();
    }

    private Witness witness(Judgement judgement) {
        Harm worst = worst(judgement);
        String when = judgement.harms().isEmpty() ? "before the fault: " : "";
        return new Witness(
                judgement.call.callId(),
                judgement.call.number(),
                judgement.group,
                worst.fate(),
                judgement.exposure.text(),
                when + worst.text().write(),
                steps(judgement, worst));
    }

    private List<WitnessStep> steps(Judgement judgement, Harm worst) {
        var timed = new ArrayList<Map.Entry<Long, WitnessStep>>();
        var dialogs = new ArrayList<Call>(List.of(judgement.call));
        dialogs.addAll(history.redials(judgement.call));
        for (Call dialog : dialogs) {
            String detail = dialog == judgement.call ? "" : "Call-ID " + dialog.callId();
            history.of(dialog).forEach(op -> timed.add(Map.entry(op.intended(), step(op, detail, worst))));
            history.incidents(dialog).forEach(incident -> timed.add(Map.entry(incident.at(), step(incident, worst))));
            farSide(timed, dialog, worst);
        }
        return timed.stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .limit(MOST_STEPS)
                .toList();
    }

    private void farSide(List<Map.Entry<Long, WitnessStep>> timed, Call dialog, Harm worst) {
        if (history.farSide() == null) {
            return;
        }
        for (FarSide.Leg leg : history.farSide().of(dialog)) {
            leg.received().forEach(op -> timed.add(Map.entry(op.sent(), note(op, "received ", worst))));
            leg.own().forEach(op -> timed.add(Map.entry(op.sent(), note(op, "sent ", worst))));
            leg.incidents().forEach(incident -> timed.add(Map.entry(incident.at(), step(incident, worst))));
        }
    }

    private WitnessStep note(Operation op, String did, Harm worst) {
        String what = "CALLEE " + did + Attempts.name(op) + (op.status() == 0 ? "" : ": " + op.status());
        return note(what, op.sent(), "", worst.operation() == op);
    }

    private WitnessStep step(Operation op, String detail, Harm worst) {
        return new WitnessStep(
                op.intent().name(),
                op.attempt().name(),
                op.cseq(),
                relative(op.intended()),
                relative(op.sent()),
                relative(op.trying()),
                relative(op.ringing()),
                relative(op.end()),
                relative(op.acked()),
                relative(Budget.due(op)),
                op.outcome().name(),
                op.status(),
                op.retransmissions(),
                op.node(),
                op.counter(),
                op.setups(),
                detail,
                worst.operation() == op);
    }

    private WitnessStep step(Incident incident, Harm worst) {
        return note(incident.kind().name(), incident.at(), incident.detail(), worst.incident() == incident);
    }

    private WitnessStep note(String what, long at, String detail, boolean decisive) {
        return new WitnessStep(
                what,
                "",
                0,
                relative(at),
                null,
                null,
                null,
                relative(at),
                null,
                null,
                "",
                0,
                0,
                "",
                -1,
                -1,
                detail,
                decisive);
    }

    private Long relative(long instant) {
        return instant == NONE ? null : Long.valueOf(instant - zero);
    }
}
