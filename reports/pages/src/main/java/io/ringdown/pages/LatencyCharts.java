package io.ringdown.pages;

import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Window;
import io.ringdown.pages.svg.Plot;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;
import io.ringdown.record.Intent;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Latencies of one intent: percentiles over time, and the percentile curve before, during and after the outage. */
record LatencyCharts(RunSeries series, Verdict verdict, Intent intent) {
    private static final double WIDTH = 520;
    private static final double LEFT = 58;
    private static final double TOP = 16;
    private static final double BOTTOM = 200;
    private static final double NINES = 5;
    private static final double LEAST_MICROS = 10;

    /** Percentiles over time, on a logarithmic scale. */
    String overTime() {
        Latencies latencies = series.latencies;
        TimeGrid grid = latencies.grid;
        var svg = new Svg(
                "lat" + intent,
                WIDTH,
                226,
                intent + " latency over time",
                "Median, 90th and 99th percentile and largest latency of " + intent + " in columns of "
                        + Figures.span(grid.width()) + ".");
        var plot = new Plot(
                svg,
                LEFT,
                TOP,
                WIDTH - 10,
                BOTTOM,
                Scale.linear(seconds(grid.from()), seconds(grid.end()), LEFT, WIDTH - 10),
                micros());
        plot.rows(5, Figures::micros);
        for (FaultResult fault : verdict.faults()) {
            if (fault.injected()) {
                double at = seconds(fault.asked());
                plot.band(at, at + Outages.rerouting(fault) / 1e9, "gap").mark(at, "strike", "");
            }
        }
        double[] percentiles = {100, 99, 90, 50};
        String[] classes = {"l-max", "l-p99", "l-p90", "l-p50"};
        for (int i = 0; i < percentiles.length; i++) {
            double percentile = percentiles[i];
            plot.curve(
                    grid.columns(),
                    column -> seconds(grid.start(column)) + grid.width() / 2e9,
                    column -> latencies.percentile(intent, column, percentile),
                    classes[i]);
        }
        plot.columns(6, OverviewChart::axisSeconds);
        return svg.toString();
    }

    /** The percentile curve, its axis in nines. */
    String curve() {
        var svg = new Svg(
                "curve" + intent,
                WIDTH,
                226,
                intent + " latency by percentile",
                "How many of the " + intent + " operations took how long, before, during and after the outage.");
        Scale nines = Scale.linear(0, NINES, LEFT, WIDTH - 10);
        var plot = new Plot(svg, LEFT, TOP, WIDTH - 10, BOTTOM, nines, micros());
        plot.rows(5, Figures::micros);
        String[] labels = {"0", "90 %", "99 %", "99.9 %", "99.99 %", ""};
        plot.columns(5, nine -> labels[(int) Math.round(nine)]);
        for (Window window : Window.values()) {
            Histogram histogram = series.latencies.window(intent, window);
            if (histogram.getTotalCount() > 0) {
                curve(plot, histogram, "w-" + window.name().toLowerCase(Locale.ROOT));
            }
        }
        return svg.toString();
    }

    private static void curve(Plot plot, Histogram histogram, String cssClass) {
        int points = 100;
        double last = Math.min(NINES, Math.log10(Math.max(2, histogram.getTotalCount())));
        plot.curve(
                points + 1,
                i -> last * i / points,
                i -> histogram.getValueAtPercentile(i == points ? 100 : 100 * (1 - Math.pow(10, -last * i / points))),
                cssClass);
    }

    private Scale micros() {
        long largest = 1_000;
        long smallest = Long.MAX_VALUE;
        for (Window window : Window.values()) {
            Histogram histogram = series.latencies.window(intent, window);
            if (histogram.getTotalCount() > 0) {
                largest = Math.max(largest, histogram.getMaxValue());
                smallest = Math.min(smallest, histogram.getMinValue());
            }
        }
        return Scale.decades(Math.max(LEAST_MICROS, Math.min(smallest, 1_000)), largest, BOTTOM, TOP);
    }

    private double seconds(long instant) {
        return (instant - series.origin) / 1e9;
    }
}
