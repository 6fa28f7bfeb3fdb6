package io.ringdown.pages;

import io.ringdown.judge.verdict.CapacityResult;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.pages.ReportView.CapacityView;
import io.ringdown.pages.ReportView.Fact;
import io.ringdown.pages.ReportView.TrialView;
import io.ringdown.record.ResolvedPlan.CallType;
import java.util.ArrayList;
import java.util.List;

/** A capacity search as RFC 7502 wants it reported, and its trials. */
record CapacityTables(CapacityResult capacity) {
    /** Null for a run that searched none. */
    static CapacityView view(CapacityResult capacity) {
        return capacity == null ? null : new CapacityTables(capacity).view();
    }

    private CapacityView view() {
        return new CapacityView(
                capacity.trials().isEmpty() ? "" : new TrialsChart(capacity).draw(),
                capacity.trials().stream().map(CapacityTables::trial).toList(),
                setUp(),
                capacity.type().registers() ? "5.3" : "5.2",
                benchmarks(),
                capacity.type().unit());
    }

    /** Section 5.1, as far as it applies. */
    private List<Fact> setUp() {
        String unit = capacity.type().unit();
        var facts = new ArrayList<Fact>();
        facts.add(new Fact("SIP transport protocol", capacity.transport(), ""));
        facts.add(new Fact(unit + " attempt rate", "by trial, see below", ""));
        facts.add(new Fact(unit + "s a trial (N), at least", Figures.count(capacity.sessions()), ""));
        facts.add(new Fact("total " + unit + "s attempted", Figures.count(capacity.attempted()), ""));
        if (!capacity.type().registers()) {
            facts.add(new Fact("session duration", Figures.micros(capacity.hold()), ""));
        }
        facts.add(new Fact("establishment threshold time", Figures.micros(capacity.threshold()), ""));
        if (!capacity.type().registers()) {
            facts.add(new Fact("media streams per session", "0", ""));
            facts.add(new Fact("associated media protocol, codec, packet size", "none", ""));
        }
        facts.add(new Fact("TLS ciphersuite, IPsec profile", "none", ""));
        return facts;
    }

    /** Section 5.2, or 5.3. */
    private List<Fact> benchmarks() {
        var facts = new ArrayList<Fact>();
        String perSecond = " " + capacity.type().unit() + "s/s";
        String rate = capacity.rate() == 0
                ? capacity.complete() ? "0: no rate was carried" : "not found"
                : (capacity.complete() ? "" : "at least ") + Figures.count(capacity.rate()) + perSecond;
        facts.add(new Fact(capacity.type().benchmark(), rate, ""));
        if (capacity.required() != null) {
            facts.add(new Fact("required", Figures.count(capacity.required()) + perSecond, ""));
        }
        facts.add(new Fact("call type", capacity.callType(), ""));
        if (capacity.type().registers()) {
            facts.add(new Fact("notes", notes(), ""));
        } else {
            facts.add(new Fact("device acts as a media relay", "no", ""));
        }
        return facts;
    }

    private String notes() {
        return (capacity.type() == CallType.RE_REGISTER ? "refreshed once, when all had been registered; " : "")
                + "each address-of-record is another one, bound for 3,600 s and removed after its trial";
    }

    private static TrialView trial(TrialResult trial) {
        return new TrialView(
                Integer.toString(trial.number()),
                Figures.count(trial.rate()),
                Figures.count(trial.sessions()),
                Figures.number(trial.offered()),
                TrialsChart.cssClass(trial.outcome()),
                word(trial.outcome()),
                trial.why(),
                Figures.count(trial.established()),
                Figures.count(trial.failed()),
                Figures.count(trial.retransmissions()),
                micros(trial.setUpP50()),
                micros(trial.setUpP99()),
                micros(trial.setUpMax()),
                Figures.micros(trial.lateness()),
                drops(trial.kernelDrops()) + " / " + drops(trial.hostDrops()));
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
            case UNCLEAR -> "tells nothing";
            case WARM_UP -> "warm-up";
        };
    }

    private static String micros(Long micros) {
        return micros == null ? "–" : Figures.micros(micros);
    }

    private static String drops(long number) {
        return number < 0 ? "?" : Figures.count(number);
    }
}
