package io.ringdown.judge;

import static io.ringdown.judge.Figures.count;
import static io.ringdown.judge.Figures.many;

import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.Phase;
import java.util.ArrayList;
import java.util.List;

/** The criteria that the calls decide: phases, fates, controls, the service, the new calls. */
final class CallCriteria {
    private final Evidence evidence;
    private final List<Criterion> criteria = new ArrayList<>();
    private final boolean believed;

    CallCriteria(Evidence evidence) {
        this.evidence = evidence;
        believed = evidence.checks().voids().isEmpty();
    }

    List<Criterion> write() {
        if (evidence.strike() != null) {
            evidence.listed().forEach(this::phase);
            others(
                    "changing",
                    "calls that changed state while the fault struck",
                    evidence.changing(),
                    "that changed state within t_f's bracket");
            others(
                    "others",
                    "calls in no listed phase and new calls",
                    evidence.rest(),
                    "that were in no listed phase or set up after rerouting");
        }
        for (Fate fate : List.of(Fate.LOST, Fate.GHOST, Fate.FAILED, Fate.REPEATED, Fate.LATE)) {
            fate(fate);
        }
        indeterminate();
        if (evidence.strike() != null && evidence.strike().faulted()) {
            if (!evidence.census().blackBox()) {
                controls();
            }
            service();
        }
        return criteria;
    }

    /** What the harness may have brought about itself neither confirms nor refutes. */
    private void add(String id, String title, Finding finding, String text) {
        criteria.add(new Criterion(id, title, believed ? finding : Finding.INCONCLUSIVE, text));
    }

    private void phase(PhaseResult phase) {
        String name = Phases.name(phase.phase());
        ZeroTest test = evidence.deciding(phase);
        Finding finding = evidence.allowed(Fate.LOST)
                ? phase.exposed() > 0 ? Finding.CONFIRMED : Finding.INCONCLUSIVE
                : strictly(phase, test);
        String title = name
                + (evidence.allowed(Fate.LOST)
                        ? ": calls exposed"
                        : evidence.allowed(Fate.REPEATED) ? ": no call LOST" : ": every call transparent");
        add("phase." + phase.phase(), title, finding, text(phase, test) + lag(phase));
    }

    private String lag(PhaseResult phase) {
        if (phase.phase() != Phase.P4F || !evidence.strike().faulted()) {
            return "";
        }
        Long lag = evidence.census().smallestLag();
        return "; the smallest lag of a store that would have shown: "
                + (lag == null ? "none, too few were exposed" : Figures.millis(lag));
    }

    private Finding strictly(PhaseResult phase, ZeroTest test) {
        boolean lost = phase.noneLost().bad() > 0;
        boolean ghost = total(phase, Fate.GHOST) > 0 && !evidence.allowed(Fate.GHOST);
        return lost || ghost ? Finding.REFUTED : test.finding();
    }

    private static int total(PhaseResult phase, Fate fate) {
        return phase.exposedFates().of(fate)
                + phase.boundaryFates().of(fate)
                + phase.controlFates().of(fate);
    }

    private static String text(PhaseResult phase, ZeroTest test) {
        String state = test.finding() == Finding.CONFIRMED
                ? "at most " + Figures.percent(test.upper())
                : test.finding() == Finding.REFUTED
                        ? "at least " + Figures.percent(test.lower())
                        : "up to " + Figures.percent(test.upper()) + " cannot be excluded";
        String unknown = test.unknown() == 0 ? "" : ", " + count(test.unknown()) + " cannot be told";
        String few = test.finding() == Finding.INCONCLUSIVE && test.bad() + test.unknown() == 0
                ? "; " + count(ClopperPearson.needed(test.limit())) + " exposed are needed"
                : "";
        return many(phase.held(), "call") + " held at t_f, " + count(phase.exposed()) + " exposed; "
                + count(test.bad()) + " bad of " + count(test.of()) + unknown + ": " + state + " (95 %, limit "
                + Figures.percent(test.limit()) + ")" + few;
    }

    private void others(String id, String title, ZeroTest test, String which) {
        Finding finding = test.clean() || evidence.allowed(Fate.REPEATED) ? Finding.CONFIRMED : test.finding();
        add(
                id,
                title,
                finding,
                count(test.bad()) + " of " + many(test.of(), "call") + " harmed " + which
                        + (test.unknown() == 0 ? "" : "; " + count(test.unknown()) + " cannot be told"));
    }

    private void fate(Fate fate) {
        int calls = evidence.census().callsWith(fate);
        Finding finding;
        String text = many(calls, "call") + " " + fate;
        if (calls == 0) {
            finding = Finding.CONFIRMED;
        } else if (evidence.allowed(fate)) {
            finding = Finding.CONFIRMED;
            text += ", which " + evidence.demanded().level() + " allows";
        } else if (fate == Fate.LOST
                || fate == Fate.GHOST
                || evidence.demanded().level() == null) {
            finding = Finding.REFUTED;
        } else if (evidence.level() == null) {
            // Nothing was struck, so that no level can be read.
            finding = Finding.INCONCLUSIVE;
        } else {
            var level = evidence.level();
            boolean demoted = level.highest().compareTo(evidence.demanded().level()) < 0;
            boolean met = level.lowest().compareTo(evidence.demanded().level()) >= 0;
            finding = demoted ? Finding.REFUTED : met ? Finding.CONFIRMED : Finding.INCONCLUSIVE;
            text += met ? ", few enough for T0" : "";
        }
        add("fate." + fate, "no call " + fate, finding, text);
    }

    private void indeterminate() {
        int calls = evidence.census().callsWith(Fate.INDETERMINATE);
        add(
                "fate.INDETERMINATE",
                "every call's fate can be told",
                calls == 0 ? Finding.CONFIRMED : Finding.INCONCLUSIVE,
                calls == 0 ? "every call's fate can be told" : many(calls, "call") + " INDETERMINATE");
    }

    private void controls() {
        Census census = evidence.census();
        boolean harmed = census.controlsHarmed() > 0 && !evidence.allowed(Fate.REPEATED);
        add(
                "controls",
                "controls unharmed",
                harmed ? Finding.INCONCLUSIVE : Finding.CONFIRMED,
                count(census.controlsHarmed()) + " of " + many(census.controls(), "call")
                        + " that no fault touched were harmed"
                        + (harmed ? "; they count, and a null run tells whether the fault is to blame" : ""));
    }

    private void service() {
        SetUpOutage outage = evidence.outage();
        boolean al1 = evidence.demanded().level() == io.ringdown.record.AvailabilityLevel.AL1;
        Finding finding = switch (outage.state()) {
            case KEPT -> Finding.CONFIRMED;
            case UNKNOWN -> Finding.INCONCLUSIVE;
            default -> al1 ? Finding.CONFIRMED : Finding.REFUTED;
        };
        add(
                "service",
                al1 ? "set-up outage measured" : "set-ups succeed again before the repair",
                finding,
                text(outage));
    }

    static String text(SetUpOutage outage) {
        String failed =
                count(outage.failed()) + " of " + many(outage.probes(), "set-up probe") + " did not succeed in time";
        String length = outage.nanos() == null ? "" : "; out for " + Figures.seconds(outage.nanos());
        return failed
                + length
                + switch (outage.state()) {
                    case KEPT -> outage.start() == null ? "" : ", and back before any repair";
                    case UNTIL_REPAIR -> ", until what failed served again";
                    case NEVER_RESTORED -> "; service was not seen to return";
                    case UNKNOWN ->
                        "; the run does not tell whether service returns without a repair (longest row of successes "
                                + count(outage.longestRow()) + " of " + Outages.ROW + ")";
                };
    }
}
