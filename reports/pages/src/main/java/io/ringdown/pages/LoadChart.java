package io.ringdown.pages;

import io.ringdown.judge.verdict.ElementLoad;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;
import java.util.List;

/** Responses a second that each element made, before the fault and after rerouting. */
record LoadChart(List<ElementLoad> loads) {
    private static final double ROW = 44;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        double left = layout.narrow() ? 104 : 150;
        double right = layout.width - (layout.narrow() ? 66 : 130);
        double height = ROW * loads.size() + 6;
        var svg = new Svg(
                layout.id("load"),
                layout.width,
                height,
                "Load by element before and after the fault",
                "Final responses a second by the element that made them.");
        double most = loads.stream()
                .mapToDouble(load -> Math.max(load.before(), load.after()))
                .max()
                .orElse(1);
        Scale x = Scale.linear(0, most, left, right);
        for (int i = 0; i < loads.size(); i++) {
            ElementLoad load = loads.get(i);
            double y = ROW * i + 4;
            svg.text(0, y + 16, load.struck() ? "row struck" : "row", shortened(load.element(), layout));
            svg.text(0, y + 31, "tick", load.struck() ? "struck" : load.machine());
            bar(svg, x, y + 3, load.before(), "b-before", "");
            bar(svg, x, y + 19, load.after(), "b-after", load.struck() ? "" : ratio(load, layout));
        }
        svg.line(left, 2, left, height - 4, "axis");
        return svg.toString();
    }

    private static void bar(Svg svg, Scale x, double y, double value, String cssClass, String note) {
        svg.rectangle(x.low(), y, x.at(value) - x.low(), 13, cssClass);
        svg.text(x.at(value) + 6, y + 11, "tick", Figures.number(value) + "/s" + note);
    }

    private static String ratio(ElementLoad load, Layout layout) {
        if (load.before() <= 0) {
            return "";
        }
        return (layout.narrow() ? " ×" : "  ×")
                + Figures.number(Math.round(load.after() / load.before() * 100) / 100.0);
    }

    private static String shortened(String name, Layout layout) {
        int most = layout.narrow() ? 13 : 20;
        return name.length() <= most ? name : name.substring(0, most - 1) + "…";
    }
}
