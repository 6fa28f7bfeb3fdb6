package io.ringdown.pages;

import io.ringdown.pages.svg.Plot;
import io.ringdown.pages.svg.Scale;
import io.ringdown.pages.svg.Svg;
import java.util.List;
import java.util.Locale;

/**
 * The UDP retransmission law: how long requests waited for their first response against when they were sent, over what RFC 3261's
 * retransmissions predict.
 *
 * @param delays what was observed
 * @param rerouting D in nanoseconds
 * @param t1 timer T1 in nanoseconds
 */
record LawChart(List<ResponseDelay> delays, long rerouting, long t1) {
    private static final double TOP = 16;
    private static final double BOTTOM = 220;
    private static final int POINTS = 600;

    String draw() {
        return Layout.both(this::draw);
    }

    private String draw(Layout layout) {
        double right = layout.width - 12;
        var svg = new Svg(
                layout.id("law"),
                layout.width,
                248,
                "Delay of requests sent into the gap",
                "Each point is a request, by when it was sent and how long its first response took; the line is what RFC 3261 predicts.");
        double until =
                Math.max(delays.stream().mapToLong(ResponseDelay::sent).max().orElse(0), rerouting) * 1.05 / 1e9;
        double most =
                Math.max(delays.stream().mapToLong(ResponseDelay::delay).max().orElse(0), 2 * rerouting) * 1.05 / 1e9;
        Scale x = Scale.linear(0, until, 58, right);
        var plot = new Plot(svg, 58, TOP, right, BOTTOM, x, Scale.linear(0, most, BOTTOM, TOP));
        plot.band(0, rerouting / 1e9, "gap").rows(4, seconds -> Figures.span(Math.round(seconds * 1e9)));
        for (boolean invite : new boolean[] {true, false}) {
            plot.curve(
                    POINTS + 1,
                    i -> until * i / POINTS,
                    i -> predicted(invite, until * i / POINTS),
                    invite ? "law-invite" : "law-other");
        }
        for (ResponseDelay delay : delays) {
            svg.element(
                    "circle",
                    "cx",
                    x.at(delay.sent() / 1e9),
                    "cy",
                    plot.y().at(delay.delay() / 1e9),
                    "r",
                    2,
                    "class",
                    "dot-" + (delay.invite() ? "invite" : "other"));
        }
        plot.columns(
                layout.narrow() ? 4 : 10,
                seconds -> "+" + Figures.span(Math.round(seconds * 1e9)).toLowerCase(Locale.ROOT));
        return svg.toString();
    }

    /** Seconds by which a request sent so many seconds after the fault is delayed; NaN if it expires first. */
    private double predicted(boolean invite, double sent) {
        double left = rerouting / 1e9 - sent;
        double t2 = 8 * t1 / 1e9;
        double interval = t1 / 1e9;
        double at = 0;
        while (at < left) {
            at += interval;
            interval = invite ? interval * 2 : Math.min(interval * 2, t2);
            if (at >= 64 * t1 / 1e9) {
                return Double.NaN;
            }
        }
        return at;
    }
}
