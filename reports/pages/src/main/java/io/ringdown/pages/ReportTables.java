package io.ringdown.pages;

import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.LatencyRow;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.pages.ReportView.Cell;
import io.ringdown.pages.ReportView.LatencyNumbers;
import io.ringdown.pages.ReportView.LatencyView;
import io.ringdown.pages.ReportView.LoadView;
import io.ringdown.pages.ReportView.MatrixView;
import io.ringdown.pages.ReportView.PhaseView;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The numbers of a verdict, laid out in tables. */
record ReportTables(Verdict verdict, RunSeries series) {
    List<String> fateNames() {
        return Arrays.stream(Fate.values()).map(Fate::name).toList();
    }

    List<MatrixView> matrix() {
        return verdict.matrix().stream()
                .filter(row -> row.fates().total() > 0 || row.group().startsWith("P"))
                .map(ReportTables::matrixRow)
                .toList();
    }

    private static MatrixView matrixRow(MatrixRow row) {
        int total = row.fates().total();
        List<Cell> cells = Arrays.stream(Fate.values())
                .map(fate -> cell(fate, row.fates().of(fate), total))
                .toList();
        return new MatrixView(Words.group(row.group()), Words.state(row.group()), cells, Figures.count(total));
    }

    /** A single harmed call among thousands must still catch the eye: shades grow with the share's root, from a visible least. */
    private static Cell cell(Fate fate, int calls, int total) {
        if (calls == 0) {
            return new Cell("·", "zero", "0");
        }
        double share = (double) calls / total;
        double heat = fate.harm() ? 0.22 + 0.63 * Math.sqrt(share) : 0.06 + 0.16 * share;
        String colour = fate == Fate.TRANSPARENT ? "ok" : fate.harm() ? "bad" : "open";
        return new Cell(Figures.count(calls), colour, String.format(Locale.ROOT, "%.2f", heat));
    }

    /** T0 of the phases that had calls; empty without any. */
    String bounds() {
        List<PhaseResult> watched = verdict.phases().stream()
                .filter(phase -> phase.none() != null && phase.none().of() > 0)
                .toList();
        return watched.isEmpty() ? "" : new BoundsChart(watched).draw();
    }

    List<PhaseView> phases() {
        return verdict.phases().stream().map(ReportTables::phase).toList();
    }

    private static PhaseView phase(PhaseResult phase) {
        return new PhaseView(
                Words.phase(phase.phase()),
                Figures.count(phase.planned()),
                Figures.count(phase.held()),
                Figures.count(phase.exposed()),
                Figures.count(phase.exposedByOwner()) + " / " + Figures.count(phase.exposedByCopy()) + " / "
                        + Figures.count(phase.exposedByDispatcher()),
                Figures.count(phase.boundary()),
                Figures.count(phase.controls()),
                test(phase.none()),
                test(phase.noneLost()),
                phase.none() == null ? "" : Words.cssClass(phase.none().finding()),
                phase.none() == null ? "" : Words.sign(phase.none().finding()));
    }

    private static String test(ZeroTest test) {
        if (test == null) {
            return "–";
        }
        return test.bad() + " of " + Figures.count(test.of())
                + (test.unknown() > 0 ? ", " + test.unknown() + " unknown" : "")
                + (test.of() == 0 ? "" : ", below " + Figures.percent(test.upper()));
    }

    List<LatencyView> latencies() {
        return series.latencies.intents().stream()
                .map(intent -> {
                    var charts = new LatencyCharts(series, verdict, intent);
                    return new LatencyView(Words.method(intent.name()), charts.overTime(), charts.curve());
                })
                .toList();
    }

    List<LatencyNumbers> latencyNumbers() {
        return verdict.latencies().stream()
                .filter(row -> row.count() + row.failed() > 0)
                .map(ReportTables::numbers)
                .toList();
    }

    private static LatencyNumbers numbers(LatencyRow row) {
        boolean any = row.count() > 0;
        return new LatencyNumbers(
                row.name(),
                Words.method(row.intent().name()),
                Words.lower(row.window()),
                Figures.count(row.count()),
                Figures.count(row.failed()),
                any ? Figures.micros(row.p50()) : "–",
                any ? Figures.micros(row.p90()) : "–",
                any ? Figures.micros(row.p99()) : "–",
                any ? Figures.micros(row.p999()) : "–",
                any ? Figures.micros(row.max()) : "–");
    }

    List<LoadView> loads() {
        return verdict.loads().stream().map(ReportTables::load).toList();
    }

    private static LoadView load(ElementLoad load) {
        return new LoadView(
                load.element(),
                load.machine(),
                Figures.number(load.before()),
                Figures.number(load.after()),
                load.before() > 0 ? "×" + Figures.number(Math.round(load.after() / load.before() * 100) / 100.0) : "–");
    }
}
