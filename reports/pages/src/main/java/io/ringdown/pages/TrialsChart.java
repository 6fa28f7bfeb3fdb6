package io.ringdown.pages;

import io.ringdown.judge.verdict.CapacityResult;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.pages.svg.Plot;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;

/** The search, trial by trial: the rate of each, whether every session succeeded, and what the search came to. */
record TrialsChart(CapacityResult capacity) {
    private static final double HEIGHT = 300;
    private static final double BOTTOM = HEIGHT - 26;
    private static final double TOP = 22;
    private static final double RADIUS = 5;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        double left = layout.narrow() ? 46 : 60;
        double right = layout.width - 14;
        var svg = new Svg(
                layout.id("trials"),
                layout.width,
                HEIGHT,
                "Rate of each trial, and its outcome",
                "What was offered a second in each trial of the search; the line is the rate that the search came to.");
        int last =
                capacity.trials().stream().mapToInt(TrialResult::number).max().orElse(1);
        double most =
                capacity.trials().stream().mapToInt(TrialResult::rate).max().orElse(1);
        var plot = new Plot(
                svg,
                left,
                TOP,
                right,
                BOTTOM,
                Scale.linear(0, last + 0.5, left, right),
                Scale.linear(0, most * 1.06, BOTTOM, TOP));
        plot.rows(5, Figures::number).columns(layout.narrow() ? 5 : 10, Figures::number);
        if (capacity.rate() > 0) {
            double y = plot.y().at(capacity.rate());
            svg.line(left, y, right, y, "limit");
            svg.text(
                    right,
                    y - 6,
                    "mark end",
                    (capacity.complete() ? "" : "at least ") + Figures.count(capacity.rate()) + "/s");
        }
        plot.curve(
                capacity.trials().size(),
                i -> capacity.trials().get(i).number(),
                i -> capacity.trials().get(i).rate(),
                "trial-path");
        capacity.trials().forEach(trial -> mark(plot, trial));
        return svg.toString();
    }

    private static void mark(Plot plot, TrialResult trial) {
        plot.svg()
                .explained(
                        "trial " + trial.number() + ": " + Figures.count(trial.rate()) + "/s, " + trial.why(),
                        "circle",
                        "cx",
                        plot.x().at(trial.number()),
                        "cy",
                        plot.y().at(trial.rate()),
                        "r",
                        RADIUS,
                        "class",
                        "trial-" + cssClass(trial.outcome()));
    }

    /** The colour of an outcome. */
    static String cssClass(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> "ok";
            case FAILED -> "bad";
            case UNCLEAR -> "open";
            case WARM_UP -> "warm";
        };
    }
}
