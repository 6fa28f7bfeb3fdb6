package io.ringdown.pages;

import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.pages.svg.Plot;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;

/** The moments around one fault: what was sent, what was answered, the detection probes, and the cluster's own steps. */
record CloseUpChart(Activity activity, FaultResult fault) {
    private static final double LEFT = 52;
    private static final double RIGHT = 12;
    private static final double SENT = 50;
    private static final double ANSWERED = 218;
    private static final double PROBES = 326;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        TimeGrid grid = activity.grid;
        double right = layout.width - RIGHT;
        var svg = new Svg(
                layout.id("closeup" + fault.index()),
                layout.width,
                activity.probed() ? 378 : 340,
                "Around the fault",
                "Requests sent and answered in columns of " + Figures.span(grid.width()) + ". " + duration());
        Scale x = Scale.linear(seconds(grid.from()), seconds(grid.end()), LEFT, right);
        var sent = new Plot(
                svg,
                LEFT,
                SENT,
                right,
                SENT + 128,
                x,
                Scale.linear(0, Math.max(1, activity.mostSent() * 1.08), SENT + 128, SENT));
        svg.text(0, 12, "panel", "Requests sent, each " + Figures.span(grid.width()) + ", by what became of them");
        shade(sent.rows(3, Figures::number));
        OverviewChart.stacks(sent, activity, 1, fault.asked());
        steps(svg, x, right);
        var answered = new Plot(
                svg,
                LEFT,
                ANSWERED,
                right,
                ANSWERED + 76,
                x,
                Scale.linear(0, Math.max(1, activity.mostAnswered() * 1.08), ANSWERED + 76, ANSWERED));
        svg.text(0, ANSWERED - 12, "panel", "2xx answers that arrived");
        shade(answered.rows(2, Figures::number));
        answered.steps(grid.columns(), i -> seconds(grid.start(i)), i -> 0, activity::answered, "f-answered");
        if (activity.probed()) {
            probes(svg, x, right);
        }
        double bottom = activity.probed() ? PROBES + 20 : ANSWERED + 76;
        new Plot(svg, LEFT, bottom, right, bottom, x, x).columns(layout.narrow() ? 4 : 12, OverviewChart::axisSeconds);
        return svg.toString();
    }

    private void probes(Svg svg, Scale x, double right) {
        TimeGrid grid = activity.grid;
        svg.text(0, PROBES - 8, "panel", "Detection probes answered");
        svg.rectangle(LEFT, PROBES, right - LEFT, 20, "p-none");
        double width = x.at(seconds(grid.start(1))) - x.at(seconds(grid.start(0)));
        for (int i = 0; i < grid.columns(); ) {
            int level = level(i);
            int from = i;
            while (i < grid.columns() && level(i) == level) {
                i++;
            }
            if (level >= 0) {
                svg.rectangle(x.at(seconds(grid.start(from))), PROBES, width * (i - from) + 0.1, 20, "p-" + level);
            }
        }
    }

    /** Share answered in five levels, 0 none to 4 all; -1 without a probe. */
    private int level(int column) {
        double share = activity.probesAnswered(column);
        return Double.isNaN(share) ? -1 : share >= 1 ? 4 : (int) Math.min(3, Math.ceil(share * 4));
    }

    /** The cluster's own account of the gap: detection, fetch, activation. */
    private void steps(Svg svg, Scale x, double right) {
        Rerouting rerouting = fault.rerouting();
        if (rerouting == null) {
            return;
        }
        Long[] spans = {rerouting.detection(), rerouting.fetch(), rerouting.activation()};
        String[] names = {"detection", "fetch", "activation"};
        double from = 0;
        for (int i = 0; i < spans.length; i++) {
            if (spans[i] == null) {
                continue;
            }
            double to = from + spans[i] / 1e9;
            svg.explained(
                    names[i] + ": " + Figures.span(spans[i]),
                    "rect",
                    "x",
                    x.at(from),
                    "y",
                    28,
                    "width",
                    Math.max(1.5, x.at(to) - x.at(from)),
                    "height",
                    14,
                    "class",
                    "step-" + names[i]);
            from = to;
        }
        if (rerouting.total() != null) {
            double end = x.at(rerouting.total() / 1e9);
            boolean roomAtTheRight = Math.max(end, x.at(from)) + 120 < right;
            svg.text(
                    roomAtTheRight ? Math.max(end, x.at(from)) + 6 : x.at(0) - 6,
                    39,
                    roomAtTheRight ? "mark" : "mark end",
                    "D " + (rerouting.restored() ? "" : "at least ") + Figures.span(rerouting.total()));
        }
    }

    private void shade(Plot plot) {
        plot.band(0, Outages.rerouting(fault) / 1e9, "gap").mark(0, "strike", "");
        if (fault.repairAsked() != null) {
            plot.mark(seconds(fault.repairAsked()), "repair", "repair");
        }
    }

    private String duration() {
        Rerouting rerouting = fault.rerouting();
        if (rerouting == null || rerouting.total() == null) {
            return "How long the cluster took to answer again was not measured.";
        }
        return "The cluster took " + (rerouting.restored() ? "" : "at least ") + Figures.span(rerouting.total())
                + " to answer again.";
    }

    private double seconds(long instant) {
        return (instant - fault.asked()) / 1e9;
    }
}
