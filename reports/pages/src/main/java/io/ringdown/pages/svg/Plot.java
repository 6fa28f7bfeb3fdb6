package io.ringdown.pages.svg;

import java.util.function.DoubleFunction;
import java.util.function.IntToDoubleFunction;

/**
 * The frame of a chart: where it lies in its drawing, with its scales and what is common to every chart.
 *
 * @param svg what is drawn on
 * @param left coordinates of the frame
 * @param top coordinates of the frame
 * @param right coordinates of the frame
 * @param bottom coordinates of the frame
 * @param x horizontal scale
 * @param y vertical scale
 */
public record Plot(Svg svg, double left, double top, double right, double bottom, Scale x, Scale y) {
    /** Draws horizontal grid lines with their labels. */
    public Plot rows(int about, DoubleFunction<String> label) {
        for (double tick : y.ticks(about)) {
            svg.line(left, y.at(tick), right, y.at(tick), "grid");
            svg.text(left - 6, y.at(tick) + 4, "tick end", label.apply(tick));
        }
        return this;
    }

    /** Draws the horizontal axis with its labels. */
    public Plot columns(int about, DoubleFunction<String> label) {
        svg.line(left, bottom, right, bottom, "axis");
        for (double tick : x.ticks(about)) {
            double at = x.at(tick);
            svg.line(at, bottom, at, bottom + 4, "axis");
            String side = at > right - 14 ? "tick end" : at < left + 14 ? "tick" : "tick middle";
            svg.text(
                    side.equals("tick end") ? right : side.equals("tick") ? left : at,
                    bottom + 17,
                    side,
                    label.apply(tick));
        }
        return this;
    }

    /** Shades the range between two values of x, as far as it is inside. */
    public Plot band(double from, double to, String cssClass) {
        if (to > x.from() && from < x.to()) {
            svg.rectangle(x.at(from), top, Math.max(1, x.at(to) - x.at(from)), bottom - top, cssClass);
        }
        return this;
    }

    /** Marks a value of x by an upright line, if it is inside, and names it above the frame unless the label is empty. */
    public Plot mark(double value, String cssClass, String label) {
        if (value >= x.from() && value <= x.to()) {
            double at = x.at(value);
            svg.line(at, top, at, bottom, cssClass);
            if (!label.isEmpty()) {
                boolean late = at > right - 90;
                svg.text(late ? at - 4 : at + 4, top + 11, late ? "mark end" : "mark", label);
            }
        }
        return this;
    }

    /** Draws a line through values of y; a NaN leaves a gap, a value alone a short dash. */
    public Plot curve(int points, IntToDoubleFunction xOf, IntToDoubleFunction yOf, String cssClass) {
        var path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < points; i++) {
            double value = yOf.applyAsDouble(i);
            if (Double.isNaN(value)) {
                drawing = false;
                continue;
            }
            boolean alone = !drawing && (i + 1 == points || Double.isNaN(yOf.applyAsDouble(i + 1)));
            String to = Svg.point(x.at(xOf.applyAsDouble(i)), y.at(value));
            path.append(drawing ? 'L' : 'M').append(to);
            if (alone) {
                path.append("h2");
            }
            drawing = true;
        }
        if (!path.isEmpty()) {
            svg.element("path", "d", path, "class", cssClass);
        }
        return this;
    }

    /** Fills between two step functions over equal columns, {@code lower} and {@code upper} in values of y. */
    public Plot steps(
            int columns,
            IntToDoubleFunction start,
            IntToDoubleFunction lower,
            IntToDoubleFunction upper,
            String cssClass) {
        var path = new StringBuilder();
        for (int i = 0; i < columns; ) {
            if (upper.applyAsDouble(i) <= lower.applyAsDouble(i)) {
                i++;
                continue;
            }
            int end = i;
            var back = new StringBuilder();
            path.append('M').append(Svg.point(x.at(start.applyAsDouble(i)), y.at(lower.applyAsDouble(i))));
            while (end < columns && upper.applyAsDouble(end) > lower.applyAsDouble(end)) {
                path.append('V').append(Svg.number(y.at(upper.applyAsDouble(end))));
                path.append('H').append(Svg.number(x.at(start.applyAsDouble(end + 1))));
                back.insert(
                        0,
                        "V" + Svg.number(y.at(lower.applyAsDouble(end))) + "H"
                                + Svg.number(x.at(start.applyAsDouble(end))));
                end++;
            }
            path.append(back).append('Z');
            i = end;
        }
        if (!path.isEmpty()) {
            svg.element("path", "d", path, "class", cssClass);
        }
        return this;
    }
}
