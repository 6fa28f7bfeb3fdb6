package io.ringdown.judge;

import static io.ringdown.judge.Figures.count;
import static io.ringdown.judge.Figures.many;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.LevelRange;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.ResolvedPlan.Demand;
import java.util.ArrayList;
import java.util.List;

/** Weighs the level found against the level demanded, and says why. */
final class Conclusions {
    private static final int WITNESSES_IN_REASONS = 3;

    private final Evidence evidence;
    private final Transport transport;

    /** @param transport what carried the calls: a level holds for that one only (criteria, section 1) */
    Conclusions(Evidence evidence, Transport transport) {
        this.evidence = evidence;
        this.transport = transport;
    }

    /** How the level found compares with the demand, the run's own troubles left aside. */
    private enum Weighed {
        MET,
        UNDECIDED,
        TOO_LOW,
        TOO_HIGH
    }

    Conclusion conclusion() {
        Weighed weighed = weigh();
        if (!evidence.checks().voids().isEmpty()) {
            return Conclusion.INCONCLUSIVE;
        }
        boolean clean = evidence.checks().troubles().isEmpty();
        return switch (weighed) {
            case MET -> clean ? Conclusion.PASS : Conclusion.INCONCLUSIVE;
            case UNDECIDED -> Conclusion.INCONCLUSIVE;
            // A witness stands, whatever befell the run afterwards. Better than expected has no witness.
            case TOO_LOW -> Conclusion.FAIL;
            case TOO_HIGH -> clean ? Conclusion.FAIL : Conclusion.INCONCLUSIVE;
        };
    }

    private Weighed weigh() {
        boolean allDecided =
                !evidence.listed().isEmpty() && evidence.listed().stream().allMatch(evidence::decided);
        if (evidence.demanded().demand() == Demand.NONE) {
            if (evidence.census().harmedAfter() > 0) {
                return Weighed.TOO_LOW;
            }
            boolean known = evidence.census().callsWith(Fate.INDETERMINATE) == 0;
            return allDecided && known ? Weighed.MET : Weighed.UNDECIDED;
        }
        LevelRange level = evidence.level();
        AvailabilityLevel demanded = evidence.demanded().level();
        if (level == null) {
            return Weighed.UNDECIDED;
        }
        if (level.highest().compareTo(demanded) < 0) {
            return Weighed.TOO_LOW;
        }
        boolean atLeast = level.lowest().compareTo(demanded) >= 0;
        if (evidence.demanded().demand() == Demand.REQUIRE) {
            return atLeast && allDecided ? Weighed.MET : Weighed.UNDECIDED;
        }
        if (level.lowest().compareTo(demanded) > 0) {
            return Weighed.TOO_HIGH;
        }
        return atLeast && level.decided() && allDecided ? Weighed.MET : Weighed.UNDECIDED;
    }

    /** Phases that the level was decided over. */
    String over() {
        return Phases.text(evidence.listed().stream()
                .filter(evidence::decided)
                .map(PhaseResult::phase)
                .toList());
    }

    String headline() {
        if (evidence.strike() == null) {
            return "Nothing was struck";
        }
        String by = transport == Transport.UDP ? "" : " by " + transport;
        String over = (over().isEmpty() ? "" : " over " + over()) + by;
        if (!evidence.strike().faulted()) {
            int harmed = evidence.census().harmedAfter();
            return harmed == 0 ? "Every call transparent" + over : many(harmed, "call") + " harmed without a fault";
        }
        if (evidence.level().highest() == AvailabilityLevel.AL1) {
            return evidence.outage().state() == SetUpOutage.State.NEVER_RESTORED
                    ? "AL1" + by + ": service never restored"
                    : "AL1" + by + ": no service until the repair";
        }
        return evidence.level().text() + over;
    }

    List<String> reasons() {
        var reasons = new ArrayList<>(evidence.checks().voids());
        // Where trouble took the PASS away, it is the reason; beside a witness it is a remark.
        boolean failed = conclusion() == Conclusion.FAIL;
        if (!failed) {
            reasons.addAll(evidence.checks().troubles());
        }
        reasons.add(weighed());
        witnesses(reasons);
        if (evidence.strike() != null) {
            undecided(reasons);
        }
        if (failed) {
            reasons.addAll(evidence.checks().troubles());
        }
        if (evidence.census().gapHarmed() > 0) {
            reasons.add(many(evidence.census().gapHarmed(), "new call")
                    + " sent into the gap (P0, which the plan does not list) were harmed");
        }
        return reasons;
    }

    private String weighed() {
        if (evidence.strike() == null) {
            return "there is no t_f to judge by";
        }
        if (evidence.demanded().demand() == Demand.NONE) {
            int harmed = evidence.census().harmedAfter();
            return harmed == 0
                    ? "nothing was done to the cluster, and no call was harmed"
                    : "nothing was done to the cluster, and yet " + many(harmed, "call") + " of "
                            + count(evidence.census().atRisk()) + " were harmed";
        }
        String demand = evidence.demanded().level()
                + (evidence.demanded().demand() == Demand.REQUIRE ? " is required" : " is expected");
        String found = "found " + evidence.level().text() + ", where " + demand;
        return evidence.outage() == null || evidence.level().highest() != AvailabilityLevel.AL1
                ? found
                : found + ": " + CallCriteria.text(evidence.outage());
    }

    private void witnesses(List<String> reasons) {
        evidence.witnesses().shown().stream()
                .limit(WITNESSES_IN_REASONS)
                .forEach(witness -> reasons.add(witness.fate() + ": " + witness.callId() + " (" + witness.group()
                        + "): " + witness.sentence()));
        int more = evidence.witnesses().total() - WITNESSES_IN_REASONS;
        if (more > 0) {
            reasons.add("and " + many(more, "further call") + " harmed");
        }
    }

    private void undecided(List<String> reasons) {
        for (PhaseResult phase : evidence.listed()) {
            if (!evidence.decided(phase)) {
                ZeroTest test = evidence.deciding(phase);
                reasons.add(Phases.name(phase.phase()) + " is undecided: " + count(test.bad()) + " bad"
                        + (test.unknown() == 0 ? "" : " and " + count(test.unknown()) + " unknown") + " of "
                        + many(test.of(), "exposed call") + " leaves up to " + Figures.percent(test.upper()));
            }
        }
        undecided(reasons, evidence.changing(), "calls that changed state while the fault struck");
        undecided(reasons, evidence.rest(), "calls in no listed phase and new calls");
        evidence.census().othersLostTests().stream()
                .filter(test -> !test.clean() && test.finding() == Finding.INCONCLUSIVE && !evidence.allowed(Fate.LOST))
                .forEach(test -> reasons.add("of " + count(test.unknown()) + " of " + many(test.of(), "call")
                        + " that no listed phase counts it cannot be told whether they were LOST"));
        SetUpOutage outage = evidence.outage();
        if (outage != null && outage.state() == SetUpOutage.State.UNKNOWN) {
            reasons.add(CallCriteria.text(outage));
        }
    }

    private void undecided(List<String> reasons, ZeroTest others, String which) {
        if (!others.clean() && others.finding() == Finding.INCONCLUSIVE && !evidence.allowed(Fate.REPEATED)) {
            reasons.add(which + ": " + count(others.bad()) + " bad"
                    + (others.unknown() == 0 ? "" : " and " + count(others.unknown()) + " unknown") + " of "
                    + count(others.of()) + " leaves up to " + Figures.percent(others.upper()));
        }
    }

    Criterion demand() {
        String title = evidence.demanded().demand() == Demand.NONE
                ? "every call transparent"
                : (evidence.demanded().demand() == Demand.REQUIRE ? "at least " : "exactly ")
                        + evidence.demanded().level();
        Finding finding = switch (conclusion()) {
            case PASS -> Finding.CONFIRMED;
            case FAIL -> Finding.REFUTED;
            case INCONCLUSIVE -> Finding.INCONCLUSIVE;
        };
        return new Criterion("demand", title, finding, headline());
    }
}
