package io.ringdown.pages;

import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.judge.verdict.SipMetrics.Delay;
import io.ringdown.judge.verdict.SipMetrics.Of;
import io.ringdown.judge.verdict.SipMetrics.Ratio;
import io.ringdown.judge.verdict.Window;
import io.ringdown.pages.ReportView.DelayView;
import io.ringdown.pages.ReportView.RatioView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The metrics of RFC 6076 in plain words. */
record MetricTables(SipMetrics metrics) {
    private static final String UNDEFINED = "undefined";

    /** The parts of the run that there are. */
    List<String> windows() {
        return parts().stream().map(this::word).toList();
    }

    private List<Window> parts() {
        return Arrays.stream(Window.values())
                .filter(window -> metrics.ratios().stream().anyMatch(row -> row.window() == window))
                .toList();
    }

    /** Where nothing was struck, what came before is all there is. */
    private String word(Window window) {
        return parts().size() == 1 ? "whole run" : Words.lower(window);
    }

    List<RatioView> ratios() {
        var rows = new ArrayList<RatioView>();
        metrics.ratios().stream().map(Ratio::metric).distinct().forEach(metric -> {
            List<Ratio> row = metrics.ratios().stream()
                    .filter(ratio -> ratio.metric().equals(metric))
                    .toList();
            rows.add(new RatioView(
                    metric,
                    row.get(0).section(),
                    meaning(metric),
                    row.stream().map(MetricTables::share).toList()));
        });
        return rows;
    }

    private static String share(Ratio ratio) {
        String unknown = ratio.unknown() == 0 ? "" : ", " + Figures.count(ratio.unknown()) + " unknown";
        if (ratio.percent() == null) {
            return UNDEFINED + unknown;
        }
        return Figures.percent(ratio.percent() / 100) + " (" + Figures.count(ratio.numerator()) + " of "
                + Figures.count(ratio.denominator()) + unknown + ")";
    }

    List<DelayView> delays() {
        return metrics.delays().stream().map(this::delay).toList();
    }

    private DelayView delay(Delay row) {
        return new DelayView(
                row.metric() + (row.of() == Of.FAILURE ? ", failed" : ""),
                row.section(),
                meaning(row.metric(), row.of()),
                word(row.window()),
                Figures.count(row.count()),
                Figures.count(row.leftOut()),
                micros(row.mean()),
                micros(row.p50()),
                micros(row.p90()),
                micros(row.p99()),
                micros(row.max()));
    }

    private static String micros(Long micros) {
        return micros == null ? UNDEFINED : Figures.micros(micros);
    }

    private static String meaning(String metric) {
        return switch (metric) {
            case "SER" -> "set-ups that were answered with a 2xx, of all that were not redirected";
            case "SEER" -> "the same, with those that reached somebody who did not take the call (480, 486, 600, 603)";
            case "ISA" -> "set-ups that the cluster itself failed (408, 500, 503, 504, or no answer), of all";
            case "SCR" -> "sessions that were established and ended by an answered BYE, of all that were asked for";
            case "IRA" -> "registrations that failed, of all";
            default -> "";
        };
    }

    private static String meaning(String metric, Of of) {
        boolean failed = of == Of.FAILURE;
        return switch (metric) {
            case "SRD" ->
                failed
                        ? "INVITE to the first 18x or to the refusal, of set-ups that failed"
                        : "INVITE to the first 18x, or to the 2xx if none came";
            case "SDD" -> "BYE to its 2xx";
            case "SDT" ->
                failed ? "2xx of the INVITE to Timer F, where the BYE got no answer" : "2xx of the INVITE to the BYE";
            case "RRD" -> "REGISTER to its 2xx, challenge included";
            default -> "";
        };
    }
}
