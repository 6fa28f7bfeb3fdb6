package io.ringdown.pages;

import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.pages.svg.Plot;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;
import java.util.Arrays;

/** The whole run: calls established, and requests by what became of them, the faults shaded. */
record OverviewChart(RunSeries series, Verdict verdict) {
    private static final double LEFT = 52;
    private static final double RIGHT = 12;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        Activity activity = series.overview;
        TimeGrid grid = activity.grid;
        double right = layout.width - RIGHT;
        var svg = new Svg(
                layout.id("overview"), layout.width, 330, "Calls and requests over the whole run", description());
        Scale x = Scale.linear(seconds(grid.from()), seconds(grid.end()), LEFT, right);
        int most = Arrays.stream(series.active).max().orElse(0);
        var calls = new Plot(svg, LEFT, 24, right, 124, x, Scale.linear(0, Math.max(1, most * 1.08), 124, 24));
        svg.text(0, 12, "panel", "Calls established");
        shade(calls.rows(3, Figures::number), true);
        calls.steps(grid.columns(), i -> seconds(grid.start(i)), i -> 0, i -> series.active[i], "active");

        double perSecond = 1e9 / grid.width();
        var requests = new Plot(
                svg,
                LEFT,
                168,
                right,
                300,
                x,
                Scale.linear(0, Math.max(1, activity.mostSent() * perSecond * 1.08), 300, 168));
        svg.text(0, 156, "panel", "Requests sent a second, by what became of them");
        shade(requests.rows(3, Figures::number), false);
        stacks(requests, activity, perSecond, series.origin);
        requests.columns(layout.narrow() ? 4 : 10, OverviewChart::axisSeconds);
        return svg.toString();
    }

    /** Stacks an activity's fates, times in seconds from the origin. */
    static void stacks(Plot plot, Activity activity, double factor, long origin) {
        TimeGrid grid = activity.grid;
        for (Activity.Fate fate : Activity.Fate.values()) {
            plot.steps(
                    grid.columns(),
                    i -> (grid.start(i) - origin) / 1e9,
                    i -> fate.ordinal() == 0
                            ? 0
                            : activity.sentUpTo(Activity.Fate.values()[fate.ordinal() - 1], i) * factor,
                    i -> activity.sentUpTo(fate, i) * factor,
                    "f-" + fate.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    static String axisSeconds(double value) {
        if (Math.abs(value) < 1e-9) {
            return "0";
        }
        return (value < 0 ? "−" : "+") + Figures.number(Math.abs(value)) + " s";
    }

    private void shade(Plot plot, boolean named) {
        for (FaultResult fault : verdict.faults()) {
            if (!fault.injected()) {
                continue;
            }
            double at = seconds(fault.asked());
            plot.band(at, at + Outages.rerouting(fault) / 1e9, "gap");
            plot.mark(at, "strike", named ? "fault" : "");
            if (fault.repairAsked() != null) {
                plot.mark(seconds(fault.repairAsked()), "repair", named ? "repair" : "");
            }
        }
        for (SetUpOutage outage : Outages.ofSetUps(verdict)) {
            long end = outage.end() == null ? series.overview.grid.end() : outage.end();
            plot.band(seconds(outage.start()), seconds(end), "outage");
        }
    }

    private String description() {
        Activity activity = series.overview;
        return "Of the requests sent, " + Figures.count(activity.total(Activity.Fate.CLEAN)) + " succeeded at once, "
                + Figures.count(activity.total(Activity.Fate.RETRANSMITTED)) + " after retransmissions, "
                + Figures.count(activity.total(Activity.Fate.REPEATED)) + " as repeats, "
                + Figures.count(activity.total(Activity.Fate.FAILED)) + " failed.";
    }

    private double seconds(long instant) {
        return (instant - series.origin) / 1e9;
    }
}
