package io.ringdown.pages;

import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.ZeroTest;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;
import java.util.List;

/** T0 by phase: the range in which the true share of bad calls lies at 95 %, against the share that "zero" may hide. */
record BoundsChart(List<PhaseResult> phases) {
    private static final double ROW = 30;
    private static final double TOP = 30;
    private static final double LEAST = 0.0001;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        double left = 40;
        double right = layout.width - (layout.narrow() ? 84 : 240);
        double bottom = TOP + ROW * phases.size();
        var svg = new Svg(
                layout.id("bounds"),
                layout.width,
                bottom + 30,
                "Bounds on the share of harmed calls, by phase",
                "One-sided 95 % Clopper-Pearson bounds on a logarithmic scale; confirmed left of the limit.");
        Scale x = Scale.decades(LEAST, 1, left, right);
        for (double tick : x.ticks(layout.narrow() ? 4 : 8)) {
            svg.line(x.at(tick), TOP - 4, x.at(tick), bottom, "grid");
            svg.text(x.at(tick), bottom + 18, "tick middle", Figures.percent(tick));
        }
        double limit = phases.stream()
                .filter(phase -> phase.demanded())
                .findFirst()
                .map(phase -> phase.none().limit())
                .orElse(0.01);
        svg.rectangle(left, TOP - 4, x.at(limit) - left, bottom - TOP + 4, "good-side");
        svg.line(x.at(limit), TOP - 8, x.at(limit), bottom, "limit");
        svg.text(x.at(limit), TOP - 14, "mark middle", "limit " + Figures.percent(limit));
        for (int i = 0; i < phases.size(); i++) {
            row(svg, x, phases.get(i), TOP + ROW * i + ROW / 2, layout);
        }
        return svg.toString();
    }

    private static void row(Svg svg, Scale x, PhaseResult phase, double y, Layout layout) {
        ZeroTest test = phase.none();
        String finding = Words.cssClass(test.finding());
        svg.text(0, y + 4, "row", Words.phase(phase.phase()));
        svg.explained(
                test.bad() + " of " + test.of() + ": " + Figures.percent(test.lower()) + " to "
                        + Figures.percent(test.upper()),
                "rect",
                "x",
                x.at(test.lower()),
                "y",
                y - 5,
                "width",
                Math.max(2, x.at(test.upper()) - x.at(test.lower())),
                "height",
                10,
                "rx",
                2,
                "class",
                "bar " + finding);
        svg.line(x.at(test.upper()), y - 9, x.at(test.upper()), y + 9, "whisker " + finding);
        String numbers = test.bad() + " of " + Figures.count(test.of());
        svg.text(
                x.high() + 12,
                y + 4,
                "row",
                layout.narrow() ? numbers : numbers + ", below " + Figures.percent(test.upper()));
    }
}
